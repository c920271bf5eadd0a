"""The turns of an item put to an engine, one after another, in one conversation."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from eval.engines import Answered, Engine, Outcome
from eval.grading import Clarifies, is_right
from eval.grading.expectations import Scalar
from eval.questions import Item
from eval.questions import Turn as Asked
from eval.tables import Table
from eval.verdicts import Broken, Verdict, judge, options_named
from services.nlq.planner.facts import Clarify, Decline, Turn

SECONDS = 30  # for one question; the slowest honest one takes less than a second


@dataclass(frozen=True)
class Graded:
    """One scored question; all texts are for people."""

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


class TookTooLong(Exception):
    """A question's time is up."""


def ask_item(engine: Engine, item: Item, tables: Sequence[Table], set_name: str) -> list[Graded]:
    """Every turn, graded; those that are not scored are left out."""
    history: list[Turn] = []
    graded = []
    for number, turn in enumerate(item.turns):
        started = time.perf_counter()
        outcome = _ask(engine, turn.question, tables, history, {})
        verdict = _verdict(engine, turn, outcome, tables, history)
        seconds = time.perf_counter() - started
        history.append(_turn(turn.question, outcome))
        if verdict is not Verdict.UNSCORED:
            graded.append(_graded(item, number, turn, outcome, verdict, seconds, set_name))
    return graded


def _ask(
    engine: Engine, question: str, tables: Sequence[Table], history: Sequence[Turn], choices: Mapping[str, str]
) -> Outcome | Broken:
    try:
        with _time_limit(SECONDS):
            return engine.ask(question, tables, history, choices)
    except Exception as error:  # noqa: BLE001 - whatever an engine does, the other questions are asked
        return Broken(f"{type(error).__name__}: {error}")


def _verdict(
    engine: Engine, turn: Asked, outcome: Outcome | Broken, tables: Sequence[Table], history: Sequence[Turn]
) -> Verdict:
    """A question back that was expected is answered with the first choice, whose answer must be right too."""
    expected = turn.expected
    if not (isinstance(expected, Clarifies) and isinstance(outcome, Clarify)):
        return judge(outcome, expected)
    options = options_named(outcome, expected)
    if options is None:
        return Verdict.WRONG
    for name, value in list(expected.answers.items())[:1]:
        done = _ask(engine, turn.question, tables, history, {outcome.slot: options[name].id})
        wanted = Scalar(check="scalar", values=[value])
        if not isinstance(done, Answered) or not is_right(done.rows, wanted):
            return Verdict.WRONG
    return Verdict.RIGHT


def _turn(question: str, outcome: Outcome | Broken) -> Turn:
    if isinstance(outcome, Answered):
        return Turn(question, outcome.code, outcome.rows.shown(), outcome.plan)
    return Turn(question, None, None, None)


def _graded(
    item: Item, number: int, turn: Asked, outcome: Outcome | Broken, verdict: Verdict, seconds: float, set_name: str
) -> Graded:
    expected = turn.expected
    wanted = next((v for k in ("values", "rows", "of", "between") if (v := getattr(expected, k, None))), expected.check)
    answer = outcome if isinstance(outcome, Answered) else None
    return Graded(
        set=set_name, id=item.id, turn=number, kind=item.kind, check=expected.check, question=turn.question,
        verdict=verdict, outcome=type(outcome).__name__.lower(), got=_shown(outcome)[:400], wanted=str(wanted)[:300],
        reading=answer.reading if answer else "", confidence=answer.confidence if answer else None,
        seconds=round(seconds, 4),
    )  # fmt: skip


def _shown(outcome: Outcome | Broken) -> str:
    match outcome:
        case Answered(rows=rows):
            return rows.shown()
        case Clarify(question=question, options=options):
            return f"asks: {question} {[option.label for option in options]}"
        case Decline(reason=reason):
            return f"declines: {reason}"
        case Broken(reason=reason):
            return f"broke: {reason}"


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Only in a process's main thread, where every worker of ours asks."""

    def ring(_: int, __: FrameType | None) -> None:
        raise TookTooLong(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
