"""What a person chooses overrules what was found; limits refuse; progress and profile tell what happened."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from services.dataproc.reading import FileRefused, Limits, read_file
from services.dataproc.reading.sources import Irregular, RawTable
from services.dataproc.reading.text import files as text_files
from tests.unit.dataproc.reading.readings import Read

CSV = "code,day,amount\n1,03/04/2020,5\n2,05/06/2020,7\n3,07/08/2020,x\n"


def test_chosen_type_is_kept(read: Read) -> None:
    reading = read(CSV, overrides={"columns": {"code": {"type": "identifier"}}})
    assert reading.column("code").type == "identifier"
    assert reading.cells()["code"] == ["1", "2", "3"]


def test_chosen_format_decides_the_day_order(read: Read) -> None:
    reading = read(CSV, overrides={"columns": {"day": {"type": "date", "format": "%m/%d/%Y"}}})
    assert reading.cells()["day"][0] == date(2020, 3, 4)


def test_cells_that_do_not_fit_a_chosen_type_are_named(read: Read) -> None:
    reading = read(CSV, overrides={"columns": {"amount": {"type": "integer", "unit": "EUR"}}})
    assert reading.cells()["amount"] == [5, 7, None]
    assert reading.column("amount").unit == "EUR"
    assert any("'x'" in warning for warning in reading.table.warnings)


def test_chosen_header_rows_and_delimiter_hold_for_the_raw_cells_too(read: Read) -> None:
    reading = read("a;b\n1;2\n", overrides={"delimiter": ";", "header_rows": 0})
    assert reading.raw() == [["column_1", "column_2"], ["a", "b"], ["1", "2"]]


def test_file_with_too_many_cells_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    upload, into = tmp_path / "upload", tmp_path / "into"
    upload.write_text(CSV)
    with pytest.raises(FileRefused) as refusal:
        read_file(upload, filename="t.csv", into=into, limits=Limits(max_cells=3))
    assert refusal.value.code == "too_large"
    assert list(into.iterdir()) == []


def test_small_file_that_unpacks_to_more_than_a_session_keeps_is_refused_at_once_and_by_name(tmp_path: Path) -> None:
    upload, into = tmp_path / "upload", tmp_path / "into"
    upload.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 400_000))
    assert upload.stat().st_size < 10_000
    with pytest.raises(FileRefused) as refusal:
        read_file(upload, filename="t.csv.gz", into=into, limits=Limits(max_decoded_bytes=1_000_000))
    assert refusal.value.code == "too_large"
    assert "1,000,000 bytes" in refusal.value.detail and "Leave out" in refusal.value.hint
    assert list(into.iterdir()) == []


def test_tables_of_one_file_are_bounded_together(tmp_path: Path) -> None:
    tables = {"one": [{"x": n} for n in range(1000)], "two": [{"y": n} for n in range(1000)]}
    upload = tmp_path / "upload.json"
    upload.write_text(json.dumps(tables))
    assert [
        draft.decoded_bytes for draft in read_file(upload, filename="t.json", into=tmp_path / "a").tables
    ] == pytest.approx([8_000, 8_000], rel=0.1)
    with pytest.raises(FileRefused):
        read_file(upload, filename="t.json", into=tmp_path / "b", limits=Limits(max_decoded_bytes=12_000))


def test_text_that_surprises_every_way_of_reading_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def surprised(*arguments: object) -> Iterator[RawTable]:
        tried.append(arguments[-1])
        raise Irregular(f"surprise {len(tried)}")

    monkeypatch.setattr(text_files, "read_text_file", surprised)
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileRefused, match="surprise 3") as refusal:
        read_file(path, filename="t.csv", into=tmp_path / "out")
    assert refusal.value.code == "corrupt_file" and not list((tmp_path / "out").iterdir())
    assert [str(surprise) for surprise in tried] == ["None", "surprise 1", "surprise 2"]


def test_reading_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    upload, ticks = tmp_path / "upload", count(step=100)
    upload.write_text(CSV)
    with pytest.raises(FileRefused) as refusal:
        read_file(upload, filename="t.csv", into=tmp_path / "into", limits=Limits(seconds=1), clock=lambda: next(ticks))
    assert refusal.value.code == "took_too_long"


def test_progress_ends_with_all_bytes_and_rows(tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_text(CSV)
    seen: list[tuple[int, int, int]] = []
    read_file(upload, filename="t.csv", into=tmp_path / "into", on_progress=lambda *step: seen.append(step))
    assert seen[0] == (0, len(CSV), 0)
    assert seen[-1] == (len(CSV), len(CSV), 3)
    assert seen == sorted(seen)


def test_profile_is_json_and_counts_what_is_there(read: Read) -> None:
    rows = "\n".join(f"{n},{'red' if n % 3 else 'blue'},{'' if n % 10 == 0 else n / 2}" for n in range(100))
    table = read(f"id,colour,half\n{rows}\n").table
    profile = json.loads(json.dumps(table.profile))
    assert profile["rows"] == 100
    assert profile["candidate_keys"] == ["id"]
    assert profile["columns"]["half"]["nulls"] == 10
    assert profile["columns"]["id"]["min"] == 0
    assert profile["columns"]["id"]["max"] == 99
    assert profile["columns"]["id"]["quantiles"]["50%"] == pytest.approx(49.5, abs=2)
    assert sum(profile["columns"]["id"]["histogram"]["counts"]) == 100
    assert profile["columns"]["colour"]["top"][0] == {"value": "red", "count": 66}
    assert table.values["colour"] == ["red", "blue"]


def test_values_of_wordy_columns_are_left_out(read: Read) -> None:
    rows = "\n".join(f"{n},word number {n}" for n in range(6_000))
    assert "text" not in read(f"id,text\n{rows}\n").table.values
