"""The stores over a real server keep the promises that the fakes keep."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from services.llm.errors import StateUnavailable
from services.llm.storage import RedisConversationStore, RedisOutcomeStore, RedisOwedQuestions, RedisUsageLedger
from tests.unit.llm.store_suites import (
    ConversationStoreSuite,
    OutcomeStoreSuite,
    OwedQuestionsSuite,
    UsageLedgerSuite,
    exchange,
    new_conversation,
    new_message,
    new_session,
)

pytestmark = pytest.mark.integration
KEEP = 3600


class TestRedisConversations(ConversationStoreSuite):
    @pytest.fixture
    def store(self, redis: Redis) -> RedisConversationStore:
        return RedisConversationStore(redis, KEEP)


class TestRedisOwed(OwedQuestionsSuite):
    @pytest.fixture
    def owed(self, redis: Redis) -> RedisOwedQuestions:
        return RedisOwedQuestions(redis)


class TestRedisLedger(UsageLedgerSuite):
    @pytest.fixture
    def ledger(self, redis: Redis) -> RedisUsageLedger:
        return RedisUsageLedger(redis, KEEP)


class TestRedisOutcomes(OutcomeStoreSuite):
    @pytest.fixture
    def outcomes(self, redis: Redis) -> RedisOutcomeStore:
        return RedisOutcomeStore(redis)


async def test_every_key_of_a_session_ends_by_itself_and_forgetting_leaves_none(redis: Redis) -> None:
    session_id = new_session()
    store, ledger = RedisConversationStore(redis, KEEP), RedisUsageLedger(redis, KEEP)
    conversation = new_conversation(session_id)
    await store.create(conversation, 10)
    await store.append(conversation.conversation_id, new_message(session_id))
    await ledger.record(exchange(session_id))
    keys = [*await redis.keys(f"*{session_id}*"), *await redis.keys(f"*{conversation.conversation_id}*")]
    assert len(keys) == 8
    assert all(0 < left <= KEEP for left in [await redis.ttl(key) for key in keys])
    await store.forget(session_id)
    await ledger.forget(session_id)
    assert not await redis.exists(*keys)


async def test_absent_server_is_something_to_try_again() -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1/0", decode_responses=True, socket_connect_timeout=0.2)
    with pytest.raises(StateUnavailable) as raised:
        await RedisUsageLedger(nowhere, KEEP).of_session("s")
    assert raised.value.retryable
    await nowhere.aclose()
