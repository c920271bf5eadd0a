"""What a measure could be that names no column, where a question cannot be read without that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planner.grammar.chart import Chart, Item
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from services.nlq.planner.linking.guesses import guessed_links
from services.nlq.planner.linking.names import identifiers
from services.nlq.planner.linking.schema import Schema

GUESS = "guess"
"""The rule by which such leaves are known (planner.Reading.is_guess)."""


def guessed(text: str, tokens: Sequence[Token], schema: Schema, chart: Chart) -> Iterator[Item]:
    """Columns for what follows an aggregate: "total …", "average …". `chart` is of the question as far as it was understood.

    What means a time or a whole cell, and what is written as one identifier, is nothing to guess about: the average "pH value" is not that
    of all values.
    """
    starts = {_after(tokens, end) for _, end in chart.found("AGG")}
    cells = [(s, e) for s, e in chart.found("VAL") if any(item.meaning.whole for item in chart.over("VAL", s, e))]
    known = [*cells, *chart.found("WHEN"), *chart.found("CAL"), *identifiers(text, tokens)]
    taken = {at for start, end in known for at in range(start, end)}
    for start, end, column, cost in guessed_links(tokens, schema, sorted(starts), taken):
        yield Item("COL", start, end, column, cost, rule=GUESS)


def _after(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].norm in FUNCTION_WORDS:
        at += 1
    return at
