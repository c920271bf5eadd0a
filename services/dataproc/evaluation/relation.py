"""A table on its way through a plan: an Ibis expression, the columns that can be named, and the order of its rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from shared.columns import Family
from shared.plan import Field


class IllTyped(Exception):
    """The plan has no meaning over these tables; the message is a sentence that names the column or step."""


class Kind(StrEnum):
    """Values that can be compared with one another."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    OTHER = "other"

    @property
    def family(self) -> Family | None:
        return None if self is Kind.OTHER else Family.TIME if self is Kind.DURATION else Family(self.value)


_KINDS: tuple[tuple[type[dt.DataType], Kind], ...] = (
    (dt.Boolean, Kind.BOOLEAN),
    (dt.Numeric, Kind.NUMBER),
    (dt.String, Kind.TEXT),
    (dt.Date, Kind.DATE),
    (dt.Timestamp, Kind.DATE),
    (dt.Time, Kind.TIME),
    (dt.Interval, Kind.DURATION),
)


def kind_of(value: ir.Value) -> Kind:
    return next((kind for base, kind in _KINDS if isinstance(value.type(), base)), Kind.OTHER)


@dataclass(frozen=True)
class Column:
    """`place` is its name in the expression: unique there, whatever the column is called."""

    name: str
    table: str | None
    place: str


@dataclass(frozen=True)
class OrderKey:
    place: str
    descending: bool = False


@dataclass(frozen=True)
class Relation:
    """`order` names columns of the expression, which need not be among those that can be named; empty where no step asks for it."""

    table: ir.Table
    columns: tuple[Column, ...]
    order: tuple[OrderKey, ...] = ()

    def column(self, field: Field) -> Column:
        found = [column for column in self.columns if column.name == field.name and column.table == field.table]
        if len(found) != 1:
            where = f"of {field.table}" if field.table else "that a step made"
            raise IllTyped(f"There is no column {field.name!r} {where} here.")
        return found[0]

    def value(self, field: Field) -> ir.Value:
        return self.table[self.column(field).place]

    def sorting(self, keys: tuple[OrderKey, ...] | None = None) -> list[Any]:
        """A column that comes again decides nothing any more, and Ibis takes none twice."""
        first: dict[str, OrderKey] = {}
        for key in keys or self.order:
            first.setdefault(key.place, key)
        return [in_order(self.table[key.place], descending=key.descending) for key in first.values()]

    def with_table(self, table: ir.Table) -> Relation:
        return replace(self, table=table)

    def with_column(self, name: str, value: ir.Value, place: str) -> Relation:
        """A further column that this query made."""
        if any(column.name == name for column in self.columns):
            raise IllTyped(f"There is a column {name!r} already.")
        return replace(
            self, table=self.table.mutate(**{place: value}), columns=(*self.columns, Column(name, None, place))
        )


def in_order(value: ir.Value, *, descending: bool) -> ir.Value:
    """Missing values last, whichever way."""
    return value.desc(nulls_first=False) if descending else value.asc(nulls_first=False)


def heading(name: str, other: str, taken: Collection[str]) -> str:
    """What a joined column is called when another one has its name."""
    candidates = (name, f"{name} ({other})", *(f"{name} ({other} {number})" for number in range(2, len(taken) + 2)))
    return next(candidate for candidate in candidates if candidate not in taken)
