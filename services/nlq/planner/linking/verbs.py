"""Verbs that say in what way rows name other things, where the column that holds these is called by another word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from services.nlq.planner.grammar.word_classes import RELATED
from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.schema import Column, Schema, Table

SAID_OTHERWISE = 0.1
_WAYS = {
    "run|runs|running|flow|flows|flowing|pass|passes|passing|go|goes|going|run through|runs through|running through|flow through|flows through|flowing through|pass through|passes through|"
    "passing through|go through|goes through|going through|cross|crosses|crossing|cross over|crosses over|lie on|lies on|cut through": "traverse cross pass flow through via course route",
    "adjoin|adjoins|adjoining|adjacent|adjacent to|next to|neighbor|neighbors|neighboring|neighbour|neighbours|neighbouring|surround|surrounds|surrounding|share a border with|shares a border with|"
    "border on|borders on|bordering on": "border neighbor neighbour adjacent",
}  # fmt: skip
"""Ways to put it, and the words of names that mean it."""


def verb_links(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, int, Column, float]]:
    """(first token, end, column, cost)."""
    said = [t.norm for t in tokens]
    for ways, stems in _ways():
        columns = [c for c in schema.columns if stems & set(c.stems) and not c.is_numeric]
        if not columns:
            continue
        for start in range(len(said)):
            for width in range(1, 5):
                if tuple(said[start : start + width]) in ways and start + width <= len(said):
                    yield from ((start, start + width, c, SAID_OTHERWISE) for c in columns)


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[frozenset[tuple[str, ...]], frozenset[str]], ...]:
    return tuple(
        (frozenset(tuple(way.split()) for way in ways.split("|")), frozenset(stem(w) for w in words.split()))
        for ways, words in _WAYS.items()
    )


def deed_links(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, Table]]:
    """Verbs of what the rows of a table tell: "sold" of sales, where these name what is sold and by whom."""
    for at, token in enumerate(tokens):
        for table in schema.tables if token.norm in RELATED else ():
            about = {w for c in table.columns for w in (*c.words, *c.stems)} | set(table.stems)
            if RELATED[token.norm] & about and any(home_of(c) is not None for c in table.columns):
                yield at, table
