"""A question back: which word has several meanings, and what the answer would be with each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.nlq.planner.facts import Clarify, Option
from services.nlq.planner.grammar.meanings import Cells
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.planner import Reading, Readings
from shared.plan import Model
from shared.plan.result import Result

MOST_OPTIONS = 4
WHOLE = "reading"
"""The slot of a question whose readings differ in more than the meaning of one expression."""


@dataclass(frozen=True)
class Candidate:
    """A reading and what it comes to."""

    reading: Reading
    outcome: Result


Span = tuple[int, int]


def links_of(reading: Reading) -> dict[Span, Column | Cells | Table]:
    """What stretches of the question stand for, by first token and end."""
    return {
        (leaf.start, leaf.end): leaf.meaning
        for leaf in reading.derivation.leaves()
        if isinstance(leaf.meaning, Column | Cells | Table)
    }


def fits(reading: Reading, readings: Readings, choices: Mapping[str, str]) -> bool:
    """Whether the reading is what was chosen before, slot by slot."""
    chosen = choices.get(WHOLE)
    if chosen is not None and chosen != fingerprint(reading):
        return False
    for span, meaning in links_of(reading).items():
        wanted = choices.get(_slot(readings, span))
        if wanted is not None and wanted != _id(meaning):
            return False
    return True


def is_settled(reading: Reading, readings: Readings, choices: Mapping[str, str]) -> bool:
    """Whether a choice was made for this reading. One of a slot that the question no longer has settles nothing."""
    asked = [WHOLE, *(_slot(readings, span) for span in links_of(reading))]
    return any(slot in choices for slot in asked) and fits(reading, readings, choices)


def ask_back(readings: Readings, candidates: Sequence[Candidate]) -> Clarify:
    """`candidates` differ in what they come to, the likeliest first."""
    some = list(candidates)
    span = _where_they_differ([c.reading for c in some])
    if span is None:
        options = tuple(Option(fingerprint(c.reading), f"{c.reading.sentence}{_value(c)}") for c in some[:MOST_OPTIONS])
        return Clarify("The question can be read in several ways. Which one is meant?", options, "other", {}, WHOLE)
    text = _text(readings, span)
    named: dict[str, Option] = {}
    for candidate in some:
        meaning = links_of(candidate.reading)[span]
        label = f"{_label(meaning)}{_value(candidate)}"
        named.setdefault(_id(meaning), Option(_id(meaning), label, _schema_label(meaning)))
    guessed = any(c.reading.is_guess for c in some)
    question = (
        f"Nothing is called '{text}' here. Is one of these meant?"
        if guessed
        else f"'{text}' can mean several things here. Which one is meant?"
    )
    return Clarify(question, tuple(named.values())[:MOST_OPTIONS], "other", {}, _slot(readings, span))


def _where_they_differ(readings: Sequence[Reading]) -> Span | None:
    """The one stretch that every reading takes for something else than the others, where all else is the same."""
    linked = [links_of(r) for r in readings]
    shared = set(linked[0]).intersection(*linked[1:])
    differing = [span for span in shared if len({_id(links[span]) for links in linked}) > 1]
    return differing[0] if len(differing) == 1 else None


def fingerprint(reading: Reading) -> str:
    return hashlib.sha256(reading.query.model_dump_json().encode()).hexdigest()[:16]


def _slot(readings: Readings, span: Span) -> str:
    return f"word:{_text(readings, span).casefold()}"


def _text(readings: Readings, span: Span) -> str:
    first, last = readings.tokens[span[0]], readings.tokens[span[1] - 1]
    return readings.question[first.start : last.end]


def _id(meaning: Column | Cells | Table) -> str:
    if isinstance(meaning, Table):
        return meaning.name
    column = meaning.column if isinstance(meaning, Cells) else meaning
    return f"{column.ref.table}.{column.ref.column}"


def _label(meaning: Column | Cells | Table) -> str:
    if isinstance(meaning, Table):
        return f"rows of {meaning.name}"
    if isinstance(meaning, Cells):
        return f"{meaning.column.ref.column} is {meaning.cells[0]}"
    return meaning.ref.column


def _schema_label(meaning: Column | Cells | Table) -> str:
    """A cell is a value of a person's; its column's name is not."""
    return f"a value of {meaning.column.ref.column}" if isinstance(meaning, Cells) else _label(meaning)


def _value(candidate: Candidate) -> str:
    outcome = candidate.outcome
    if isinstance(candidate.reading.query, Model):
        return ""  # the rows that go into it say nothing about what comes out
    if outcome.rows is not None and outcome.total_rows == 1 and len(outcome.columns) == 1:
        value = outcome.rows[0][0]
        return f": {value:,}" if isinstance(value, int | float) else f": {value}"
    return f" ({outcome.total_rows:,} rows)"
