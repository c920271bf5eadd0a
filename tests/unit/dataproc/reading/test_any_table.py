"""Any table in any dialect, encoding and format that is read here comes back the same, or its refusal or warnings say why not."""

from __future__ import annotations

import csv
import io
import json
import string
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import ReadResult, read_file, read_raw

EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
LATIN = "abcdefghijklmnopqrstuvwxyzéüßñøå"
WORD = st.text(LATIN, min_size=3, max_size=10)
PROSE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
ROUGH = st.one_of(
    PROSE,
    st.builds('{}, "{}" {}'.format, WORD, WORD, WORD),
    st.builds("{}\n{}".format, PROSE, PROSE),
    st.builds("{}'s {}; {}".format, WORD, WORD, WORD),
    st.builds("{}\\{}".format, WORD, WORD),
)
HEAD = ["number", "name", "amount", "day", "remark"]
ROWS = st.lists(
    st.tuples(st.integers(-(10**15), 10**15).map(str), PROSE, st.decimals(-(10**7), 10**7, places=2).map(str), st.dates().map(str), ROUGH).map(list),
    min_size=4, max_size=25)  # fmt: skip
STYLES: dict[str, dict[str, Any]] = {
    "comma": {}, "semicolon": {"delimiter": ";"}, "tab": {"delimiter": "\t"}, "pipe": {"delimiter": "|"}, "all quoted": {"quoting": csv.QUOTE_ALL},
    "single quotes": {"quotechar": "'"}, "single quotes everywhere": {"quotechar": "'", "quoting": csv.QUOTE_ALL},
    "backslash": {"doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL},
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any-table")


def read(folder: Path, content: bytes, name: str) -> tuple[ReadResult, list[list[str]]]:
    path = folder / uuid.uuid4().hex
    path.write_bytes(content)
    result = read_file(path, filename=name, into=folder / uuid.uuid4().hex)
    return result, list(read_raw(path, filename=name, reading=result.tables[0].reading))


@EXAMPLES
@given(
    rows=ROWS,
    style=st.sampled_from(sorted(STYLES)),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_text_in_any_dialect_and_encoding(
    folder: Path, rows: list[list[str]], style: str, end: str, encoding: str
) -> None:
    if style == "backslash":  # the csv module does not escape the escape sign itself
        assume(not any("\\" in cell for row in rows for cell in row))
    if end == "\r":
        rows = [[cell.replace("\n", " ") for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, **STYLES[style]).writerows([HEAD, *rows])
    result, raw = read(folder, out.getvalue().encode(encoding), "t.csv")
    assert raw == [HEAD, *rows], (result.tables[0].reading, result.tables[0].warnings)
    assert_cells(result, rows)


def assert_cells(result: ReadResult, rows: list[list[str]]) -> None:
    """Typed cells print as the written ones, or the column says which became missing."""
    (table,) = result.tables
    stored = pq.read_table(table.data_path).to_pydict()
    for index, column in enumerate(table.columns):
        for value, row in zip(stored[column.name], rows, strict=True):
            shown = "" if value is None else f"{value:.2f}" if index == 2 else str(value)
            assert shown == row[index] or (value is None and repr(row[index].strip()[:40]) in column.evidence), column


JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(string.ascii_letters + 'é"\\\n', max_size=8),
)
RECORDS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 10**6)}, optional={"a": JSON, "b": st.fixed_dictionaries({}, optional={"c": JSON, "d": st.lists(st.integers(0, 9), max_size=3)})}),
                   min_size=2, max_size=12)  # fmt: skip


def same(read_back: str, written: Any) -> bool:
    """Is this text the JSON value that was written?"""
    if written is None or written == {}:
        return read_back in ("", "{}")
    if isinstance(written, str):
        return read_back == written
    return bool(json.loads(read_back) == written)


@EXAMPLES
@given(records=RECORDS, lines=st.booleans())
def test_json_cells_are_the_written_values(folder: Path, records: list[dict[str, Any]], lines: bool) -> None:
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)
    _, (header, *rows) = read(folder, text.encode(), "t.jsonl" if lines else "t.json")
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert same(cells["id"], record["id"])
        assert same(cells.get("a", ""), record.get("a"))
        for key, value in (record.get("b") or {}).items():
            assert same(cells[f"b.{key}"], value)


SHEET_CELLS: dict[str, Callable[[Any], str]] = {
    "number": str, "ratio": lambda value: repr(value) if value != int(value) else str(int(value)), "name": str, "ok": lambda value: str(value).upper(), "day": lambda value: value.isoformat(),
}  # fmt: skip
SHEET_ROWS = st.lists(st.tuples(st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=3).map(float), PROSE, st.booleans(),
                                st.dates(min_value=date(1900, 3, 1))), min_size=3, max_size=20)  # fmt: skip


@EXAMPLES
@given(rows=SHEET_ROWS, above=st.integers(0, 3), left=st.integers(0, 3))
def test_worksheet_wherever_the_table_begins(folder: Path, rows: list[tuple[Any, ...]], above: int, left: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for y, row in enumerate([tuple(SHEET_CELLS), *rows], above + 1):
        for x, cell in enumerate(row, left + 1):
            sheet.cell(y, x, cell)
    out = io.BytesIO()
    book.save(out)
    _, raw = read(folder, out.getvalue(), "t.xlsx")
    assert raw == [
        list(SHEET_CELLS),
        *([show(cell) for show, cell in zip(SHEET_CELLS.values(), row, strict=True)] for row in rows),
    ]


@EXAMPLES
@given(rows=ROWS, kind=st.sampled_from(["parquet", "arrow"]))
def test_parquet_and_arrow_text_columns(folder: Path, rows: list[list[str]], kind: str) -> None:
    table = pa.table(dict(zip(HEAD, zip(*rows, strict=True), strict=True)))
    out = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, out)
    else:
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    result, raw = read(folder, out.getvalue(), f"t.{kind}")
    assert raw == [HEAD, *rows]
    assert_cells(result, rows)
