"""Conditions on whether a column holds anything at all."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.flags import yes_cells
from services.nlq.planner.grammar.conditions.holding import of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import (
    Among,
    Comparison,
    Literal,
    Missing,
    Not,
)

NOWHERE = 0.5  # what is asked for is missing in no row: something else is meant, or the answer is none


@ENGLISH.rule(
    "PRED",
    "COL @be? missing|empty|blank|unknown|unspecified|null",
    "missing|blank|empty a? COL",
    "@have no|missing COL",
    "no COL recorded|given|specified?",
    "without an|a|any? COL",
    "@have no COL recorded|given|specified|assigned|set?",
    "COL not recorded|given|known|specified|available|set",
    "left no COL",
    "lacking|lack|lacks a? COL",
    "missing a? value? for COL",
    "@do? @not @have? an|a|any COL",
)
def is_missing(column: Column) -> list[Costly]:
    """Of a number, none may be said of 0 as well."""
    if column.family is Family.BOOLEAN:
        return []
    found = [Costly(of_column(column, Missing(of=field_of(column))), 0.0 if column.facts.nullable else NOWHERE)]
    if denied := denying_cells(column):
        found = [Costly(of_column(column, Among(of=field_of(column), values=denied)), 0.0)]
        if column.facts.nullable:
            said = Not(of=Among(of=field_of(column), values=denied))
            found.append(Costly(of_column(column, Not(of=said, missing_too=True)), OR_ZERO))
        return found
    low = column.facts.minimum
    if column.is_numeric and not column.is_key_like and isinstance(low, int | float) and low <= 0:
        zero = Comparison(left=field_of(column), op="==", right=Literal(value=0, type="number"))
        found.append(Costly(of_column(column, zero), OR_ZERO))
    return found


OR_ZERO = 0.08
"""Whether none is said of what is missing or of 0 is asked, where a column has both (choosing.decide.TIED)."""
_DENYING = frozenset("none no not nil without nothing".split())


def denying_cells(column: Column) -> tuple[str, ...]:
    """Cells by which a column of kinds says that there is nothing."""
    if column.family is not Family.TEXT or not column.facts.values_complete:
        return ()
    return tuple(cell for cell in column.facts.values if (cell.casefold().split() or [""])[0] in _DENYING)


@ENGLISH.rule(
    "PRED", "never ~COL", "not yet ~COL", "yet to be ~COL", "still not ~COL", "never @be|@have? ~COL", cost=0.02
)
def never_done(column: Column) -> list[Costly]:
    """ "never renewed", of a column that counts renewals or says when."""
    return [found for found in is_missing(column) if found.cost < NOWHERE]


@ENGLISH.rule(
    "PRED",
    "COL @be? not? known|recorded|given|present",
    "with|having a|an? COL",
    "@have an|a|any COL",
    "@have COL recorded",
    "COL @be? not missing|empty|blank|null",
    cost=0.1,
)
def is_present(column: Column) -> list[Condition | Costly]:
    """Of a number, nobody who has 0 has any: "had a fine" is of more than nothing."""
    if column.family is Family.BOOLEAN or yes_cells(column):
        return []
    if denied := denying_cells(column):
        return [of_column(column, Not(of=Among(of=field_of(column), values=denied)))]
    low = column.facts.minimum
    more = column.is_numeric and not column.is_key_like and isinstance(low, int | float) and low <= 0
    found: list[Condition | Costly] = []
    if column.facts.nullable:
        found.append(of_column(column, Not(of=Missing(of=field_of(column)))))
    if more:
        above = Comparison(left=field_of(column), op=">", right=Literal(value=0, type="number"))
        found.append(Costly(of_column(column, above), 0.0))
    return found
