"""Rephrasings of a declined question that would work: what is near to the words that nothing explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from services.nlq.planner.lexicon.tokens import fold, name_words
from services.nlq.planner.linking.schema import Schema
from services.nlq.planner.planner import Readings

MOST = 3
NEAR = 0.72
"""Of the letters of two words so many must be the same, in their order: "kevib" and "kevin", not "overtime" and "time"."""
_MOST_CELLS = 5_000
_MOST_TRIED = 12


def suggestions(readings: Readings, read_again: Callable[[str], Readings]) -> tuple[str, ...]:
    """Ready questions, each of which has a whole reading; the nearest words first."""
    found: list[str] = []
    for word in readings.unexplained[:1]:
        for near in _near(word, readings.schema):
            question = readings.question.replace(word, near, 1)
            if question not in found and read_again(question).best:
                found.append(question)
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _near(word: str, schema: Schema) -> Iterator[str]:
    """Names that are spelled nearly so; then, for a word that is like none, what there is to measure."""
    folded = fold(word)
    yield from _alike(folded, word, schema)
    yield from (c.ref.column for c in schema.columns if c.is_numeric and not c.is_key_like)


def _alike(folded: str, word: str, schema: Schema) -> Iterator[str]:
    rated = {
        name: _likeness(folded, fold(name))
        for name in _names(schema)
        if abs(len(name) - len(word)) <= 1 + len(word) // 2
    }
    ordered = sorted((name for name, rate in rated.items() if rate >= NEAR), key=lambda name: (-rated[name], name))
    yield from ordered[:_MOST_TRIED]


def _likeness(word: str, name: str) -> float:
    return 0.0 if word == name else SequenceMatcher(None, word, name).ratio()


def _names(schema: Schema) -> Iterator[str]:
    """Columns by their names and labels, and cells, as a person would write them."""
    for column in schema.columns:
        yield " ".join(name_words(column.facts.name)) or column.facts.name
        yield from column.facts.labels
    cells = 0
    for column in schema.columns:
        for cell in column.facts.values:
            cells += 1
            if cells > _MOST_CELLS:
                return
            if not cell[:1].isdigit():
                yield cell
