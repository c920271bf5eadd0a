"""Who waits for an answer is told once it is written down; what others are owed comes after, and comes for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.nlq.domain import Question
from services.nlq.service.rounds.composing import answer_key
from shared.bus import BusUnavailable
from shared.bus.delivery import Delivery, _current
from shared.bus.topology import DURABLES
from shared.events import QueryAnswered, QueryAsked, QueryExecuted, QueryGenerated
from shared.objects import ObjectMissing, StorageUnavailable
from tests.fakes.nlq import House


async def validated(house: House) -> tuple[Question, QueryExecuted]:
    """A question whose code has run."""
    question = await house.ask("What is the total amount?")
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    key = await house.keep_result(f"sessions/{house.session_id}/results/{question.query_id}/a1.json", value=1350.0)
    return question, QueryExecuted(
        session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01
    )


@contextmanager
def delivery(durable: str, number: int) -> Iterator[None]:
    token = _current.set(Delivery(DURABLES[durable], "an event", "a subject", number, 1))
    try:
        yield
    finally:
        _current.reset(token)


def told(house: House) -> list[str]:
    return [facts["state"] for _, facts in house.bus.hints]


async def test_answer_is_told_though_its_event_has_to_wait_for_the_bus() -> None:
    house = House()
    question, executed = await validated(house)
    house.bus.fail_next = 1
    with pytest.raises(BusUnavailable):
        await house.use.answer.executed(executed)
    assert told(house)[-1] == "answered" and not house.bus.of(QueryAnswered)
    await house.use.answer.executed(executed)
    assert [event.query_id for event in house.bus.of(QueryAnswered)] == [question.query_id]


async def test_answer_that_could_not_be_stored_is_stored_before_its_event_when_it_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    question, executed = await validated(house)

    async def refuse(key: str, content: bytes) -> None:
        raise StorageUnavailable("The object store did not answer.")

    with monkeypatch.context() as away:
        away.setattr(house.objects, "put", refuse)
        with pytest.raises(StorageUnavailable):
            await house.use.answer.executed(executed)
    stored = house.question(question.query_id)
    assert stored.state == "answered" and not house.bus.of(QueryAnswered)
    with pytest.raises(ObjectMissing):
        await house.objects.get(answer_key(stored))
    with delivery("nlq-answer", number=2):
        await house.use.answer.executed(executed)
    (said,) = house.bus.of(QueryAnswered)
    assert b"1350" in await house.objects.get(said.answer_key)


@pytest.mark.parametrize(("number", "times"), [(1, 0), (2, 1)])
async def test_one_of_several_events_of_a_step_tells_nothing_again_unless_it_comes_again(
    number: int, times: int
) -> None:
    """Each of them would otherwise publish all of them once more, in the way of the answer."""
    house = House()
    await validated(house)
    before = told(house)
    with delivery("nlq-validate", number):
        await house.use.validate(house.bus.of(QueryGenerated)[-1])
    assert len(told(house)) - len(before) == times


async def test_who_waits_reads_the_question_when_it_ends_and_not_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    question = await house.ask("What is the total amount?")
    reads: list[str] = []
    get = house.store.get

    async def counted(query_id: str) -> Question | None:
        reads.append(query_id)
        return await get(query_id)

    waiting = asyncio.create_task(house.read.wait(house.session_id, question.query_id, 30))
    await asyncio.sleep(0.01)
    monkeypatch.setattr(house.store, "get", counted)
    for state in ("classified", "validated"):
        await house.bus.progress(house.session_id, "query", question.query_id, {"state": state})
    await asyncio.sleep(0.01)
    assert not reads and not waiting.done()
    ended = house.question(question.query_id).model_copy(update={"state": "failed", "version": 1})
    assert await house.store.replace(ended, 0)
    await house.bus.progress(house.session_id, "query", question.query_id, {"state": "failed"})
    assert (await waiting).state == "failed" and reads == [question.query_id]
