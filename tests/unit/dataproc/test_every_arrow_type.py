"""Every type that Arrow and Parquet files can state: read, previewed, profiled, filtered, sorted, exported, correlated; nothing lost in silence."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from services.dataproc import preview
from services.dataproc.domain import StoredTable
from services.dataproc.errors import ExportTooLarge, FilterNotValid
from services.dataproc.preview import page_selection
from services.dataproc.preview.filtering import COMPARISONS
from services.dataproc.reading import FileRefused, TableDraft, read_file, read_raw
from services.dataproc.reading.profile.correlations import correlations
from services.dataproc.tables import export
from services.dataproc.tables import workbook_export as workbooks
from services.dataproc.tables.arrow_cache import convert

AT = [datetime(2024, 1, 2, 3, 4, 5, 678901), None, datetime(1960, 1, 1)]
NAN, INF = float("nan"), float("inf")
BIG = Decimal("-123456789012345678901234567890123456789012345678.25")


def counts(numbers: list[int | None], kind: pa.DataType) -> pa.Array:
    return pa.array(numbers, pa.int64()).cast(kind)


def moments(unit: str, zone: str | None) -> pa.Array:
    return pa.array(AT, pa.timestamp("us")).cast(pa.timestamp(unit), safe=False).cast(pa.timestamp(unit, zone))


def extension(kind: pa.DataType, storage: pa.Array) -> pa.Array:
    return pa.ExtensionArray.from_storage(kind, storage)


FAR = [10**18, None, -(10**18)]
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
COLUMNS: dict[str, pa.Array] = {
    "null": pa.nulls(3),
    "bool": pa.array([True, None, False]),
    **{name: pa.array([1, None, 3], getattr(pa, name)()) for name in INTEGERS},
    "uint64 full": pa.array([2**64 - 1, None, 0], pa.uint64()),
    **{name: pa.array([1.5, None, NAN]).cast(getattr(pa, name)()) for name in ("float16", "float32", "float64")},
    "infinite": pa.array([INF, None, -INF]),
    "decimal32": pa.array([Decimal("1.10"), None, Decimal("-2.25")], pa.decimal32(9, 2)),
    "decimal64": pa.array([Decimal("1.10"), None, Decimal("-2.25")], pa.decimal64(18, 2)),
    "decimal128": pa.array([Decimal("1.10"), None, Decimal("-12345678901234567890.25")], pa.decimal128(38, 2)),
    "decimal256": pa.array([Decimal("1.10"), None, BIG], pa.decimal256(76, 2)),
    "hundreds": pa.array([Decimal(100), None, Decimal(1200)], pa.decimal128(5, -2)),
    "all fraction": pa.array([Decimal("0.1"), None, Decimal("1E-38")], pa.decimal128(38, 38)),
    **{f"moment {unit} {zone}": moments(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "Europe/Berlin", "+05:30")},
    "far moment": counts(FAR, pa.timestamp("us")),
    "far zoned moment": counts(FAR, pa.timestamp("us", "Europe/Berlin")),
    "nanosecond": counts([1, None, 1704164645123456789], pa.timestamp("ns", "America/New_York")),
    "zone of nowhere": counts([1, None, 2], pa.timestamp("us")).view(pa.timestamp("us", "Mars/Phobos")),
    "date32": pa.array([date(2024, 1, 2), None, date(1, 1, 1)], pa.date32()),
    "date64": pa.array([date(2024, 1, 2), None, date(9999, 12, 31)], pa.date64()),
    "far date": pa.array([10**7, None, -(10**7)], pa.int32()).cast(pa.date32()),
    "time32": pa.array([1, None, 86_399], pa.time32("s")),
    "time64": pa.array([1, None, 86_399_999_999_999], pa.time64("ns")),
    **{f"duration {unit}": counts([1, None, -100_000], pa.duration(unit)) for unit in ("s", "ms", "us", "ns")},
    "interval": pa.array([pa.MonthDayNano([1, 2, 3]), None, pa.MonthDayNano([0, 0, 0])]),
    "string": pa.array(["a", None, "b"]),
    "large string": pa.array(["a", None, "b"], pa.large_string()),
    "string view": pa.array(["a", None, "longer than twelve bytes"], pa.string_view()),
    "binary": pa.array([b"abc", None, b"\xff\x00"]),
    "large binary": pa.array([b"abc", None, b"\xff"], pa.large_binary()),
    "binary view": pa.array([b"abc", None, b"\xff" * 20], pa.binary_view()),
    "fixed binary": pa.array([b"abcd", None, b"\xff\xfe\xfd\xfc"], pa.binary(4)),
    "list": pa.array([[1, None], None, []]),
    "large list": pa.array([[1, 2], None, []], pa.large_list(pa.int8())),
    "fixed list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int32(), 2)),
    "list view": pa.array([[1, 2], None, [3]], pa.list_view(pa.int32())),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "struct": pa.array([{"a": 1, "b": {"c": "x"}}, None, {"a": None, "b": None}]),
    "empty struct": pa.array([{}, None, {}], pa.struct([])),
    "list of floats": pa.array([[NAN, INF], None, [1.5]]),
    "list of structs": pa.array([[{"at": AT[0], "bytes": b"\xff", "span": timedelta(1), "amount": Decimal("1.5")}], None, []]),
    "list of far moments": pa.ListArray.from_arrays(pa.array([0, None, 1, 2]), counts(FAR[::2], pa.timestamp("us"))),
    "struct of lists of far dates": pa.array([[{"day": 10**7}], None, []], pa.list_(pa.struct({"day": pa.int32()}))).cast(pa.list_(pa.struct({"day": pa.date32()}))),
    "map to far moments": pa.MapArray.from_arrays(pa.array([0, None, 1, 2], pa.int32()), pa.array(["a", "b"]), counts(FAR[::2], pa.timestamp("us"))),
    "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
    "dictionary of moments": moments("us", None).dictionary_encode(),
    "dictionary of lists": pa.DictionaryArray.from_arrays(pa.array([0, None, 0], pa.int8()), pa.array([[1, 2]])),
    "runs": pc.run_end_encode(pa.array([1, None, None])),
    "dense union": pa.UnionArray.from_dense(pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])]),
    "sparse union": pa.UnionArray.from_sparse(pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["x", "y", "z"])]),
    "uuid": pa.array([b"0123456789abcdef", None, b"\xff" * 16], pa.uuid()),
    "json": pa.array(['{"a":1}', None, "[]"], pa.json_()),
    "bool8": extension(pa.bool8(), pa.array([1, None, 0], pa.int8())),
    "tensor": extension(pa.fixed_shape_tensor(pa.int32(), [2]), pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int32(), 2))),
    "opaque": extension(pa.opaque(pa.binary(), "t", "v"), pa.array([b"a", None, b"b"])),
}  # fmt: skip
NOT_IN_PARQUET = {"hundreds", "interval", "empty struct", "dictionary of lists", "runs", "dense union", "sparse union"}
FILTERS = (
    "isnull",
    "notnull",
    "contains:a",
    *(f"{op}:{value}" for op in COMPARISONS for value in ("1", "a", "2024-01-01", "01:00:00")),
)


@dataclass(frozen=True)
class Held:
    """A file that became a table and its Arrow copy."""

    source: Path
    draft: TableDraft
    arrow: Path
    table: StoredTable

    def page(self, request: preview.Request) -> preview.Page:
        return preview.Previewer(1 << 20).read(self.arrow, self.table, request)

    def column(self, name: str) -> list[Any]:
        return [row[0] for row in self.page(preview.Request(columns=(name,))).rows]

    def type_of(self, name: str) -> str:
        return next(c.type for c in self.draft.columns if c.name == name)

    def evidence(self, name: str) -> str:
        return next(c.evidence for c in self.draft.columns if c.name == name)


def hold(source: Path, folder: Path) -> Held:
    (draft,) = read_file(source, filename=source.name, into=folder).tables
    convert(draft.data_path, folder / "t.arrow")
    columns = draft.columns
    table = StoredTable(table_id="t", session_id="s", file_id="f", version=1, name="all", rows=draft.rows, columns=columns, filename=source.name,
                        file_key="k", source_sha256="", created_at="2026-01-01")  # fmt: skip
    return Held(source, draft, folder / "t.arrow", table)


def arrow_file(table: pa.Table, path: Path) -> Path:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return path


def parquet_file(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path)
    return path


@pytest.fixture(scope="module", params=["arrow", "parquet"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder = tmp_path_factory.mktemp(request.param)
    kept = {name: column for name, column in COLUMNS.items() if request.param == "arrow" or name not in NOT_IN_PARQUET}
    write = arrow_file if request.param == "arrow" else parquet_file
    return hold(write(pa.table(kept), folder / f"all.{request.param}"), folder / "out")


def test_preview_profile_and_correlations_are_json(held: Held) -> None:
    page = held.page(preview.Request())
    assert len(page.rows) == 3
    strict = json.dumps(
        [page.rows, held.draft.profile, held.draft.values, correlations(held.draft.data_path, 3, held.draft.columns)],
        allow_nan=False,
    )
    assert json.loads(strict)[1]["rows"] == 3


def test_every_column_can_be_sorted_and_filtered(held: Held) -> None:
    for column in held.draft.columns:
        up, down = (
            held.page(preview.Request(columns=(column.name,), sort=(sign + column.name,))) for sign in ("", "-")
        )
        assert sorted(map(str, up.rows)) == sorted(map(str, down.rows))
        assert (
            sum(
                held.page(preview.Request(filters=(f"{column.name}:{op}",))).matching_rows
                for op in ("isnull", "notnull")
            )
            == 3
        )
        for condition in FILTERS:
            with suppress(FilterNotValid):
                assert held.page(preview.Request(filters=(f"{column.name}:{condition}",))).matching_rows <= 3


def test_pages_of_large_tables_come_in_the_same_order(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    for column in held.draft.columns:
        for sign in ("", "-"):
            request = preview.Request(sort=(sign + column.name,), limit=1)
            monkeypatch.setattr(page_selection, "WORTH_IT", 10**9)
            sorted_whole = held.page(request).rows
            monkeypatch.setattr(page_selection, "WORTH_IT", 0)
            assert held.page(request).rows == sorted_whole, column.name


def test_csv_has_a_cell_for_every_cell(held: Held) -> None:
    text = b"".join(export.csv_pieces(held.arrow, held.table.columns)).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in rows] == [len(held.table.columns)] * 4
    cells = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert cells["duration s"] == ("PT0H0M1S", "", "-PT27H46M40S")
    assert cells["far date"] == ("+29349-01-26", "", "-25410-12-06")
    assert cells["decimal128"] == ("1.10", "", "-12345678901234567890.25")


def test_json_lines_are_strict_and_keep_every_digit(held: Held) -> None:
    lines = b"".join(export.jsonl_pieces(held.arrow, held.table.columns)).splitlines()
    rows = [json.loads(line, parse_float=Decimal, parse_constant=pytest.fail) for line in lines]
    assert [row["uint64 full"] for row in rows] == [2**64 - 1, None, 0]
    assert [row["decimal128"] for row in rows] == [Decimal("1.10"), None, Decimal("-12345678901234567890.25")]
    assert [row["infinite"] for row in rows] == ["inf", None, "-inf"]


def test_workbook_holds_what_it_can_hold_exactly_and_text_for_the_rest(held: Held, tmp_path: Path) -> None:
    workbooks.check_room(held.arrow, held.table.columns, 3)
    workbooks.write_xlsx(held.arrow, held.table.columns, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    cells = {str(name): [row[i] for row in rows] for i, name in enumerate(header)}
    assert cells["uint64 full"] == [str(2**64 - 1), None, 0]
    assert cells["date32"] == [datetime(2024, 1, 2), None, "0001-01-01"]
    assert cells["duration s"] == [timedelta(seconds=1), None, "-PT27H46M40S"]
    assert cells["far moment"][0] == "+33658-09-27T01:46:40"
    assert cells["float64"] == [1.5, None, None]


@pytest.mark.parametrize(("column", "kind", "cells"), [
    ("null", "empty", [None] * 3),
    ("uint64 full", "integer", [str(2**64 - 1), None, 0]),
    ("float16", "decimal", [1.5, None, None]),
    ("infinite", "decimal", ["inf", None, "-inf"]),
    ("decimal64", "decimal", [1.1, None, -2.25]),
    ("decimal256", "text", ["1.10", None, str(BIG)]),
    ("moment ms Europe/Berlin", "datetime", ["2024-01-02T04:04:05.678000+01:00", None, "1960-01-01T01:00:00+01:00"]),
    ("far moment", "datetime", ["+33658-09-27T01:46:40", None, "-29719-04-05T22:13:20"]),
    ("far zoned moment", "datetime", ["+33658-09-27T01:46:40+00:00", None, "-29719-04-05T22:13:20+00:00"]),
    ("nanosecond", "datetime", ["1969-12-31T19:00:00.000000001-05:00", None, "2024-01-01T22:04:05.123456789-05:00"]),
    ("zone of nowhere", "datetime", ["1970-01-01T00:00:00.000001+00:00", None, "1970-01-01T00:00:00.000002+00:00"]),
    ("date32", "date", ["2024-01-02", None, "0001-01-01"]),
    ("far date", "date", ["+29349-01-26", None, "-25410-12-06"]),
    ("time64", "time", ["00:00:00.000000001", None, "23:59:59.999999999"]),
    ("duration ns", "duration", ["PT0H0M0.000000001S", None, "-PT0H0M0.0001S"]),
    ("binary", "text", ["abc", None, "ff00"]),
    ("list", "json", ["[1, null]", None, "[]"]),
    ("map", "json", ['[["k", 1]]', None, "[]"]),
    ("struct.a", "integer", [1, None, None]),
    ("struct.b.c", "text", ["x", None, None]),
    ("list of floats", "json", ['[null, "inf"]', None, "[1.5]"]),
    ("list of structs", "json", ['[{"at": "2024-01-02T03:04:05.678901", "bytes": "ff", "span": "PT24H0M0S", "amount": 1.5}]', None, "[]"]),
    ("list of far moments", "json", ['["+33658-09-27T01:46:40"]', None, '["-29719-04-05T22:13:20"]']),
    ("struct of lists of far dates", "json", ['[{"day": "+29349-01-26"}]', None, "[]"]),
    ("map to far moments", "json", ['[["a", "+33658-09-27T01:46:40"]]', None, '[["b", "-29719-04-05T22:13:20"]]']),
    ("uuid", "identifier", ["30313233-3435-3637-3839-616263646566", None, "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
    ("json", "json", ['{"a":1}', None, "[]"]),
    ("bool8", "boolean", [True, None, False]),
])  # fmt: skip
def test_type_and_cells(held: Held, column: str, kind: str, cells: list[Any]) -> None:
    assert (held.type_of(column), held.column(column)) == (kind, cells)


@pytest.mark.parametrize(("column", "kind", "cells"), [
    ("hundreds", "integer", [100, None, 1200]),
    ("interval", "text", ["P1M2DT0H0M0.000000003S", None, "P0M0DT0H0M0S"]),
    ("dictionary of lists", "json", ["[1, 2]", None, "[1, 2]"]),
    ("runs", "integer", [1, None, None]),
    ("dense union", "text", ["1", "x", "2"]),
])  # fmt: skip
def test_type_and_cells_that_only_arrow_files_have(column: str, kind: str, cells: list[Any], tmp_path: Path) -> None:
    held = hold(
        arrow_file(pa.table({"id": [1, 2, 3], column: COLUMNS[column]}), tmp_path / "t.arrow"), tmp_path / "out"
    )
    assert (held.type_of(column), held.column(column)) == (kind, cells)


def test_what_is_not_kept_as_the_file_has_it_is_said(held: Held) -> None:
    assert "'Mars/Phobos' is not known" in held.evidence("zone of nowhere")
    assert "kept as text" in held.evidence("decimal256")
    assert "NaN is missing" in held.evidence("float64")
    assert "lists and maps are kept as JSON text" in held.draft.reading["nested"]


def test_raw_cells_have_every_digit(held: Held) -> None:
    header, *rows = read_raw(held.source, filename=held.source.name, reading=held.draft.reading)
    cells = dict(zip(header, zip(*rows, strict=True), strict=True))
    assert cells["uint64 full"] == (str(2**64 - 1), "", "0")
    assert cells["decimal128"] == ("1.10", "", "-12345678901234567890.25")
    assert cells["duration ns"] == ("PT0H0M0.000000001S", "", "-PT0H0M0.0001S")
    assert cells["bool"] == ("true", "", "false")


def test_value_that_no_stored_type_holds_is_refused_by_its_reason(tmp_path: Path) -> None:
    table = pa.table({"id": [1], "span": counts([10**15], pa.duration("s"))})
    with pytest.raises(FileRefused) as refused:
        read_file(arrow_file(table, tmp_path / "t.arrow"), filename="t.arrow", into=tmp_path / "out")
    assert refused.value.code == "value_out_of_range"
    assert "1000000000000000" in refused.value.detail


def test_text_that_no_worksheet_cell_holds_is_refused(tmp_path: Path) -> None:
    held = hold(parquet_file(pa.table({"id": [1], "text": ["x" * 32_768]}), tmp_path / "t.parquet"), tmp_path / "out")
    with pytest.raises(ExportTooLarge, match="'text' has longer ones"):
        workbooks.check_room(held.arrow, held.table.columns, 1)


def test_times_of_day_and_dates_are_shown_as_such(tmp_path: Path) -> None:
    table = pa.table({"at": pa.array([time(9, 30)]), "day": [date(2024, 1, 2)]})
    held = hold(parquet_file(table, tmp_path / "t.parquet"), tmp_path / "out")
    workbooks.write_xlsx(held.arrow, held.table.columns, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].number_format, sheet["B2"].number_format) == (
        time(9, 30),
        "hh:mm:ss",
        "yyyy-mm-dd",
    )
