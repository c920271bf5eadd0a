"""Questions for where things are: "where is Rosa Quint", "where can we find an Italian restaurant", "where is the best clinic"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.holding import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Cells, Condition, Rows, field_of
from services.nlq.planner.grammar.questions.asks import of_rows
from services.nlq.planner.grammar.questions.superlatives import superlative, superlative_of_cells
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.addresses import address_of, whereabouts
from services.nlq.planner.linking.domains import names_rows
from services.nlq.planner.plan.relations import Things, among
from shared.plan import Missing, Not

ENGLISH.phrases("WHEREABOUTS", {True: "where is|where are|where was|where were|where can i find|where can we find|where can you find|where can one find|where do i find|where do we find|where could i find|where could we find|where would i find"})  # fmt: skip

ASKED_FIRST = -0.15
"""Words that ask for a place are hardly anything else: "where are the dental clinics" does not list clinics where they are dental."""


def _located(ask: Ask) -> Ask | None:
    """The name and the place of each. Things that have an address elsewhere are listed where they have one."""
    rows = ask.rows
    if rows is None or rows.counted is not None or rows.table.naming_column is None:
        return None
    places = whereabouts(rows.table)
    if not places:
        return None
    has_address = [
        Condition(Not(of=Missing(of=field_of(c))), frozenset({c.ref.table}), c) for c in address_of(rows.table)[:1]
    ]
    return replace(ask, beside=places, where=(*has_address, *ask.where))


@ENGLISH.rule("Q", "WHEREABOUTS the|a|an|some|any|all? ROWS", "WHEREABOUTS all the ROWS", cost=ASKED_FIRST)
def where_things_are(_: bool, rows: Rows) -> Ask | None:
    return _located(of_rows(rows))


@ENGLISH.rule("Q", "WHEREABOUTS the? SUPADJ ROWS", cost=ASKED_FIRST)
def where_the_extreme_is(_: bool, hints: tuple[str, ...], rows: Rows) -> list[Costly]:
    return _each_located(superlative(hints, rows))


@ENGLISH.rule("Q", "WHEREABOUTS the? SUPADJ VAL PRED?", cost=ASKED_FIRST)
def where_the_extreme_of_its_kind_is(
    _: bool, hints: tuple[str, ...], kind: Cells, *narrowed: Condition
) -> list[Costly]:
    return _each_located(superlative_of_cells(hints, kind, *narrowed))


def _each_located(asks: list[Costly]) -> list[Costly]:
    return [Costly(made, ask.cost) for ask in asks if (made := _located(ask.meaning)) is not None]


@ENGLISH.rule("Q", "WHEREABOUTS the? VAL", "WHEREABOUTS the? VAL located|at", cost=ASKED_FIRST)
def where_one_is(_: bool, found: Cells) -> Ask | None:
    if not names_rows(found.column):
        return None
    return _located(Ask(rows=Rows(found.column.home), where=(of_cells(found),)))


@ENGLISH.rule("Q", "WHEREABOUTS THING", "WHEREABOUTS THING located|at", cost=0.25)
def where_what_was_found_is(_: bool, found: Things) -> Ask | None:
    """Dearer than where the same is said as a superlative: what follows narrows among what the extreme is found."""
    if not found.ranked:
        return None
    return _located(Ask(rows=Rows(found.key.home), where=(among(found.key, found),)))
