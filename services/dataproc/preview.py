"""Pages of a table, straight from its memory-mapped Arrow file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.cells import json_cells
from services.dataproc.domain import StoredTable
from services.dataproc.errors import UnknownColumn


@dataclass(frozen=True)
class Request:
    """`sort` names a column; a leading `-` means descending. Nulls come last either way."""

    offset: int = 0
    limit: int = 50
    columns: tuple[str, ...] = ()
    sort: str | None = None


@dataclass(frozen=True)
class Page:
    columns: list[str]
    rows: list[list[Any]]
    total_rows: int


def read(path: Path, table: StoredTable, request: Request) -> Page:
    """One page as JSON cells."""
    names = [column.name for column in table.columns]
    wanted = list(request.columns) or names
    for name in (*wanted, *([request.sort.removeprefix("-")] if request.sort else ())):
        if name not in names:
            raise UnknownColumn(f"The table {table.name} has no column {name[:80]!r}.", hint=f"Its columns are: {', '.join(names[:30])}.")
    with pa.memory_map(str(path)) as mapped:
        whole = pa.ipc.open_file(mapped).read_all()
        page = _page(whole, request).select(wanted)
        return Page(columns=wanted, rows=rows_of(page), total_rows=whole.num_rows)


def _page(whole: pa.Table, request: Request) -> pa.Table:
    if not request.sort:
        return whole.slice(request.offset, request.limit)
    name, order = request.sort.removeprefix("-"), "descending" if request.sort.startswith("-") else "ascending"
    indices = pc.sort_indices(whole.select([name]), sort_keys=[(name, order, "at_end")])
    return whole.take(indices.slice(request.offset, request.limit))


def rows_of(table: pa.Table) -> list[list[Any]]:
    """Rows of JSON cells."""
    columns = [json_cells(column) for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []
