"""How a question was read, word by word, for the person who asked it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.conditions.times import When
from services.nlq.planner.grammar.groups import Calendar
from services.nlq.planner.grammar.meanings import Cells, Number, Spread
from services.nlq.planner.lexicon.periods import label
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.planner import Reading, Readings
from shared.events.queries import MOST_READING_PARTS as MOST_PARTS
from shared.plan import AGGREGATES


@dataclass(frozen=True)
class Told:
    """A word or phrase of the question and what it was taken for."""

    text: str
    means: str
    table: str | None = None
    column: str | None = None
    value: str | None = None


_OPERATORS = {
    ">": "more than",
    "<": "less than",
    ">=": "at least",
    "<=": "at most",
    "==": "equal to",
    "!=": "not equal to",
}


def told(reading: Reading, readings: Readings) -> tuple[Told, ...]:
    """In the order of the question; words of grammar that join these are left out."""
    return tuple(
        _short(found)
        for item in sorted(_constituents(reading.derivation), key=lambda i: i.start)
        if (found := _meaning(item, readings)) is not None
    )[:MOST_PARTS]


def _short(found: Told) -> Told:
    """Within what an event may carry."""
    table, column, value = (part and part[:200] for part in (found.table, found.column, found.value))
    return Told(found.text[:200], found.means[:200], table, column, value)


_TELLING = frozenset({"COL", "VAL", "TAB", "WHEN", "CAL", "NUM", "QTY", "AGG", "CMP", "AFTERWARDS", "SUP", "SPREAD", "NEG", "DIRECTION", "ORDINAL"})  # fmt: skip


def _constituents(item: Item) -> Iterator[Item]:
    if item.symbol in _TELLING:
        yield item
        return
    for part in item.parts:
        yield from _constituents(part)


def _meaning(item: Item, readings: Readings) -> Told | None:
    first, last = readings.tokens[item.start], readings.tokens[item.end - 1]
    text = readings.question[first.start : last.end]
    meaning = item.meaning
    match meaning:
        case Column():
            return Told(text, f"the column {meaning.ref.column}", meaning.ref.table, meaning.ref.column)
        case Cells(column=column, cells=cells):
            cell = ", ".join(cells[:3])
            return Told(text, f"{column.ref.column} is {cell}", column.ref.table, column.ref.column, cells[0])
        case Table():
            return Told(text, f"rows of {meaning.name}", meaning.name)
        case When(period=period):
            return Told(text, label(period))
        case Calendar(word=word):
            return Told(text, f"by {word}")
        case Number(value=value):
            return Told(text, f"the number {value}")
        case Spread(function=function):
            return Told(text, f"{function} over the order of the groups")
    return _operation(item.symbol, text, meaning)


def _operation(symbol: str, text: str, meaning: object) -> Told | None:
    if symbol == "AGG" and isinstance(meaning, str) and meaning in AGGREGATES:
        return Told(text, f"the {AGGREGATES[meaning].label.removesuffix(' of')} of")
    if symbol in ("CMP", "AFTERWARDS") and isinstance(meaning, str):
        return Told(text, _OPERATORS[meaning])
    if symbol == "SUP":
        return Told(text, "the greatest" if meaning else "the least")
    if symbol == "DIRECTION":
        return Told(text, "greatest first" if meaning else "least first")
    if symbol == "NEG":
        return Told(text, "not")
    return Told(text, f"number {meaning}") if symbol == "ORDINAL" else None
