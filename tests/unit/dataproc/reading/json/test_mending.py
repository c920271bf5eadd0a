"""NaN, Infinity and byte-order marks in JSON, as Python and files put together have them: read, and counted in a warning."""

from __future__ import annotations

import pytest

from services.dataproc.reading.json import files
from services.dataproc.reading.json.mending import Mending, mend
from shared.formats.refusals import FileRefused
from tests.unit.dataproc.reading.readings import Read


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("large", [False, True])
def test_what_is_no_number_is_missing_and_counted(
    read: Read, monkeypatch: pytest.MonkeyPatch, word: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr(files, "HELD_BYTES", 0)
    reading = read(f'[{{"a":1,"b":{word},"c":": NaN"}},{{"a":2,"b":3.5,"c":"Infinity"}}]', "upload.json")
    assert reading.cells() == {"a": [1, 2], "b": [None, 3.5], "c": [": NaN", "Infinity"]}
    assert any(warning.startswith("1 value(s) written as NaN") for warning in reading.table.warnings)


@pytest.mark.parametrize("large", [False, True])
def test_mark_at_a_later_line_is_left_out_and_counted(read: Read, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    if large:
        monkeypatch.setattr(files, "HELD_BYTES", 0)
    reading = read('{"a":1}\n\ufeff{"a":2}\n{"a":3}\n', "upload.jsonl")
    assert reading.cells() == {"a": [1, 2, 3]}
    assert any(warning.startswith("1 byte-order mark(s)") for warning in reading.table.warnings)


@pytest.mark.parametrize("text", ['[{"a":1}]\n\ufeff[{"a":2}]\n', '\ufeff[{"a":1}]\n[{"a":2}]', '{"a":1}\ufeff{"a":2}'])
def test_documents_put_together_are_one_table(read: Read, text: str) -> None:
    assert read(text, "upload.json").cells() == {"a": [1, 2]}


@pytest.mark.parametrize("text", ['[{"a":nan}]', '[{"a":NaNs}]', '[{"a":+Infinity}]', '[{"a":--Infinity}]'])
def test_what_python_does_not_write_is_refused(read: Read, text: str) -> None:
    with pytest.raises(FileRefused, match="line 1"):
        read(text, "upload.json")


@pytest.mark.parametrize("text", [b'[{"a":1.5,"b":"NaN"}]', '[{"a":", NaN, \ufeff"}]'.encode(), b'[null, "-Infinity"]'])
def test_ordinary_texts_are_not_touched(text: bytes) -> None:
    assert mend(text) == (text, {})


def test_a_word_for_no_number_keeps_the_places_behind_it() -> None:
    assert mend(b"[-Infinity,1]") == (b"[null     ,1]", {Mending.NOT_NUMBERS: 1})
