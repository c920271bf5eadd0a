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
import pyarrow.parquet as pq

from services.dataproc.evaluation.relation import IllTyped

MOST_HELD = 4_000  # tables of which facts are kept: some kilobytes each, more for wide ones


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
        """Numbers in 64 bits, exact decimals as doubles: what the values are, whatever the file saves on them."""
        kind = column.type()
        if isinstance(kind, dt.Integer):
            return column.cast("int64")
        if isinstance(kind, dt.Decimal | dt.Floating) and kind != dt.float64:
            column = column.cast("float64").name(column.get_name())
        if column.get_name() in self.doubtful:
            return ibis.ifelse(column.isnan(), ibis.null("float64"), column)
        return column


@dataclass(frozen=True)
class Facts:
    """What is known of a table without looking at it again."""

    schema: ibis.Schema
    doubtful: frozenset[str]


class Sources:
    """Opens tables, each time anew: what is mapped would outlive a table that its session has deleted. Facts are found once."""

    def __init__(self) -> None:
        self._held: OrderedDict[Path, Facts] = OrderedDict()
        self._lock = Lock()

    def open(self, table: Path | pa.Table) -> Source:
        if isinstance(table, pa.Table):
            return source_of(table)
        with self._lock:
            known = self._held.get(table)
        source = source_of(read_table(table), known)
        with self._lock:
            self._held[table] = Facts(source.schema, source.doubtful)
            self._held.move_to_end(table)
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return source


def read_table(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path, memory_map=True)
    with pa.memory_map(str(path)) as mapped:
        return pa.ipc.open_file(mapped).read_all()


def source_of(table: pa.Table, known: Facts | None = None) -> Source:
    names = tuple(table.column_names)
    if len(set(names)) < len(names):
        raise IllTyped("Two columns of a table have the same name.")
    placed = pa.table([_readable(column) for column in table.columns], names=[f"c{at}" for at in range(len(names))])
    facts = known or _facts_of(placed)
    return Source(placed, names, facts.schema, facts.doubtful)


def _facts_of(table: pa.Table) -> Facts:
    doubtful = frozenset(name for name in table.column_names if _has_nan(table[name]))
    return Facts(ibis.Schema.from_pyarrow(table.schema), doubtful)


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What DuckDB would read as something else: columns without a type, and moments with a zone, which are shown by the clock on the wall there."""
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return pc.local_timestamp(column)
    return column


def _has_nan(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py())
