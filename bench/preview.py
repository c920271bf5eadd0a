"""Pages of a large table by any column, at any depth, with and without a filter; beside DuckDB over the same Arrow file.

`python -m bench.preview --full` takes the size that the goal of 200 ms is stated for (3.6 M rows × 13 columns). No page
profits from an earlier one: what is remembered for pages that follow has its own line.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bench.orders import make_csv
from bench.reading import SMALLER
from bench.report import Result, ratio_line
from services.dataproc.domain import StoredTable
from services.dataproc.preview import Previewer, Request
from services.dataproc.reading import Column, read_file
from services.dataproc.tables.arrow_cache import convert
from shared.columns import ColumnType

ROWS = 3_600_000
MEMORY = 1 << 30
GOAL = 200  # milliseconds
FILTERS = {
    "city:eq:Chicago": "city = 'Chicago'",
    "amount:gt:900": "amount > 900",
    "day:ge:2014-01-01": "day >= DATE '2014-01-01'",
    "note:contains:1234": "note ILIKE '%1234%'",
    "delay:isnull": "delay IS NULL",
    "flag:eq:true": "flag",
}

Asked = tuple[Request, str]  # and the same in SQL


def pages(names: list[str], rows: int) -> Iterator[Asked]:
    """First pages and deep ones by every column both ways, then filtered ones by the table's order and by two columns."""
    for name in names:
        for sign, way in (("", "ASC"), ("-", "DESC")):
            for offset in (0, rows // 4, rows * 5 // 9):
                yield (
                    Request(offset=offset, sort=(sign + name,)),
                    f"ORDER BY {name} {way} NULLS LAST LIMIT 50 OFFSET {offset}",
                )
    for condition, where in FILTERS.items():
        yield Request(filters=(condition,)), f"WHERE {where} LIMIT 50"
        yield (
            Request(filters=(condition,), sort=("city", "-amount")),
            f"WHERE {where} ORDER BY city NULLS LAST, amount DESC NULLS LAST LIMIT 50",
        )


def timed(action: Callable[[], Any]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def measure(arrow: Path) -> list[Result]:
    with pa.memory_map(str(arrow)) as mapped:
        whole = pa.ipc.open_file(mapped).read_all()
        columns = tuple(
            Column(name=n, source_name=n, type=ColumnType.TEXT, nullable=True, unit=None, evidence="")
            for n in whole.column_names
        )
        table = StoredTable(table_id="t", session_id="s", file_id="f", version=1, name="orders", rows=whole.num_rows, columns=columns, filename="orders.csv",
                            file_key="k", source_sha256="", created_at="2026-01-01")  # fmt: skip
        db = duckdb.connect()
        db.execute("SET enable_progress_bar = false")
        db.register("orders", whole)
        alone: list[float] = []
        again: list[float] = []
        theirs: list[float] = []
        for request, sql in pages(whole.column_names, whole.num_rows):
            previewer = Previewer(MEMORY)
            alone.append(timed(lambda previewer=previewer, request=request: previewer.read(arrow, table, request)))
            again.append(timed(lambda previewer=previewer, request=request: previewer.read(arrow, table, request)))
            previewer.close()
            theirs.append(timed(lambda sql=sql: db.execute(f"SELECT * FROM orders {sql}").fetchall()))
    name = f"page of {whole.num_rows:,} rows"
    return [
        Result(f"{name}, p50", statistics.median(alone), statistics.median(theirs), "ms", "DuckDB"),
        Result(f"{name}, p95", at(alone, 0.95), at(theirs, 0.95), "ms", "DuckDB"),
        Result(f"{name}, slowest of {len(alone)} (goal {GOAL} ms)", max(alone), max(theirs), "ms", "DuckDB"),
        Result(f"{name}, asked again, p50", statistics.median(again), statistics.median(theirs), "ms", "DuckDB"),
    ]


def at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def main(*, full: bool = False) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-preview-") as folder:
        source, arrow = Path(folder) / "orders.csv", Path(folder) / "orders.arrow"
        make_csv(source, ROWS if full else ROWS // SMALLER)
        convert(read_file(source, filename=source.name, into=Path(folder)).tables[0].data_path, arrow)
        results = measure(arrow)
    for result in results:
        print(ratio_line(result), flush=True)
    return results


if __name__ == "__main__":
    main(full="--full" in sys.argv)
