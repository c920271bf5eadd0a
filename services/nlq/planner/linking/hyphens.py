"""Names written with a hyphen where the table has one word: "re-entries" over `reentry`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.linking.schema import Column, Schema

WITH_A_HYPHEN = 0.02


def hyphened_columns(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, int, Column, float]]:
    """(first token, end, column, cost)."""
    for at, (left, right) in enumerate(pairwise(tokens)):
        if text[left.end : right.start] == "-":
            said = (stem(left.norm + right.norm),)
            yield from ((at, at + 2, column, WITH_A_HYPHEN) for column in schema.columns if column.stems == said)
