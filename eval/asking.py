"""The turns of an item, put into one conversation and graded."""

from __future__ import annotations

import time
from dataclasses import dataclass

from eval.conversations import Broken, Conversation, shown
from eval.engines import Answered, Outcome
from eval.grading import Clarifies, is_right
from eval.grading.expectations import Scalar
from eval.questions import Item, Turn
from eval.verdicts import Verdict, judge, options_named
from services.nlq.planner.facts import Clarify


@dataclass(frozen=True)
class Graded:
    """One scored question; `turn` counts from 0; the texts are for people."""

    set: str
    id: str
    turn: int
    kind: str
    check: str
    question: str
    verdict: Verdict
    outcome: str
    got: str
    wanted: str
    reading: str
    confidence: float | None
    seconds: float


def ask_item(conversation: Conversation, item: Item, set_name: str) -> list[Graded]:
    """Every turn, graded; those that are not scored are left out."""
    graded = []
    for number, turn in enumerate(item.turns):
        started = time.perf_counter()
        outcome = conversation.ask(turn.question)
        seconds = time.perf_counter() - started
        verdict = _verdict(conversation, turn, outcome)
        if verdict is not Verdict.UNSCORED:
            graded.append(_graded(item, number, outcome, verdict, seconds, set_name))
    return graded


def _verdict(conversation: Conversation, turn: Turn, outcome: Outcome | Broken) -> Verdict:
    """A question back that was expected is answered with the first choice, whose answer must be right too."""
    expected = turn.expected
    if not (isinstance(expected, Clarifies) and isinstance(outcome, Clarify)):
        return judge(outcome, expected)
    options = options_named(outcome, expected)
    if options is None:
        return Verdict.WRONG
    for name, value in list(expected.answers.items())[:1]:
        done = conversation.choose(options[name])
        wanted = Scalar(check="scalar", values=[value])
        if not isinstance(done, Answered) or not is_right(done.rows, wanted):
            return Verdict.WRONG
    return Verdict.RIGHT


def _graded(
    item: Item, number: int, outcome: Outcome | Broken, verdict: Verdict, seconds: float, set_name: str
) -> Graded:
    turn = item.turns[number]
    expected = turn.expected
    wanted = next((v for k in ("values", "rows", "of", "between") if (v := getattr(expected, k, None))), expected.check)
    answer = outcome if isinstance(outcome, Answered) else None
    return Graded(
        set=set_name, id=item.id, turn=number, kind=item.kind, check=expected.check, question=turn.question,
        verdict=verdict, outcome=type(outcome).__name__.lower(), got=shown(outcome)[:400], wanted=str(wanted)[:300],
        reading=answer.reading if answer else "", confidence=answer.confidence if answer else None,
        seconds=round(seconds, 4),
    )  # fmt: skip
