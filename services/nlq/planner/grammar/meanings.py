"""What stretches of a question mean, before tables are joined and steps are put in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from services.nlq.planner.linking.schema import Column, Table
from shared.plan import Expression, Field, Measure, Predicate
from shared.plan.expressions import CalendarUnit, Scalar

Direction = Literal["ascending", "descending"]


def field_of(column: Column) -> Field:
    return Field(name=column.ref.column, table=column.ref.table)


@dataclass(frozen=True)
class Cells:
    """Cells of one column that a stretch names: whole cells, or those that hold the words (`whole` is false)."""

    column: Column
    cells: tuple[str, ...]
    whole: bool = True
    located: bool = False
    """Whether the question says that something is in it: "in Ohio"."""


@dataclass(frozen=True)
class Number:
    """A number as said; `unit` is a word that stands beside it, `percent` for "5 %"."""

    value: float | int
    unit: str | None = None
    percent: bool = False
    columns: tuple[Column, ...] = ()
    """Columns of that currency, which an amount without a column may be about."""


@dataclass(frozen=True)
class Value:
    """Something with one value for each row: a column, or arithmetic of columns. `label` heads it in a result."""

    of: Expression
    label: str
    column: Column | None = None
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Condition:
    """`column` is what it is about, where it is about a single one: alternatives of one column are joined by a shared noun."""

    where: Predicate
    tables: frozenset[str]
    column: Column | None = None
    said: str = ""
    never: bool = False
    """A negation that speaks of all rows of a thing: "never bought"."""
    located: bool = False
    """Whether it says where something is."""
    apart: tuple[Condition, ...] = ()
    """Parts that no single row fulfils: a thing has a row for each of them ("bought both"), or none ("in 2022 but not in 2023")."""


@dataclass(frozen=True)
class Rows:
    """The things that are counted or listed: rows of a table, or the different values of `counted`; narrowed by `where`."""

    table: Table
    counted: Column | None = None
    where: tuple[Condition, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class Key:
    """What rows are grouped by: a column, a calendar bucket or part of it, a bin."""

    of: Expression
    label: str
    tables: frozenset[str]
    column: Column | None = None
    unit: CalendarUnit | None = None


@dataclass(frozen=True)
class Figure:
    """A number over rows: an aggregate, of a value or of the rows themselves; or two figures and what is made of them."""

    function: str
    of: Value | None = None
    rows: Rows | None = None
    where: tuple[Condition, ...] = ()
    percentile: float | None = None
    left: Figure | None = None
    right: Figure | None = None
    scale: int = 1
    named: Measure | None = None
    """A measure that the dictionary defines, as it stands there."""
    assumed: bool = False
    """Whether the aggregate was not said: "revenue by month"."""


@dataclass(frozen=True)
class Rank:
    """The greatest or least: `count` of them after the first `skip`; by a figure of each group, by a value of each row, or (with
    neither) by what the question measures."""

    count: int
    descending: bool
    skip: int = 0
    by: Figure | Value | None = None
    within: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Limit:
    """Groups whose figure compares so with a number ("with more than 15 orders")."""

    figure: Figure
    op: str
    value: float | int
    overall: Figure | None = None
    """What is compared with instead of `value`: that figure of all rows together."""


@dataclass(frozen=True)
class Order:
    by: Figure | Value | Key | None
    descending: bool


@dataclass(frozen=True)
class Spread:
    """A figure of each group followed over an order: running totals, changes, moving averages, shares of the whole."""

    function: str
    size: int = 1


@dataclass(frozen=True)
class Standing:
    """Where rows stand in their table: at an end ("first", "last"), or beside the row in which `column` holds `cell` ("after", "before")."""

    how: str
    column: Column | None = None
    cell: str = ""


@dataclass(frozen=True)
class Study:
    """A model step over columns, role by role; `unit` where its rows are first added up by calendar unit, `refused` where the columns
    are none that the step could take, and why."""

    step: str
    columns: tuple[tuple[str, tuple[Column, ...]], ...] = ()
    options: tuple[tuple[str, Scalar], ...] = ()
    unit: CalendarUnit | None = None
    refused: str = ""

    def role(self, name: str) -> tuple[Column, ...]:
        return dict(self.columns).get(name, ())

    def taking(self, role: str, columns: tuple[Column, ...]) -> Study:
        return replace(self, columns=(*((n, c) for n, c in self.columns if n != role), (role, columns)))

    def setting(self, name: str, value: Scalar) -> Study:
        return replace(self, options=(*((n, v) for n, v in self.options if n != name), (name, value)))


@dataclass(frozen=True)
class Ask:
    """A question as far as it has been read: exactly one of figures, shown values, rows and a study is what is asked for."""

    figures: tuple[Figure, ...] = ()
    rows: Rows | None = None
    shown: tuple[Value, ...] = ()
    beside: tuple[Column, ...] = ()
    """Of the rows that are asked for, what is shown beside their name, where not the whole rows are ("where are they")."""
    where: tuple[Condition, ...] = ()
    keys: tuple[Key, ...] = ()
    limits: tuple[Limit, ...] = ()
    rank: Rank | None = None
    order: Order | None = None
    spread: Spread | None = None
    distinct: bool = False
    count_groups: bool = False
    outer: str | None = None
    """An aggregate of the groups' figures: "average of total sales per customer"."""
    pivot: bool = False
    stands: Standing | None = None
    yes_no: tuple[Figure, str, Figure] | None = None
    study: Study | None = None
