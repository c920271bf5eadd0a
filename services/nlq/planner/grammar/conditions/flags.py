"""Conditions that are adjectives: what a column says yes or no to."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.holding import of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, field_of
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType, Family
from shared.plan import (
    Among,
    Comparison,
    Literal,
    Missing,
    Not,
)


def is_flag(column: Column) -> bool:
    """Booleans, and numbers that are only 0 and 1."""
    if column.facts.type == ColumnType.BOOLEAN:
        return True
    return column.is_numeric and (column.facts.minimum, column.facts.maximum, column.facts.distinct) == (0, 1, 2)


_SAY_YES = frozenset({"yes", "y", "true", "t", "ja", "oui", "si", "x"})
_SAY_NO = frozenset({"no", "n", "false", "f", "nein", "non"})
_MOST_SPELLINGS = 10


def yes_cells(column: Column) -> tuple[str, ...]:
    """The cells of a text column that say yes, however spelled, where others say no: a flag that may have a third value."""
    values = column.facts.values
    if column.family is not Family.TEXT or not column.facts.values_complete or len(values) > _MOST_SPELLINGS:
        return ()
    return _said(values, _SAY_YES) if _said(values, _SAY_NO) else ()


def is_a_mark(column: Column) -> bool:
    """One and the same cell or nothing: an x beside those that are so."""
    return column.family is Family.TEXT and column.facts.nullable and column.facts.distinct == 1


def no_cells(column: Column) -> tuple[str, ...]:
    return _said(column.facts.values, _SAY_NO) if yes_cells(column) else ()


def _said(cells: tuple[str, ...], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(cell for cell in cells if cell.strip().casefold() in words)


def holds(column: Column, truth: bool) -> Condition:
    """A flag of which there is only "yes" and nothing is not set where nothing stands."""
    field = field_of(column)
    if column.facts.type != ColumnType.BOOLEAN:
        return of_column(column, Comparison(left=field, op="==", right=Literal(value=int(truth), type="number")))
    if not truth and column.facts.nullable and column.facts.distinct == 1:
        yes = Comparison(left=field, op="==", right=Literal(value=True, type="boolean"))
        return of_column(column, Not(of=yes, missing_too=True))
    return of_column(column, Comparison(left=field, op="==", right=Literal(value=truth, type="boolean")))


_OF_TIME = frozenset({"on", "at", "date", "day", "time", "timestamp", "when"})
_DONE = frozenset("left sold paid sent built won lost begun shut met held quit broken stolen born withdrawn".split())
"""Participles that do not end in -ed."""


def says_when_done(column: Column) -> bool:
    """A date that says when something was done to the row: `left`, `returned_on`, `closed_date`."""
    words = _deed(column)
    return column.family is Family.DATE and bool(words) and (words[-1].endswith("ed") or words[-1] in _DONE)


def is_a_verb(column: Column) -> bool:
    """`left`, `returned_on`: a date that names nothing that could be asked for."""
    return says_when_done(column) and not {"date", "day", "time", "timestamp"}.intersection(column.words)


def _deed(column: Column) -> list[str]:
    return [w for w in column.words if w not in _OF_TIME]


@ENGLISH.rule(
    "PRED",
    "COL",
    "@be COL",
    "@have? a|an? COL",
    "COL @be? yes|true|y",
    "COL = yes|true",
    "marked|flagged as? COL",
    "would|will|do|does|did COL",
)
def flag(column: Column) -> Condition | Costly | None:
    if cells := yes_cells(column):
        return of_column(column, Among(of=field_of(column), values=cells))
    if says_when_done(column) and column.facts.nullable:  # "left": it has such a date
        return Costly(of_column(column, Not(of=Missing(of=field_of(column)))), 0.1 * (len(_deed(column)) > 1))
    return holds(column, True) if is_flag(column) else None


def negated(found: Condition) -> Condition:
    where = found.where
    if isinstance(where, Not):
        return Condition(where.of, found.tables, found.column)
    if found.column is not None and is_flag(found.column) and isinstance(where, Comparison):
        value = where.right.value if isinstance(where.right, Literal) else None
        return holds(found.column, not value)
    return Condition(Not(of=where), found.tables, found.column)


@ENGLISH.rule(
    "PRED",
    "non COL",
    "COL @be? no|false|n",
    "COL = no|false",
    "no|without a|an? COL",
    "@have no COL",
    "would|will|do|does|did? NEG COL",
)
def flag_off(*parts: object) -> Condition | list[Costly] | None:
    column = the(Column, parts)
    if is_flag(column):
        return holds(column, False)
    if cells := no_cells(column):
        third = set(column.facts.values) - {*cells, *yes_cells(column)}
        noes = of_column(column, Among(of=field_of(column), values=cells))
        return [Costly(noes, 0.0), *([Costly(negated(flag(column)), 0.1)] if third else [])]  # type: ignore[arg-type]
    found = flag(column)
    found = found.meaning if isinstance(found, Costly) else found
    return negated(found) if isinstance(found, Condition) else None
