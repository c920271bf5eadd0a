"""Columns that words name by their sense: "weight" over Mass and Load.

Words of the same sense decide nothing alone. Where two or more columns of a table are near to an expression that none of them is called,
each is linked at much the same cost, and the question comes back with both; a single one is left to the synonyms that linking/names knows.
What a column is called, in full or in part, is never made ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS, STOPWORDS
from services.nlq.planner.linking.columns import akin, likeness
from services.nlq.planner.linking.names import MOST_COLUMNS, Link, cost_of_likeness, relatives
from services.nlq.planner.linking.schema import Column, Schema
from services.nlq.planner.linking.senses import SENSE, figures, senses
from shared.columns import Family

CALLED = 0.35
"""A link that costs less names the column by words of its own name, or their short forms."""
STEP = 0.02  # between columns of one expression: so little that they stay tied (choosing.decide.TIED)
NEAR = 0.3
"""A column that is so much less like the expression than the likest one is not what it means."""
HALF = 0.5  # of a name's words at least must be said: "rank" says too little of loser_rank_points_before_match
_LONGEST = 6


def kin_links(tokens: Sequence[Token], schema: Schema, links: Iterable[Link]) -> Iterator[Link]:
    """(first token, end, column, cost), where several columns fit by sense; `links` are what names say."""
    called = {(start, end) for start, end, _, cost in links if cost < CALLED}
    lexical = relatives(tokens, schema)
    near = [lexical[at] | _kindred(token, schema) for at, token in enumerate(tokens)]
    for start in range(len(tokens)):
        columns: set[Column] | None = None
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
            if tokens[end - 1].norm not in FUNCTION_WORDS:
                columns = near[end - 1] if columns is None else columns & near[end - 1]
                if columns and not any(first <= start and end <= last for first, last in called):
                    yield from _tied(tokens, start, end, columns)
            if not columns:
                break


def _tied(tokens: Sequence[Token], start: int, end: int, columns: set[Column]) -> Iterator[Link]:
    said = [t for t in tokens[start:end] if t.norm not in FUNCTION_WORDS]
    if all(t.norm in STOPWORDS or t.stem in figures() for t in said):
        return
    rated = sorted(_rated(said, columns), key=lambda r: (-r.likeness, r.column.table, r.column.position))
    for likest in rated[:1]:
        rivals = [r for r in rated if _are_rivals(likest, r)][:MOST_COLUMNS]
        for place, rival in enumerate(rivals if len(rivals) > 1 else ()):
            yield start, end, rival.column, cost_of_likeness(likest.likeness) + STEP * place


@dataclass(frozen=True)
class Rated:
    """How much a column's name is like an expression, between 0 and 1."""

    column: Column
    likeness: float


def _are_rivals(likest: Rated, other: Rated) -> bool:
    """Columns of one table and one kind; the others are told apart by what is asked of them."""
    same_kind = (likest.column.family is Family.NUMBER) == (other.column.family is Family.NUMBER)
    return same_kind and other.column.table == likest.column.table and likest.likeness - other.likeness <= NEAR


def _rated(said: Sequence[Token], columns: Iterable[Column]) -> Iterator[Rated]:
    for column in columns:
        kinship = [[_nearness(token, name) for name in column.stems] for token in said]
        named = [max(row[at] for row in kinship) for at in range(len(column.stems))]
        if sum(n > 0 for n in named) >= HALF * len(named) and _each_by_its_own(kinship):
            yield Rated(column, likeness(kinship))


def _each_by_its_own(kinship: Sequence[Sequence[float]], taken: frozenset[int] = frozenset()) -> bool:
    """Whether every word said is near to another word of the name: "gross amount" is more than an amount."""
    if not kinship:
        return True
    first, *others = kinship
    return any(n > 0 and at not in taken and _each_by_its_own(others, taken | {at}) for at, n in enumerate(first))


def _nearness(token: Token, name: str) -> float:
    return max(akin(token, name), SENSE if name in senses(token.stem) else 0.0)


def _kindred(token: Token, schema: Schema) -> set[Column]:
    by_stem = _columns_by_stem(schema)
    return set().union(*(by_stem[name] for name in senses(token.stem) & by_stem.keys()))


@lru_cache(maxsize=64)
def _columns_by_stem(schema: Schema) -> dict[str, set[Column]]:
    found: dict[str, set[Column]] = {}
    for column in schema.columns:
        for name in column.stems:
            found.setdefault(name, set()).add(column)
    return found
