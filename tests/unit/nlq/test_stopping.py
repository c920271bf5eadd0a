"""Questions that are stopped: from every state, once, by whom they belong to."""

from __future__ import annotations

import pytest

from services.nlq.domain import Question
from services.nlq.errors import AlreadyEnded, QueryNotFound
from services.nlq.service import StopQuestion
from services.nlq.service.flow import Flow
from shared.auth import owned_id
from shared.events import QueryAsked, QueryExecuted, QueryFailed
from tests.fakes.nlq import House


class Stopping:
    def __init__(self, house: House) -> None:
        self.house = house
        self.announced: list[tuple[str, str]] = []
        self.stop = StopQuestion(house.use.ask, Flow(house.store, house.bus, house.quotas), self._announce)

    async def _announce(self, session_id: str, query_id: str) -> None:
        self.announced.append((session_id, query_id))

    async def question(self, *, classified: bool = False) -> Question:
        question = await self.house.ask("What is the total amount?")
        if classified:
            await self.house.use.classify(self.house.bus.of(QueryAsked)[-1])
        return self.house.question(question.query_id)


@pytest.mark.parametrize("classified", [False, True])
async def test_stopped_question_ends_gives_its_place_back_and_the_workers_are_told(classified: bool) -> None:
    stopping = Stopping(House())
    question = await stopping.question(classified=classified)
    for _ in range(2):  # again is the same as once
        await stopping.stop(stopping.house.session_id, question.query_id)
    done = stopping.house.question(question.query_id)
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "stopped")
    assert stopping.house.quotas.held == set()
    assert [event.code for event in stopping.house.bus.of(QueryFailed)] == ["stopped"]
    assert set(stopping.announced) == {(stopping.house.session_id, question.query_id)}


async def test_result_that_comes_too_late_changes_nothing() -> None:
    stopping = Stopping(House())
    question = await stopping.question(classified=True)
    await stopping.stop(stopping.house.session_id, question.query_id)
    key = await stopping.house.keep_result(f"sessions/s_1/results/{question.query_id}/a1.json", value=1350.0)
    await stopping.house.use.answer.executed(
        QueryExecuted(session_id="s_1", query_id=question.query_id, result_key=key, seconds=0.01)
    )
    assert stopping.house.question(question.query_id).answer is None


async def test_worker_that_moves_the_question_on_meanwhile_does_not_keep_it_going(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopping = Stopping(House())
    question = await stopping.question()
    replace, raced = stopping.house.store.replace, []

    async def racing(after: Question, expected: int) -> bool:
        if not raced:
            raced.append(True)
            stopping.house.store.queries[question.query_id] = question.moved("classified")
        return await replace(after, expected)

    monkeypatch.setattr(stopping.house.store, "replace", racing)
    await stopping.stop(stopping.house.session_id, question.query_id)
    assert stopping.house.question(question.query_id).state == "failed"


async def test_answered_question_stays_what_it_is() -> None:
    stopping = Stopping(House())
    question = await stopping.question()
    stopping.house.store.queries[question.query_id] = question.model_copy(update={"state": "answered"})
    with pytest.raises(AlreadyEnded):
        await stopping.stop(stopping.house.session_id, question.query_id)
    assert stopping.announced == []


async def test_question_of_another_session_looks_like_none() -> None:
    stopping = Stopping(House())
    question = await stopping.question()
    with pytest.raises(QueryNotFound):
        await stopping.stop(owned_id("s", "s_2", "x"), question.query_id)
