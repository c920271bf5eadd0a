"""Nouns that stand for things of a kind: "rabbits" for rows whose species is rabbit, "headliners" where a flag says so, and what verbs
become before "rate": the rejection rate is that of what was rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.conditions.flags import holds, is_flag, yes_cells
from services.nlq.planner.grammar.conditions.holding import of_cells, of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures.shares import rate_of
from services.nlq.planner.grammar.meanings import Cells, Condition, Figure, Rows, field_of
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.cells import CellLink
from services.nlq.planner.linking.schema import Column, Schema
from shared.columns import Family
from shared.plan import Among

OF_A_KIND = 0.02
"""A kind that is named for the rows that are so: less sure than the name of the rows."""
SAID_AS_A_NOUN = 0.05
_MOST_STATES = 12
_LEAST_ROOT = 4
_VERBAL = frozenset({"", "d", "ed", "led", "ted", "ped", "t", "s", "e"})
_NOMINAL = frozenset({"", "ion", "tion", "ation", "ition", "al", "ure", "ment", "lation", "ance", "ence", "age", "e", "d", "ed", "ing", "y"})  # fmt: skip


def kinds(tokens: Sequence[Token], links: Sequence[CellLink]) -> Iterator[Item]:
    """`ROWS` that a plural names by a cell of theirs."""
    for link in links:
        last = tokens[link.end - 1]
        cells = link.match.cells
        plural = last.norm.endswith("s") and all(not cell.casefold().endswith(last.norm) for cell in cells)
        small = not last.is_capitalised and len(last.norm) > _LEAST_ROOT - 1
        if plural and small and link.match.whole and _says_kinds(link.match.column):
            named = of_cells(Cells(link.match.column, cells, True, False))
            rows = Rows(link.match.column.home, None, (named,))
            yield Item("ROWS", link.start, link.end, rows, link.cost + OF_A_KIND)


def _says_kinds(column: Column) -> bool:
    few = column.facts.distinct is not None and column.facts.distinct <= 4 * _MOST_STATES
    return few and column.family is Family.TEXT and not column.is_key_like


def flagged(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """`ROWS` of which a flag is true, called by the flag: "headliners"."""
    for at, token in enumerate(tokens):
        for column in schema.columns:
            called = column.words[-1:] == (token.norm.removesuffix("s"),) and len(column.words) == 1
            if called and token.norm.endswith("s") and is_flag(column):
                yield Item("ROWS", at, at + 1, Rows(column.home, None, (holds(column, True),)), OF_A_KIND)


def nouns_of_states(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """`STATE`: the condition that a noun before "rate" means, by a cell or a flag of the same root."""
    for at, token in enumerate(tokens[:-1]):
        if tokens[at + 1].norm in ("rate", "rates") and len(token.norm) >= _LEAST_ROOT:
            for column in schema.columns:
                yield from (Item("STATE", at, at + 1, c, SAID_AS_A_NOUN) for c in _states(column, token.norm))


def _states(column: Column, noun: str) -> Iterator[Condition]:
    if is_flag(column) or yes_cells(column):
        if len(column.words) == 1 and _same_root(noun, column.words[0]):
            cells = yes_cells(column)
            yield of_column(column, Among(of=field_of(column), values=cells)) if cells else holds(column, True)
        return
    if column.family is not Family.TEXT or not column.facts.values_complete:
        return
    if len(column.facts.values) <= _MOST_STATES:
        found = tuple(cell for cell in column.facts.values if _same_root(noun, cell.casefold()))
        if found:
            yield of_column(column, Among(of=field_of(column), values=found))


def _same_root(noun: str, state: str) -> bool:
    """Whether a verb's participle and its noun share their root: "approval" and "approved", not "open" and "operated"."""
    shared = next((n for n, (a, b) in enumerate(zip(noun, state, strict=False)) if a != b), min(len(noun), len(state)))
    return shared >= _LEAST_ROOT and noun[shared:] in _NOMINAL and state[shared:] in _VERBAL


@ENGLISH.rule("FIG", "STATE rate|rates", "rate of STATE")
def rate_of_state(found: Condition) -> Figure | None:
    return rate_of(found)
