"""What a plan does with the columns of its tables: which of their values an answer hangs on, and by what of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.plan import AmongRows, Field, Group, Join, Measure, Missing, Model, Pivot, Plan, Query, Show
from shared.plan.expressions import Bucket, Part, Piece, Within
from shared.plan.model import rows_of
from shared.plan.query import Distinct, SortKey, Take


class Use(StrEnum):
    """What of a value an answer hangs on."""

    PRESENCE = "presence"
    """Whether there is one."""
    IDENTITY = "identity"
    """Whether it is the same as another of its column."""
    ORDER = "order"
    """Which of two is the greater."""
    YEAR = "year"
    MONTH = "month"
    """That of any year, or its quarter."""
    DAY = "day"
    """That of any month."""
    HOUR = "hour"
    SHOWN = "shown"
    """All of it, to whoever asks."""
    VALUE = "value"
    """All of it: it is reckoned with, or compared with something else."""


@dataclass(frozen=True)
class ColumnUse:
    """A stored column, by the names of its table and its own."""

    table: str
    column: str
    use: Use


_BY_PART: Mapping[str, Use] = {
    "year": Use.YEAR,
    "quarter": Use.MONTH,
    "month": Use.MONTH,
    "day": Use.DAY,
    "hour": Use.HOUR,
}
_COUNTING: Mapping[str, Use] = {"count": Use.PRESENCE, "distinct": Use.IDENTITY}


def uses_of(plan: Plan) -> tuple[ColumnUse, ...]:
    """Each use once, in the order in which the plan names them. Rows that are shown with all their columns use none: nobody asked for one."""
    found = dict.fromkeys(_of_query(rows_of(plan), shown=isinstance(plan, Query)))
    if isinstance(plan, Model):
        names = [name for _, columns in plan.columns for name in columns]
        found |= dict.fromkeys(ColumnUse(plan.rows.table, name, Use.VALUE) for name in names)
    return tuple(found)


def tables_with_all_columns(plan: Plan) -> frozenset[str]:
    """The tables of which the answer shows rows as they are."""
    making = Group | Show | Pivot
    if isinstance(plan, Model):
        return frozenset()
    if any(isinstance(step, making) or (isinstance(step, Distinct) and step.of) for step in plan.steps):
        return frozenset()
    return frozenset({plan.table, *(step.table for step in plan.steps if isinstance(step, Join))})


def _of_query(query: Query, *, shown: bool = False) -> Iterator[ColumnUse]:
    tables = {query.table: query.table}
    for step in query.steps:
        if isinstance(step, Join):
            tables[step.alias or step.table] = step.table
            yield ColumnUse(step.table, step.right, Use.VALUE)
        if shown and isinstance(step, Show):
            yield from (use for named in step.columns for use in _of_piece(named.of, tables, Use.SHOWN))
        else:
            yield from _of_piece(step, tables, Use.VALUE)


def _of_piece(piece: Piece, tables: Mapping[str, str], use: Use) -> Iterator[ColumnUse]:
    """`use` is what is made of a field that stands here by itself."""
    if isinstance(piece, Query):
        yield from _of_query(piece)
        return
    if isinstance(piece, Field) and piece.table is not None and piece.table in tables:
        yield ColumnUse(tables[piece.table], piece.name, use)
    if isinstance(piece, AmongRows):
        yield ColumnUse(piece.query.table, piece.column, Use.VALUE)
    told = _TOLD.get(type(piece))
    for part, its in (
        told(piece, use) if told else ((part, use if use is not Use.SHOWN else Use.VALUE) for part in _parts_of(piece))
    ):
        yield from _of_piece(part, tables, its)


Parts = Iterator[tuple[Piece, Use]]


def _measured(piece: Measure, _: Use) -> Parts:
    if piece.of is not None:
        yield piece.of, _COUNTING.get(piece.function, Use.VALUE)
    if piece.where is not None:
        yield piece.where, Use.VALUE


def _taken(piece: Take, _: Use) -> Parts:
    if piece.by is not None:
        yield piece.by, Use.ORDER
    yield from ((field, Use.VALUE) for field in piece.within)


def _bucketed(piece: Bucket, use: Use) -> Parts:
    yield piece.of, narrowed(use, Use.YEAR if piece.unit == "year" else Use.VALUE)


def _within(piece: Within, _: Use) -> Parts:
    whole_years = all(bound is None or bound[4:10] == "-01-01" for bound in (piece.start, piece.end))
    yield piece.of, Use.YEAR if whole_years else Use.VALUE


_TOLD: Mapping[type[Piece], Callable[[Any, Use], Parts]] = {
    Measure: _measured,
    Take: _taken,
    SortKey: lambda piece, _: iter([(piece.of, Use.ORDER)]),
    Missing: lambda piece, _: iter([(piece.of, Use.PRESENCE)]),
    Part: lambda piece, use: iter([(piece.of, narrowed(use, _BY_PART.get(piece.part, Use.VALUE)))]),
    Bucket: _bucketed,
    Within: _within,
}
"""The pieces that take less than the whole of a value; of any other, all parts are used as the piece itself is."""


def narrowed(use: Use, part: Use) -> Use:
    """Of a value of which only a part is taken: whether there is one depends on no part."""
    return use if use is Use.PRESENCE else part


def _parts_of(piece: Piece) -> Iterator[Piece]:
    for name in type(piece).model_fields:
        value = getattr(piece, name)
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Piece))
