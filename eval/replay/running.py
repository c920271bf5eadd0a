"""Cases asked of a stack as any client would, each compared with what is expected of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from askframe import Askframe
from askframe.errors import AskframeError
from askframe.models import Query
from eval.replay.cases import Case, CaseSet, Shown, Turn, differences, shown

SECONDS = 60.0  # for one turn; the slowest takes a part of one
Connect = Callable[[], Askframe]


@dataclass(frozen=True)
class Replayed:
    """One turn; `got` is None where it had no proper end; `broken` says why."""

    set: str
    case: str
    turn: int
    asked: str
    wanted: Shown
    got: Shown | None
    seconds: float
    broken: str

    @property
    def differences(self) -> dict[str, tuple[Any, Any]]:
        return differences(self.wanted, self.got) if self.got else {"end": ("one", self.broken)}


def run(sets: Sequence[CaseSet], connect: Connect, jobs: int) -> list[Replayed]:
    """Every turn, in the order of the sets."""
    with ThreadPoolExecutor(jobs) as workers:
        return [turn for found in workers.map(lambda cases: run_set(cases, connect), sets) for turn in found]


def run_set(cases: CaseSet, connect: Connect) -> list[Replayed]:
    """In a session of its own, which goes when all are done."""
    with connect() as client:
        client.create_session()
        tables = [table.table_id for file in cases.files for table in client.load(file).tables]
        found = [turn for case in cases.cases for turn in _turns(cases.name, case, client, tables)]
        client.delete_session()
        return found


def _turns(name: str, case: Case, client: Askframe, tables: Sequence[str]) -> list[Replayed]:
    conversation = client.create_conversation() if case.is_conversation else None
    last: Query | None = None
    found = []
    for number, turn in enumerate(case.turns):
        begun, broken = time.perf_counter(), ""
        try:
            last = _end(turn, client, tables, conversation, last)
        except AskframeError as error:
            last, broken = None, f"{error.code}: {error.detail}"
        seconds = time.perf_counter() - begun
        asked = turn.question or f"→ {turn.choose}"
        got = shown(last) if last else None
        found.append(
            Replayed(name, case.id, number, asked, turn.expect, got, seconds, broken or "there is nothing to answer")
        )
    return found


def _end(
    turn: Turn, client: Askframe, tables: Sequence[str], conversation: str | None, last: Query | None
) -> Query | None:
    if turn.question is not None:
        return client.ask(turn.question, tables, conversation=conversation, timeout=SECONDS)
    return client.clarify(last, turn.choose or "", timeout=SECONDS) if last else None
