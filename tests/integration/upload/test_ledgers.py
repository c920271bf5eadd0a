"""The ledgers in Redis keep the same promises as those in memory, and a few that only time shows."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.upload.records import Transfer
from services.upload.storage.files import RedisFiles
from services.upload.storage.keyspace import Keyspace, StateUnavailable
from services.upload.storage.transfers import RedisTransfers
from tests.unit.upload.ledger_suite import LedgerSuite, Pair

pytestmark = pytest.mark.integration


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url)
    yield client
    await client.aclose()


class TestRedisLedgers(LedgerSuite):
    @pytest.fixture
    async def pair(self, redis: Redis) -> Pair:
        pair = Pair(RedisFiles(redis, rate=5.0, burst=3), RedisTransfers(redis, keep=60), f"s_{secrets.token_hex(8)}")
        await pair.files.restore(pair.sid, [])
        return pair

    async def run_out(self, pair: Pair, transfer: Transfer) -> None:
        async with asyncio.timeout(5):
            redis: Redis = pair.files._redis  # type: ignore[attr-defined]
            await redis.pexpire(Keyspace(pair.sid).lock(transfer.file_id), 1)
            while await redis.exists(Keyspace(pair.sid).lock(transfer.file_id)):
                await asyncio.sleep(0.002)

    async def test_uploads_begun_at_once_are_limited_and_allowed_again_after_the_time_told(self, pair: Pair) -> None:
        waits = [await pair.files.allow(pair.sid) for _ in range(4)]
        assert waits[:3] == [0, 0, 0]
        assert 0 < waits[3] <= 0.2
        await asyncio.sleep(waits[3] + 0.05)
        assert await pair.files.allow(pair.sid) == 0

    async def test_finished_transfer_is_kept_for_a_while_and_an_open_one_for_as_long_as_it_is_open(
        self, pair: Pair, redis: Redis
    ) -> None:
        hold, transfer = await pair.open(10)
        key = Keyspace(pair.sid).transfer(transfer.file_id)
        assert await redis.ttl(key) == -1
        await pair.transfers.commit(hold, transfer.having(stage="done"))
        assert 0 < await redis.ttl(key) <= 60

    async def test_forgotten_session_leaves_no_key(self, pair: Pair, redis: Redis) -> None:
        hold, transfer = await pair.open(10)
        await pair.files.allow(pair.sid)
        await pair.files.alias(pair.sid, "f_1", transfer.file_id)
        await pair.transfers.release(hold)
        await pair.files.forget(pair.sid)
        assert [key async for key in redis.scan_iter(f"upload:{{{pair.sid}}}*")] == []


async def test_state_store_that_does_not_answer_is_reported_as_retryable() -> None:
    lost = RedisFiles(Redis.from_url("redis://127.0.0.1:1/0"), 1, 1)
    with pytest.raises(StateUnavailable) as error:
        await lost.get("s_1", "f_1")
    assert error.value.retryable
