"""Stored tables as DuckDB reads them: mapped Arrow files under names of our own, so that no name of a person's stands in any SQL."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.evaluation.relation import IllTyped

MOST_HELD = 256  # tables whose schema is kept at hand: a mapped file costs address space and a descriptor


@dataclass(frozen=True)
class Source:
    """`columns` are called `c0`, `c1`, …; `names` says what these are in the table."""

    table: pa.Table
    names: tuple[str, ...]
    schema: ibis.Schema
    doubtful: frozenset[str]
    """Columns of floats in which something is no number: these cells are missing ones."""

    def place(self, name: str) -> str:
        return f"c{self.names.index(name)}"

    def expression(self, registered: str, names: tuple[str, ...], prefix: str) -> ir.Table:
        """Some of the columns, each under its place with a prefix."""
        table = ibis.table(self.schema, name=registered)
        return table.select(**{f"{prefix}{place}": self._cell(table[place]) for place in map(self.place, names)})

    def _cell(self, column: ir.Value) -> ir.Value:
        """As the data frames of the jail have it: exact decimals are doubles there."""
        if isinstance(column.type(), dt.Decimal):
            return column.cast("float64")
        if column.get_name() in self.doubtful:
            return ibis.ifelse(column.isnan(), ibis.null("float64"), column)
        return column


class Sources:
    """Opens tables; the ones used last stay open."""

    def __init__(self) -> None:
        self._held: OrderedDict[Path, Source] = OrderedDict()
        self._lock = Lock()

    def open(self, table: Path | pa.Table) -> Source:
        if isinstance(table, pa.Table):
            return source_of(table)
        with self._lock:
            if table in self._held:
                self._held.move_to_end(table)
                return self._held[table]
        source = source_of(read_table(table))
        with self._lock:
            self._held[table] = source
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return source


def read_table(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pa.parquet.read_table(path, memory_map=True)
    with pa.memory_map(str(path)) as mapped:
        return pa.ipc.open_file(mapped).read_all()


def source_of(table: pa.Table) -> Source:
    names = tuple(table.column_names)
    if len(set(names)) < len(names):
        raise IllTyped("Two columns of a table have the same name.")
    columns = [_readable(column) for column in table.columns]
    placed = pa.table(columns, names=[f"c{number}" for number in range(len(names))])
    doubtful = frozenset(name for name in placed.column_names if _has_nan(placed[name]))
    return Source(placed, names, ibis.Schema.from_pyarrow(placed.schema), doubtful)


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What DuckDB would read as something else: columns without a type, and moments with a zone, which are shown by the clock on the wall there."""
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return pc.local_timestamp(column)
    return column


def _has_nan(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py())
