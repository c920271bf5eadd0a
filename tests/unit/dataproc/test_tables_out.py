"""Tables leaving dataproc: previews, exports and the cells in them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc import preview
from services.dataproc.domain import table_id_of, unique_name
from services.dataproc.errors import UnknownColumn
from services.dataproc.tables import arrow_cache as cache_module
from services.dataproc.tables import export
from services.dataproc.tables import workbook_export as workbooks
from services.dataproc.tables.arrow_cache import ArrowTableCache, convert, size_of
from services.dataproc.tables.dictionary_index import files_of
from services.dataproc.tables.json_cells import json_cells
from shared.objects import MemoryObjectStore
from tests.fakes.dataproc import stored_table as stored

TABLE = pa.table(
    {
        "name": pa.array(["b, quoted", 'say "x"', None, "=1+1"]),
        "n": pa.array([3, None, 1, 2**60], pa.int64()),
        "day": pa.array([date(2024, 1, 2), None, date(2023, 5, 6), date(2024, 1, 1)]),
    }
)


@pytest.fixture
def arrow(tmp_path: Path) -> Path:
    pq.write_table(TABLE, tmp_path / "t.parquet")
    convert(tmp_path / "t.parquet", tmp_path / "t.arrow")
    return tmp_path / "t.arrow"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (pa.array([1, 2**60]), [1, str(2**60)]),
        (pa.array([1.5, float("nan"), float("inf")]), [1.5, None, "inf"]),
        (
            pa.array([Decimal("0.10"), Decimal("12345678901234567890.12")], pa.decimal128(30, 2)),
            [0.1, "12345678901234567890.12"],
        ),
        (pa.array([datetime(2024, 1, 2, 3, 4, 5)]), ["2024-01-02T03:04:05"]),
        (pa.array([time(1, 2, 3)]), ["01:02:03"]),
        (pa.array([timedelta(hours=26, minutes=1), timedelta(seconds=-1.5)]), ["PT26H1M0S", "-PT0H0M1.5S"]),
        (pa.array([True, None]), [True, None]),
    ],
)
def test_cells_are_typed_json(cells: pa.Array, expected: list[object]) -> None:
    assert json_cells(pa.chunked_array([cells])) == expected


def test_page_is_a_slice_in_the_files_order(arrow: Path) -> None:
    page = preview.Previewer(1 << 20).read(
        arrow, stored(TABLE), preview.Request(offset=1, limit=2, columns=("n", "name"))
    )
    assert (page.columns, page.rows, page.total_rows) == (["n", "name"], [[None, 'say "x"'], [1, None]], 4)


def test_sorted_page_puts_nulls_last_either_way(arrow: Path) -> None:
    up = preview.Previewer(1 << 20).read(arrow, stored(TABLE), preview.Request(columns=("n",), sort=("n",)))
    down = preview.Previewer(1 << 20).read(arrow, stored(TABLE), preview.Request(columns=("n",), sort=("-n",)))
    assert [r[0] for r in up.rows] == [1, 3, str(2**60), None]
    assert [r[0] for r in down.rows] == [str(2**60), 3, 1, None]


def test_unknown_column_is_refused_with_the_real_ones(arrow: Path) -> None:
    with pytest.raises(UnknownColumn) as refused:
        preview.Previewer(1 << 20).read(arrow, stored(TABLE), preview.Request(sort=("price",)))
    assert "name, n, day" in refused.value.hint


def test_csv_is_rfc_4180(arrow: Path) -> None:
    text = b"".join(export.csv_pieces(arrow, stored(TABLE).columns)).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[:3] == [["name", "n", "day"], ["b, quoted", "3", "2024-01-02"], ['say "x"', "", ""]]
    assert len(rows) == 5


def test_json_lines_are_one_object_a_row(arrow: Path) -> None:
    lines = [json.loads(line) for line in b"".join(export.jsonl_pieces(arrow, stored(TABLE).columns)).splitlines()]
    assert lines[0] == {"name": "b, quoted", "n": 3, "day": "2024-01-02"}
    assert len(lines) == 4


def test_workbook_keeps_formulas_as_text(arrow: Path, tmp_path: Path) -> None:
    workbooks.write_xlsx(arrow, stored(TABLE).columns, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert sheet["A5"].value == "=1+1"
    assert sheet["A5"].data_type == "s"
    assert sheet["C2"].value == datetime(2024, 1, 2)


async def test_cache_fetches_once_and_keeps_within_its_limit(tmp_path: Path) -> None:
    objects = MemoryObjectStore()
    sink = io.BytesIO()
    pq.write_table(TABLE, sink)
    for n in range(3):
        await objects.put(f"sessions/s{n}/tables/t/v1/data.parquet", sink.getvalue())
    one = size_of(
        await ArrowTableCache(tmp_path / "probe", objects, 1 << 30).path("sessions/s0/tables/t/v1/data.parquet")
    )
    cache = ArrowTableCache(tmp_path / "cache", objects, int(one * 2.5))
    paths = [await cache.path(f"sessions/s{n}/tables/t/v1/data.parquet") for n in range(3)]
    assert [[file.exists() for file in files_of(path)] for path in paths] == [[False] * 3, [True] * 3, [True] * 3]
    objects.objects.clear()
    assert pa.ipc.open_file(str(await cache.path("sessions/s2/tables/t/v1/data.parquet"))).read_all().num_rows == 4
    cache.drop("sessions/s2/")
    assert not paths[2].exists()


async def test_cache_drops_one_table_or_a_whole_session_and_nothing_else(tmp_path: Path) -> None:
    objects = MemoryObjectStore()
    cache = ArrowTableCache(tmp_path / "cache", objects, 1 << 30)
    data = tmp_path / "data.parquet"
    pq.write_table(pa.table({"a": ["x", "x", "y"]}), data)

    async def cached(*tables: str) -> list[bool]:
        return [(await cache.path(f"sessions/{table}/v1/data.parquet")).exists() for table in tables]

    def held() -> int:
        return len(list((tmp_path / "cache").rglob("*.arrow")))

    for table in ("s1/tables/t1", "s1/tables/t2", "s2/tables/t1"):
        await objects.put_file(f"sessions/{table}/v1/data.parquet", data)
        assert await cached(table) == [True]
    cache.drop("sessions/s1/tables/t1/")
    assert held() == 2 and await cached("s1/tables/t2", "s2/tables/t1") == [True, True]
    cache.drop("sessions/s1/")
    assert held() == 1 and await cached("s2/tables/t1") == [True]


def test_table_ids_are_the_same_every_time_and_names_are_unique() -> None:
    assert table_id_of("f", 0) == table_id_of("f", 0) != table_id_of("f", 1)
    assert unique_name("a", {"a", "a_2"}) == "a_3"


@pytest.mark.parametrize(
    ("table", "most"),
    [
        (pa.table({f"c{n}": pa.array(range(2_000)) for n in range(400)}), 20_000 * 400),
        (pa.table({"text": [chr(97 + n % 26) * 50_000 + str(n) for n in range(3_000)]}), 3_000 * 50_000 * 0.6),
    ],
    ids=["wide", "long"],
)
def test_wide_tables_and_long_texts_are_cut_into_small_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: pa.Table, most: float
) -> None:
    monkeypatch.setattr(cache_module, "BATCH_CELLS", 200_000)
    pq.write_table(table, tmp_path / "t.parquet", use_dictionary=False)
    convert(tmp_path / "t.parquet", tmp_path / "t.arrow")
    batches = list(export.stored_batches(tmp_path / "t.arrow"))
    assert len(batches) > 1
    assert max(batch.nbytes for batch in batches) < most
    assert sum(batch.num_rows for batch in batches) == table.num_rows
