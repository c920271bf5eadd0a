"""A large document with one list of records in it is read piece by piece, as the table that a small one gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.dataproc.reading import ReadError
from services.dataproc.reading.json_text import columns as json_columns
from services.dataproc.reading.json_text import files as json_files
from services.dataproc.reading.json_text import inside as json_inside
from services.dataproc.reading.json_text import survey as json_survey
from tests.unit.dataproc.reading.readings import Read

ROWS = [{"id": n, "name": f"né {n % 5}", "who": {"age": n, "at": [n / 2, "]}"]}, "note": "},{ \"x\": [" if n % 7 == 0 else None} for n in range(120)]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held as a whole; blocks and what is seen of the beginning are small."""
    for module in (json_columns, json_survey, json_inside):
        monkeypatch.setattr(module, "BLOCK", 400)
    monkeypatch.setattr(json_columns, "BEGUN", 50)
    monkeypatch.setattr(json_inside, "HEAD_BYTES", 900)
    monkeypatch.setattr(json_inside, "MOST_BESIDE", 600)
    monkeypatch.setattr(json_files, "HELD_BYTES", 64)
    monkeypatch.setattr(json_files, "MEMORY_PER_BYTE", 1 << 40)


def written(document: dict[str, Any], indent: int | None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("document", [
    {"data": ROWS}, {"größe": 3, "few": [{"a": 1}], "records": ROWS, "next": None}, {"meta": {"data": [1, 2]}, "records": ROWS, "total": 120, "more": {"a": ["]"]}}, {"a\"b": ROWS},
])  # fmt: skip
def test_records_of_a_document_are_those_of_a_small_one(read: Read, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], indent: int | None) -> None:
    key = next(name for name, value in document.items() if value is ROWS)
    found = read(written(document, indent), "t.json")
    monkeypatch.setattr(json_files, "MEMORY_PER_BYTE", 1)
    held = read(written(document, indent), "t.json")
    number = next(i for i, table in enumerate(held.result.tables) if table.reading["records"] == key)
    assert found.table.reading["records"] == key
    assert (found.raw(), found.cells()) == (held.raw(number), held.cells(number))
    left = [name for name, value in document.items() if name != key and value is not None]
    assert all(repr(name) in "".join(found.table.warnings) for name in left)


def test_geojson_is_a_row_for_each_feature(read: Read) -> None:
    features = [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [n, 2.5]}, "properties": {"name": f"p{n}"}} for n in range(60)]
    found = read(json.dumps({"type": "FeatureCollection", "features": features}), "t.geojson")
    assert found.table.warnings == () and found.table.rows == 60
    assert found.raw()[1] == ["Feature", "Point", "[0,2.5]", "p0"]


def test_objects_that_differ_late_are_all_looked_at(read: Read) -> None:
    found = read(json.dumps({"data": [*ROWS, {"id": "x", "late": [1]}], "n": 1}), "t.json")
    assert found.table.reading["reader"] == "surveyed"
    assert found.raw()[-1] == ["x", "", "", "", "", "[1]"]


@pytest.mark.parametrize(("old", "new"), [("]}", ",]}"), ('"total": 1}', '"total": 1'), ('"total": 1}', '"total": 01}'), ('"total": 1}', '"total": 1}]'), ('"id": 100', '"id": 0100'), ('"id": 100', '"id" 100')])
def test_document_that_is_not_valid_is_refused(read: Read, old: str, new: str) -> None:
    text = json.dumps({"data": ROWS, "total": 1})
    with pytest.raises(ReadError) as refusal:
        read(text.replace(old, new) if old != "]}" else text.replace('], "total"', ',], "total"'), "t.json")
    assert refusal.value.code == "invalid_json"


@pytest.mark.parametrize("document", [{"one": ROWS, "two": ROWS}, {"one": [[n, n] for n in range(900)]}, {"a": {"b": ROWS}}, {f"k{n}": n for n in range(900)}])
def test_document_of_which_more_than_one_list_is_large_is_refused(read: Read, document: dict[str, Any]) -> None:
    with pytest.raises(ReadError) as refusal:
        read(json.dumps(document), "t.json")
    assert refusal.value.code == "too_large" and "one list of objects" in refusal.value.message


def test_key_of_the_list_may_be_escaped(read: Read) -> None:
    found = read(json.dumps({"größe €": 1, "größte €": ROWS}), "t.json")
    assert found.table.reading["records"] == "größte €"
    assert found.table.warnings == ("beside its records the file has 'größe €', which is not in the table",)
