"""Conditions that name what a column holds: cells, keys, and pieces of text."""

from __future__ import annotations

from collections.abc import Iterable

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Cells, Condition, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import (
    Among,
    Matches,
    Predicate,
)


def condition(where: Predicate, column: Column | None, tables: Iterable[str], said: str = "") -> Condition:
    return Condition(where, frozenset(tables), column, said)


def of_column(column: Column, where: Predicate) -> Condition:
    return condition(where, column, {column.ref.table})


def of_cells(found: Cells) -> Condition:
    where: Predicate = Among(of=field_of(found.column), values=found.cells)
    return Condition(where, frozenset({found.column.ref.table}), found.column, located=found.located)


@ENGLISH.rule("PRED", "VAL")
def cell(found: Cells) -> Condition:
    return of_cells(found)


@ENGLISH.rule(
    "PRED",
    "@have? COL @be? of? CELL",
    "COL = CELL",
    "COL equals|equal|called|named|like CELL",
    "COL equal to CELL",
    "by COL CELL",
)
def cell_of_column(column: Column, found: Cells) -> Condition | Costly | None:
    if column is found.column:
        return of_cells(found)
    if any(cell in column.facts.values for cell in found.cells):
        return None  # the column that is named has such cells itself
    if set(column.stems) & set(found.column.stems) and column.ref.table == found.column.ref.table:
        return Costly(of_cells(found), 0.25)
    return None


@ENGLISH.rule("PRED", "by|via|using|through|as|like VAL", cost=0.02)
def cell_as_means(found: Cells) -> Condition:
    return of_cells(found)


@ENGLISH.rule("PRED", "CELL ~COL")
def cell_before_column(found: Cells, column: Column) -> Costly | None:
    """ "French food": the noun says of what column the cell is, and the cell what column the noun means."""
    return Costly(of_cells(found), BOTH_SAY) if column is found.column else None


BOTH_SAY = -0.15
"""What it gains that a column and a cell, said beside each other, belong together."""


ENGLISH.phrases("HOLDING", {"contains": "contain|contains|containing|mention|mentions|mentioning|include the word|contain the word|containing the word|with the word|including the word", "starts": "start with|starts with|starting with|begin with|begins with|beginning with", "ends": "end with|ends with|ending with|end in|ends in|ending in"})  # fmt: skip


@ENGLISH.rule("PRED", "COL HOLDING TEXT", "COL that|which? HOLDING TEXT")
def text_holds(column: Column, how: str, text: str) -> Condition | None:
    if column.family is not Family.TEXT:
        return None
    return of_column(column, Matches(of=field_of(column), how=how, text=text))  # type: ignore[arg-type]
