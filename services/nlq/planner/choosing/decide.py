"""Answer, ask or decline, from the readings of a question and what each of them comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.nlq.planner.choosing.outcomes import Outcome, say_the_same
from services.nlq.planner.facts import Clarify, Decline, Option
from services.nlq.planner.grammar.meanings import Cells
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.planner import Reading, Readings

SURE = 0.75  # a reading that costs more is not offered as an answer
APART = 0.32  # a runner-up with another result must be this much dearer


@dataclass(frozen=True)
class Chosen:
    """The reading that is answered, and how sure that is."""

    reading: Reading
    confidence: float


def decide(readings: Readings, outcomes: Sequence[Outcome | None]) -> Chosen | Clarify | Decline:
    """`outcomes` are the results of the readings, comparable; None where one could not be evaluated."""
    able = [(r, o) for r, o in zip(readings.best, outcomes, strict=True) if o is not None]
    if not able:
        words = ", ".join(f"'{w}'" for w in readings.unexplained[:3])
        reason = f"Nothing in the data matches {words}." if words else "The question could not be read as a whole."
        return Decline(reason, "Name the columns as the table does, or ask one thing at a time.", "other")
    best, result = able[0]
    if best.cost > SURE:
        return Decline("The question could not be read with certainty.", "Name the columns as the table does.", "other")
    rivals = [r for r, o in able[1:] if not say_the_same(o, result) and r.cost - best.cost < APART]
    if not rivals:
        return Chosen(best, max(0.0, 1.0 - best.cost))
    options: list[Option] = []
    for reading in [best, *rivals]:
        label = describe(reading)
        if all(label != o.label for o in options):
            options.append(Option(str(len(options)), label))
    return Clarify("Which of these is meant?", tuple(options[:4]), "other", {}, "reading")


def describe(reading: Reading) -> str:
    """The columns and cells that it links to, as a person would tell it from its rivals by."""
    parts: list[str] = []
    for leaf in reading.derivation.leaves():
        meaning = leaf.meaning
        if isinstance(meaning, Column):
            parts.append(meaning.ref.column)
        elif isinstance(meaning, Cells):
            parts.append(f"{meaning.column.ref.column} is {meaning.cells[0]}")
    return ", ".join(dict.fromkeys(parts)) or reading.derivation.rule
