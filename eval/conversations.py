"""A conversation about some tables, with whoever answers: an engine in this process, or a stack."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from eval.engines import Answered, Engine, Outcome
from eval.tables import Table
from services.nlq.planner.facts import Clarify, Decline, Option, Turn

SECONDS = 30  # for one question of an engine; the slowest honest one takes less than a second


@dataclass(frozen=True)
class Broken:
    """No proper end: an error, or no end within the time, in a sentence."""

    reason: str


def shown(outcome: Outcome | Broken) -> str:
    """What came, in a line for a report."""
    match outcome:
        case Answered(rows=rows):
            return rows.shown()
        case Clarify(question=question, options=options):
            return f"asks: {question} {[option.label for option in options]}"
        case Decline(reason=reason):
            return f"declines: {reason}"
        case Broken(reason=reason):
            return f"broke: {reason}"


class Conversation(Protocol):
    """`choose` settles the question back that the last question met."""

    def ask(self, question: str) -> Outcome | Broken: ...

    def choose(self, option: Option) -> Outcome | Broken: ...


class EngineConversation:
    """Keeps the history that an engine is handed, as nlq keeps it: a choice changes the turn that it belongs to."""

    def __init__(self, engine: Engine, tables: Sequence[Table]) -> None:
        self._engine = engine
        self._tables = tables
        self._history: list[Turn] = []
        self._last: Outcome | Broken | None = None

    def ask(self, question: str) -> Outcome | Broken:
        self._last = self._outcome(question, {})
        self._history.append(_turn(question, self._last))
        return self._last

    def choose(self, option: Option) -> Outcome | Broken:
        if not isinstance(self._last, Clarify):
            return Broken("nothing was asked back")
        asked = self._history.pop()
        chosen = self._outcome(asked.question, {self._last.slot: option.id})
        self._history.append(_turn(asked.question, chosen))
        return chosen

    def _outcome(self, question: str, choices: Mapping[str, str]) -> Outcome | Broken:
        try:
            with _time_limit(SECONDS):
                return self._engine.ask(question, self._tables, tuple(self._history), choices)
        except Exception as error:  # noqa: BLE001 - whatever an engine does, the other questions are asked
            return Broken(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class NoConversation:
    """About tables that could not be had."""

    reason: str

    def ask(self, _: str) -> Outcome | Broken:
        return Broken(self.reason)

    def choose(self, _: Option) -> Outcome | Broken:
        return Broken(self.reason)


def _turn(question: str, outcome: Outcome | Broken) -> Turn:
    if isinstance(outcome, Answered):
        return Turn(question, outcome.code, outcome.rows.shown(), outcome.plan)
    return Turn(question, None, None, None)


class TookTooLong(Exception):
    """A question's time is up."""


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Holds in a process's main thread only: that is where engines are asked; elsewhere there is no way to interrupt code."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_: int, __: FrameType | None) -> None:
        raise TookTooLong(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
