"""Columns as questions about models speak of them: with what kind of thing they hold, whose it is, or the table that has them."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.linking.schema import Column, Table

Two = tuple[Column, Column]


@ENGLISH.rule(
    "COL",
    "variable|column|field|feature|attribute COL",
    "variable|column|field representing|called|named|indicating|measuring COL",
    "COL variable|column|field|feature",
    cost=0.01,
)
def column_by_kind(column: Column) -> Column:
    return column


@ENGLISH.rule("NCOL", "COL")
def spoken_column(column: Column) -> Column:
    return column


@ENGLISH.rule(
    "NCOL",
    "values|data|measurements|level|levels|distribution|variations @of NCOL",
    "NCOL values|data|measurements|distribution|variable|scores",
    "total? number|count|amount of NCOL",
    "an|a? individual|person|student|customer|applicant|patient NCOL",
    "NCOL of the? individuals|persons|people|students|customers|applicants|patients",
    cost=0.03,
)
def column_with_its_kind(column: Column) -> Column:
    """What stands beside says what kind of thing the column holds, or whose it is, and no more."""
    return column


@ENGLISH.rule("NCOL", "NCOL @of ABOUT", cost=0.05)
@ENGLISH.rule("NCOL", "ABOUT NCOL", cost=0.35)
def column_of_subject(*parts: object) -> Column | None:
    """ "the age of the bank customer", where the table is about these."""
    table = the(Table, parts)
    column = the(Column, parts)
    return column if column.home is table else None


@ENGLISH.rule("NCOL", "TAB @of COL", "CAL TAB @of COL", "TAB values @of COL", "CAL TAB values @of COL")
def column_of_table(*parts: object) -> Column | None:
    """ "crop production in Vietnam": what the table is about, of the column that has it."""
    table = the(Table, parts)
    column = the(Column, parts)
    return column if column.home is table else None


@ENGLISH.rule(
    "TWO",
    "NCOL and|with|vs|versus|to NCOL",
    "between|of|for|in NCOL and NCOL",
    "columns|variables NCOL and NCOL",
    "both NCOL and NCOL",
)
def two_columns(one: Column, other: Column) -> Two | None:
    return None if one is other else (one, other)


@ENGLISH.rule(
    "TWO", "TAB @of|between? COL and COL", "CAL TAB @of|between? COL and COL", "TWO @of TAB", "TWO @of CAL TAB"
)
def two_columns_of_table(*parts: object) -> Two | None:
    table = the(Table, parts)
    columns = tuple(p for p in parts if isinstance(p, Column)) or the(tuple, parts)
    one, other = columns
    return (one, other) if one is not other and one.home is table and other.home is table else None


@ENGLISH.rule("SOME", "NCOL")
def one_column(column: Column) -> tuple[Column, ...]:
    return (column,)


@ENGLISH.rule("SOME", "SOME and NCOL", "SOME NCOL")
def more_columns(columns: tuple[Column, ...], column: Column) -> tuple[Column, ...] | None:
    return (*columns, column) if column not in columns and column.home is columns[0].home else None
