"""Answer, ask or decline, from the readings of a question and what each of them comes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.nlq.planner.choosing.clarify import Candidate, ask_back, fits, is_settled
from services.nlq.planner.choosing.features import features
from services.nlq.planner.choosing.outcomes import say_the_same
from services.nlq.planner.choosing.scorer import fitted_scorer
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.planner.plan.doubts import sum_in_doubt
from services.nlq.planner.plan.remarks import summed_key
from services.nlq.planner.planner import HARDLY, Obstacle, Reading, Readings
from shared.plan import Model, Sort
from shared.plan.model import rows_of
from shared.plan.result import Result

MAX_WRONG = 0.02
MOST_WRONG = 0.2
"""The largest share that a caller may accept."""
MOST_EVALUATED = 6  # a plan costs some 10 ms of processor time to evaluate
WITHIN = 0.6
"""Readings that cost so much more than the best one are no rivals, and no options: nobody would mean them."""
TIED = 0.1
"""Readings so close in cost with different results are asked about, however likely one of them is: nothing in the words prefers it."""
MEANT = 0.12
"""An option must be so likely; below that it is noise beside the question."""

CLEARER = "Name the columns as the table does, or ask one thing at a time."
TOO_MUCH = Decline(
    "What the question comes to could not be worked out within the time, the memory and the rows that are allowed for a check.",
    "Ask it of fewer rows, or for a figure instead of a list; on a busy machine, ask again in a moment.",
    "other",
)


@dataclass(frozen=True)
class Chosen:
    """The reading that is answered, and how likely it is right."""

    reading: Reading
    confidence: float


@dataclass(frozen=True)
class Rated:
    """A candidate that stands for all that come to the same, and how likely it is right."""

    candidate: Candidate
    score: float

    @property
    def cost(self) -> float:
        return self.candidate.reading.cost

    @property
    def read_at(self) -> float:
        """What it costs to read it so, whether or not its sum means anything: which of two columns is meant may be asked, and what a person
        chose, who saw what it comes to, is answered."""
        return self.cost - sum_in_doubt(self.candidate.reading.ask)


def worth_evaluating(readings: Readings, choices: Mapping[str, str]) -> tuple[Reading, ...]:
    """Those that could be the answer or an option beside it, the cheapest first."""
    fitting = [r for r in readings.best if fits(r, readings, choices)] or list(readings.best)
    return tuple(r for r in fitting if r.cost - fitting[0].cost < WITHIN)[:MOST_EVALUATED]


def decide(
    readings: Readings,
    considered: Sequence[Reading],
    outcomes: Sequence[Result | None],
    choices: Mapping[str, str],
    max_wrong: float = MAX_WRONG,
    unknown: Collection[Reading] = (),
) -> Chosen | Clarify | Decline:
    """`outcomes` are what the considered readings come to; None where one comes to nothing. Of the `unknown` ones nobody can say: time,
    memory or rows ran out. No answer is given over the head of one that is as likely meant."""
    able = [Candidate(r, o) for r, o in zip(considered, outcomes, strict=True) if o is not None]
    rated = _rated(able)
    if not rated:
        return TOO_MUCH if unknown else _declined(readings)
    readable = [
        r for r in rated if r.read_at <= HARDLY
    ] or rated  # what hardly anybody means stands before nothing that is meant
    best = max(readable, key=lambda r: (r.score, -r.cost))
    if any(reading.cost <= best.cost + TIED for reading in unknown):
        return TOO_MUCH
    tied = [r for r in rated if abs(r.cost - best.cost) <= TIED]
    sure = best.score >= fitted_scorer().threshold(max_wrong) and not best.candidate.reading.is_guess
    chosen = is_settled(best.candidate.reading, readings, choices)
    believed = best.cost <= HARDLY
    if len(tied) == 1 and ((believed and (sure or chosen)) or (chosen and best.read_at <= HARDLY)):
        return Chosen(best.candidate.reading, best.score)
    meant = [r for r in rated if r in tied or (believed and r.score >= MEANT)]
    if len(meant) > 1 and best.read_at <= HARDLY:
        return ask_back(readings, [r.candidate for r in meant])
    within_reach = len(tied) == 1 and best.cost <= HARDLY and not best.candidate.reading.is_guess
    return _unsure(readings, best, helped=within_reach and best.score >= fitted_scorer().threshold(MOST_WRONG))


def _rated(able: Sequence[Candidate]) -> list[Rated]:
    distinct: list[Candidate] = []
    for candidate in able:
        if not any(_same(candidate, known) for known in distinct):
            distinct.append(candidate)
    scorer = fitted_scorer()
    return [
        Rated(one, scorer.score(features(one.reading, one.outcome, [o.reading for o in distinct if o is not one])))
        for one in distinct
    ]


def _unsure(readings: Readings, best: Rated, *, helped: bool) -> Decline:
    """`helped`: whether a caller who accepts more wrong answers would be given this reading."""
    if readings.obstacle is not None or not readings.best:
        return _declined(readings)
    key = summed_key(best.candidate.reading.query, readings.schema)
    if key is not None:
        reason = f"The numbers of {key.ref.column} are a key, by which things are told apart: a figure over them means nothing."
        return Decline(
            reason, "Ask how many different ones there are, or for a column that measures something.", "aggregate"
        )
    hint = f"{CLEARER} Or accept more wrong answers: `max_wrong`, up to {MOST_WRONG:g}." if helped else CLEARER
    return Decline(f"The likeliest reading, {_quoted(best.candidate.reading)}, is not certain enough.", hint, "other")


def _declined(readings: Readings) -> Decline:
    if readings.obstacle is not None:
        return _not_numbers(readings.obstacle)
    if readings.refused:
        return Decline(readings.refused, "Ask it of columns that hold such values.", "model")
    if readings.best:
        return Decline(f"The likeliest reading, {_quoted(readings.best[0])}, could not be computed.", CLEARER, "other")
    words = ", ".join(f"'{w}'" for w in readings.unexplained[:3])
    reason = f"Nothing in the data matches {words}." if words else "No way was found to read all of its words together."
    return Decline(reason, CLEARER, "other", unmatched=readings.unexplained)


def _quoted(reading: Reading) -> str:
    return f"“{reading.sentence.rstrip('.')}”"


_DONE = {"sum": "added up", "mean": "averaged", "median": "ranked as numbers", "std": "measured for spread"}


def _not_numbers(obstacle: Obstacle) -> Decline:
    column = obstacle.column
    done = _DONE.get(obstacle.function, "reckoned with")
    reason = (
        f"The column {column.ref.column} of {column.ref.table} holds {column.facts.type.label}, which cannot be {done}."
    )
    if not column.numeric_text:
        return Decline(reason, "Ask for a column of numbers.", "aggregate")
    step = {"table": column.ref.table, "column": column.ref.column, "step": "cast", "type": "decimal"}
    hint = (
        "Most of its cells are numbers with something around them: turn them into numbers by cleaning the column first."
    )
    return Decline(reason, hint, "aggregate", cleaning=step)


def _same(left: Candidate, right: Candidate) -> bool:
    """Models are the same where their plans are: what their rows come to says nothing about what is made of these."""
    plans = (left.reading.query, right.reading.query)
    if any(isinstance(plan, Model) for plan in plans):
        return plans[0] == plans[1]
    ordered = all(any(isinstance(step, Sort) for step in rows_of(plan).steps) for plan in plans)
    return say_the_same(left.outcome, right.outcome, ordered=ordered)
