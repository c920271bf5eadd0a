"""The things that are counted or listed: rows of a table, or the different values of a column; and what narrows them."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.flags import is_a_mark, is_flag, yes_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Rows, field_of
from services.nlq.planner.grammar.rules import Costly, the_or_none
from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.names import entity_stems
from services.nlq.planner.linking.rows import repeats
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import ColumnType, Family
from shared.plan import All, Among

ENGLISH.phrases("DIFFERENT", {True: "different|distinct|unique|separate|individual"})


BESIDE_A_NAME = 0.25
"""A column that differs in every row of things that have a name ("capital" of states) is rather a value of them."""
ELSEWHERE = 0.35
"""Things that have a table of their own are its rows, rather than what another table happens to name of them."""


@ENGLISH.rule("ROWS", "TAB", "TAB row|rows|record|records|entry|entries|file|list|lines")
def rows_of_table(table: Table) -> Rows:
    return Rows(table)


@ENGLISH.rule(
    "ROWS",
    "row|rows|record|records|entry|entries @be? of|in the? table|file? TAB",
    "row|rows|record|records|entry|entries @do|@have the? table|file? TAB @have?",
)
def rows_in_table(*said: object) -> Rows | None:
    table = the_or_none(Table, said)
    return None if table is None else Rows(table)


@ENGLISH.rule("ROWS", "COL")
def things_of_column(column: Column) -> Rows | Costly | None:
    """The things that a column names: `customers` of `customer_id`."""
    if column.family in (Family.BOOLEAN, Family.TIME) or column.facts.type == ColumnType.DECIMAL:
        return None
    if yes_cells(column) or is_flag(column) or is_a_mark(column):
        return None
    found = Rows(column.home, column)
    if column.is_place:
        return Costly(found, 0.2)
    if home_of(column) is not None:
        return Costly(found, ELSEWHERE)
    if column.is_numeric and not column.is_key_like:
        return Costly(found, 0.7)
    if column.family is Family.DATE:
        return Costly(found, 0.2 if column.words[-1] in ("date", "day", "time") else 0.6)
    if entity_stems(column) == column.home.stems and not column.is_key_like:
        return Costly(found, 0.0 if repeats(column.home, column.home.stems) else 0.35)
    naming = column.home.naming_column
    if (
        column.facts.name in column.home.facts.candidate_keys
        and naming not in (None, column)
        and not column.is_key_like
    ):
        return Costly(found, BESIDE_A_NAME)
    return found


@ENGLISH.rule("ROWS", "DIFFERENT ROWS", "different kinds|types of ROWS")
def different_rows(_: bool, rows: Rows) -> Rows | None:
    return replace(rows, distinct=True) if rows.counted else None


@ENGLISH.rule("ROWS", "PRED ROWS", cost=0.01)
def rows_described(found: Condition, rows: Rows) -> Rows | None:
    return None if names_another(rows.counted, found) else replace(rows, where=(found, *rows.where))


@ENGLISH.rule("ROWS", "ROWS PRED", "ROWS @that @be? PRED", "ROWS @be PRED", cost=0.02)
def rows_with(rows: Rows, found: Condition) -> Rows | None:
    return None if names_another(rows.counted, found) else replace(rows, where=(*rows.where, found))


def names_another(said: Column | None, found: Condition) -> bool:
    """ "The visitor is Toronto" speaks of visitors, where there is one of that name, and not of a home team called so."""
    parts = found.where.of if isinstance(found.where, All) else (found.where,)
    return said is not None and any(
        isinstance(part, Among) and part.of != field_of(said) and any(cell in said.facts.values for cell in part.values)
        for part in parts
    )


@ENGLISH.rule("ROWS", "COL ROWS", cost=0.1)
def rows_with_a_date(column: Column, rows: Rows) -> Rows | None:
    """ "opened jobs": every one of them has that date, which says no more."""
    dated = column.family is Family.DATE and not column.facts.nullable and column.words[-1].endswith("ed")
    return rows if dated and column.home is rows.table else None


@ENGLISH.rule("ROWS", "all ROWS", "all of? the? ROWS", "every ROWS")
def all_rows(rows: Rows) -> Rows:
    return rows


@ENGLISH.rule("ROWS", "ROWS with|having TAB PRED", "ROWS that|which|who have|had TAB PRED", cost=0.02)
def rows_that_have(rows: Rows, table: Table, found: Condition) -> Rows | None:
    """ "Borrowers with loans in 2022": the things of a column, and which of its table's rows they have."""
    return rows_with(rows, found) if rows.counted is not None and rows.counted.home is table else None


@ENGLISH.rule("COL", "COL ~number", cost=0.02)
def number_of_a_thing(column: Column) -> Column | None:
    """ "Phone number"."""
    return column if column.is_key_like or {"phone", "telephone", "mobile", "fax"}.intersection(column.words) else None
