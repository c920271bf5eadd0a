"""One suite over both stores of questions: the fake that unit tests use and Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.nlq.domain import QueryError, Question
from services.nlq.ports import QueryStore
from services.nlq.storage import RedisQueryStore, StoreUnavailable
from tests.fakes.nlq import MemoryQueryStore

pytestmark = pytest.mark.integration


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest, endpoints: Endpoints) -> AsyncIterator[QueryStore]:
    if request.param == "memory":
        yield MemoryQueryStore()
        return
    redis = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield RedisQueryStore(redis)
    await redis.aclose()


def question(some_id: str, number: int = 1, **changes: object) -> Question:
    fields = {
        "query_id": f"q_{some_id}_{number}",
        "session_id": f"s_{some_id}",
        "question": "How many?",
        "created_at": "2026-01-01T00:00:00+00:00",
        "deadline": 1000.0 + number,
    }
    return Question.model_validate(fields | changes)


async def test_created_question_is_read_back_unchanged(store: QueryStore, some_id: str) -> None:
    query = question(some_id, entities={"a": [1]}, choices={"x": "1"})
    await store.create(query, listed=True)
    assert await store.get(query.query_id) == query


async def test_creating_again_changes_nothing(store: QueryStore, some_id: str) -> None:
    await store.create(question(some_id), listed=True)
    await store.create(question(some_id, question="Another?"), listed=True)
    held = await store.get(question(some_id).query_id)
    assert held is not None
    assert held.question == "How many?"


async def test_of_many_writers_of_one_version_exactly_one_wins(store: QueryStore, some_id: str) -> None:
    query = question(some_id)
    await store.create(query, listed=True)
    after = query.moved("classified")
    assert sorted(await asyncio.gather(*(store.replace(after, query.version) for _ in range(8)))) == [False] * 7 + [
        True
    ]


async def test_unknown_question_cannot_be_replaced(store: QueryStore, some_id: str) -> None:
    assert not await store.replace(question(some_id).moved("classified"), 0)
    assert await store.get(question(some_id).query_id) is None


async def test_list_is_newest_first_and_paged(store: QueryStore, some_id: str) -> None:
    for number in range(1, 6):
        await store.create(question(some_id, number), listed=number != 3)
    first = await store.of_session(f"s_{some_id}", None, 2)
    second = await store.of_session(f"s_{some_id}", first[-1][0], 10)
    assert [q.query_id[-1] for _, q in [*first, *second]] == ["5", "4", "2", "1"]


async def test_open_questions_are_overdue_until_they_end_or_pause(store: QueryStore, some_id: str) -> None:
    ended, paused, due = (question(some_id, n) for n in (1, 2, 3))
    for query in (ended, paused, due):
        await store.create(query, listed=True)
    await store.replace(ended.moved("failed", error=QueryError(code="x", message="y")), 0)
    await store.replace(paused.moved("needs_clarification"), 0)
    overdue = [i for i in await store.overdue(2000.0, 10_000) if some_id in i]
    assert overdue == [due.query_id]


async def test_clarified_question_is_open_again(store: QueryStore, some_id: str) -> None:
    query = question(some_id)
    await store.create(query, listed=True)
    paused = query.moved("needs_clarification")
    await store.replace(paused, 0)
    await store.replace(paused.moved("asked"), 1)
    assert query.query_id in await store.overdue(2000.0, 10_000)


async def test_questions_that_failed_or_wait_are_of_the_conversation_too_and_move_to_its_end(
    store: QueryStore, some_id: str
) -> None:
    asked = [question(some_id, number, conversation_id=f"c_{some_id}") for number in (1, 2, 3)]
    for one in asked:
        await store.create(one, listed=True)
    waiting = asked[0].moved("needs_clarification")
    await store.replace(waiting, 0)
    await store.replace(asked[1].moved("failed"), 0)
    assert [(q.query_id[-1], q.state) for q in await store.turns(f"c_{some_id}", 6)] == [
        ("1", "needs_clarification"),
        ("2", "failed"),
    ]
    await store.replace(again := waiting.moved("asked"), 1)
    await store.replace(again.moved("failed"), 2)
    assert [q.query_id[-1] for q in await store.turns(f"c_{some_id}", 6)] == ["2", "1"]
    assert [q.query_id[-1] for q in await store.turns(f"c_{some_id}", 1)] == ["1"]


async def test_conversation_remembers_its_answered_questions_in_order(store: QueryStore, some_id: str) -> None:
    for number in (1, 2):
        executed = question(some_id, number, conversation_id=f"c_{some_id}", state="executed")
        await store.create(executed, listed=True)
        await store.replace(executed.moved("answered"), 0)
    assert [q.query_id[-1] for q in await store.turns(f"c_{some_id}", 6)] == ["1", "2"]
    await store.forget_conversation(f"c_{some_id}")
    assert await store.turns(f"c_{some_id}", 6) == []


async def test_forgotten_session_leaves_nothing(store: QueryStore, some_id: str) -> None:
    await store.create(question(some_id), listed=True)
    await store.forget_session(f"s_{some_id}")
    assert await store.get(question(some_id).query_id) is None
    assert await store.of_session(f"s_{some_id}", None, 10) == []
    assert await store.is_forgotten(f"s_{some_id}")


async def test_redis_that_is_away_is_retryable_trouble() -> None:
    redis = Redis.from_url("redis://127.0.0.1:9/0", decode_responses=True)
    with pytest.raises(StoreUnavailable) as trouble:
        await RedisQueryStore(redis).get("q")
    assert trouble.value.retryable
    await redis.aclose()
