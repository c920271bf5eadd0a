"""Workers of all copies share the model's turns through a real server."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.llm.errors import ModelUnavailable
from services.llm.patience import Patience
from services.llm.rate_limits import UNKNOWN, Headroom, Left, Load
from services.llm.storage.queue import QueueLimits, RedisModelQueue
from services.llm.storage.queue_scripts import GRACE_MS
from services.llm.tokens import TokenUsage

pytestmark = pytest.mark.integration
PATIENCE = Patience(exchange=5, silence=5, turn=5)
FAST = 60_000  # requests a minute: one each millisecond


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
def model() -> str:
    """Each model has its own queue, so a test has one to itself."""
    return f"claude-{secrets.token_hex(4)}"


def queue(
    redis: Redis,
    *,
    slots: int = 2,
    per_minute: int = FAST,
    waiting: int = 50,
    input_per_minute: int = 0,
    output_per_minute: int = 0,
) -> RedisModelQueue:
    limits = QueueLimits(slots, per_minute, waiting, input_per_minute, output_per_minute)
    return RedisModelQueue(redis, limits, lambda: secrets.token_hex(8))


def load(model: str, session_id: str | None = None, tokens: int = 0, most_output: int = 0) -> Load:
    return Load(model, session_id or secrets.token_hex(4), tokens, most_output)


async def left_of(redis: Redis, model: str) -> set[str]:
    """What a queue that nobody uses keeps: how full its buckets are, and whose turns were the last."""
    return {key.rpartition(":")[2] for key in await redis.keys(f"llm:queue:{{{model}}}:*")}


async def take(
    queue_: RedisModelQueue, load_: Load, used: TokenUsage | None = None, headroom: Headroom = UNKNOWN
) -> float:
    """A turn that ends at once; the seconds that it was waited for."""
    started = time.monotonic()
    async with queue_.turn(load_, PATIENCE) as turn:
        waited = time.monotonic() - started
        if used is not None:
            await turn.settle(used, headroom)
    return waited


async def test_no_more_than_the_slots_are_taken_at_once_over_all_copies(redis: Redis, model: str) -> None:
    copies = [queue(redis, slots=2) for _ in range(3)]
    busy, most = 0, 0

    async def work(number: int) -> None:
        nonlocal busy, most
        async with copies[number % 3].turn(load(model), PATIENCE):
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1

    await asyncio.gather(*(work(number) for number in range(9)))
    assert most == 2
    assert await left_of(redis, model) == {"buckets", "turns"}


async def test_pause_holds_every_worker_and_a_shorter_one_does_not_end_it(redis: Redis, model: str) -> None:
    one, other = queue(redis), queue(redis)
    await one.pause(model, 0.4)
    await other.pause(model, 0.01)
    assert await take(other, load(model)) > 0.3


async def test_pause_longer_than_the_wait_fails_at_once(redis: Redis, model: str) -> None:
    patient = queue(redis)
    await patient.pause(model, 30)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="in time"):
        async with patient.turn(load(model), replace(PATIENCE, turn=1)):
            pytest.fail("no turn may be given")
    assert time.monotonic() - started < 0.5
    assert await left_of(redis, model) == {"paused"}


async def test_pause_of_one_model_does_not_hold_the_other(redis: Redis, model: str) -> None:
    both = queue(redis)
    await both.pause(model, 30)
    assert await take(both, load(f"{model}-small")) < 2


async def test_requests_keep_their_rate_after_a_burst(redis: Redis, model: str) -> None:
    steady = queue(redis, slots=100, per_minute=1200)  # one in 50 ms
    started = time.monotonic()
    for _ in range(14):
        await take(steady, load(model))
    assert 0.18 <= time.monotonic() - started < 2


async def test_full_queue_refuses_and_says_so(redis: Redis, model: str) -> None:
    narrow = queue(redis, slots=1, waiting=1)
    async with narrow.turn(load(model), PATIENCE):
        waiting = asyncio.create_task(take(narrow, load(model)))
        while "waiting" not in await left_of(redis, model):
            await asyncio.sleep(0)
        with pytest.raises(ModelUnavailable, match="Too many"):
            await take(narrow, load(model))
    await waiting


async def test_slot_of_a_worker_that_died_comes_back(redis: Redis, model: str) -> None:
    dying = queue(redis, slots=1)
    abandoned = dying.turn(load(model), replace(PATIENCE, exchange=0.2))
    await abandoned.__aenter__()
    await take(queue(redis, slots=1), load(model))
    await abandoned.__aexit__(None, None, None)


async def served(redis: Redis, model: str, arriving: str, slots: int = 1) -> str:
    """The sessions in whose order turns were given, when all arrived, one after the other, while nobody could have one."""
    busy = queue(redis, slots=slots)
    order: list[str] = []

    async def work(session_id: str) -> None:
        async with busy.turn(load(model, session_id), PATIENCE):
            order.append(session_id)

    held = [busy.turn(load(model), PATIENCE) for _ in range(slots)]
    for turn in held:
        await turn.__aenter__()
    tasks = []
    for number, session_id in enumerate(arriving, start=1):
        tasks.append(asyncio.create_task(work(session_id)))
        while await redis.zcard(f"llm:queue:{{{model}}}:waiting") < number:
            await asyncio.sleep(0)
    for turn in held:
        await turn.__aexit__(None, None, None)
    await asyncio.gather(*tasks)
    return "".join(order)


async def test_turns_go_round_the_sessions_so_that_a_flood_keeps_nobody_waiting(redis: Redis, model: str) -> None:
    assert await served(redis, model, "aaaaabbc") == "abcabaaa"


async def test_who_holds_the_fewest_is_first_whoever_had_the_last_turn(redis: Redis, model: str) -> None:
    wide = queue(redis, slots=4)
    order: list[str] = []

    async def work(session_id: str) -> None:
        async with wide.turn(load(model, session_id), PATIENCE):
            order.append(session_id)

    async with wide.turn(load(model, "holder"), PATIENCE):  # its turn was before the other's, and lasts
        await take(wide, load(model, "other"))
        async with wide.turn(load(model), PATIENCE), wide.turn(load(model), PATIENCE), wide.turn(load(model), PATIENCE):
            tasks = []
            for number, session_id in enumerate(("holder", "other"), start=1):
                tasks.append(asyncio.create_task(work(session_id)))
                while await redis.zcard(f"llm:queue:{{{model}}}:waiting") < number:
                    await asyncio.sleep(0)
        await asyncio.gather(*tasks)
    assert order == ["other", "holder"]


async def test_within_a_session_first_come_is_first_served(redis: Redis, model: str) -> None:
    busy, order = queue(redis, slots=1), []

    async def work(number: int) -> None:
        async with busy.turn(load(model, "one"), PATIENCE):
            order.append(number)

    async with busy.turn(load(model), PATIENCE):
        tasks = []
        for number in range(5):
            tasks.append(asyncio.create_task(work(number)))
            while await redis.zcard(f"llm:queue:{{{model}}}:waiting") <= number:
                await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == list(range(5))


async def test_one_session_leaves_half_of_the_slots_to_the_others(redis: Redis, model: str) -> None:
    wide = queue(redis, slots=4)
    impatient = replace(PATIENCE, turn=0.3)
    async with wide.turn(load(model, "flood"), PATIENCE), wide.turn(load(model, "flood"), PATIENCE):
        with pytest.raises(ModelUnavailable, match="in time"):
            async with wide.turn(load(model, "flood"), impatient):
                pytest.fail("two of four are enough")
        assert await take(wide, load(model, "another")) < 2


async def test_worker_that_died_waiting_holds_nobody_up_for_long(redis: Redis, model: str) -> None:
    busy = queue(redis, slots=1)
    async with busy.turn(load(model), PATIENCE):
        dead = asyncio.create_task(take(queue(redis, slots=1), load(model)))
        while "waiting" not in await left_of(redis, model):
            await asyncio.sleep(0)
        dead.cancel()
        with suppress(asyncio.CancelledError):
            await dead
        # Killed, it could not have left: put it back as it stood.
        now = int((await redis.time())[0]) * 1000
        await redis.zadd(f"llm:queue:{{{model}}}:arrived", {"dead|1": 1})
        await redis.zadd(f"llm:queue:{{{model}}}:waiting", {"dead|1": now + GRACE_MS})
    assert await take(busy, load(model)) < 2 * GRACE_MS / 1000


async def test_input_tokens_keep_their_rate(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)  # one in a millisecond
    assert await take(limited, load(model, tokens=60_000)) < 2
    assert 0.25 < await take(limited, load(model, tokens=300)) < 3


async def test_request_larger_than_a_minute_waits_for_a_whole_one_and_leaves_a_debt(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    assert await take(limited, load(model, tokens=60_400)) < 2
    assert 0.35 < await take(limited, load(model, tokens=100)) < 3


async def test_what_was_reserved_and_not_used_is_there_for_the_next(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    cached = TokenUsage(input=50, cache_read=59_900, cache_write=50)  # what the server has cached does not count
    await take(limited, load(model, tokens=60_000), cached)
    assert await take(limited, load(model, tokens=59_800)) < 2


async def test_what_was_used_beyond_the_estimate_is_missing_for_the_next(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    await take(limited, load(model, tokens=0), TokenUsage(input=60_000))
    assert await take(limited, load(model, tokens=300)) > 0.25


async def test_output_is_reserved_by_the_length_that_replies_had(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, output_per_minute=60_000)
    async with limited.turn(load(model, most_output=16_000), PATIENCE) as turn:
        assert turn.reserved_output == 16_000, "nothing is known yet"
        await turn.settle(TokenUsage(output=200))
    async with limited.turn(load(model, most_output=16_000), PATIENCE) as turn:
        assert turn.reserved_output == 200
        await turn.settle(TokenUsage(output=1200))
    async with limited.turn(load(model, most_output=16_000), PATIENCE) as turn:
        assert turn.reserved_output == 400, "a fifth of the way"
    async with limited.turn(load(model, most_output=100), PATIENCE) as turn:
        assert turn.reserved_output == 100


async def test_output_tokens_keep_their_rate(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, output_per_minute=60_000)
    await take(limited, load(model, most_output=500), TokenUsage(output=60_000))
    assert await take(limited, load(model, most_output=300)) > 0.25


async def test_servers_word_counts_where_less_is_left_than_was_thought(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    others = Headroom(input=Left(remaining=100))
    await take(limited, load(model, tokens=10), TokenUsage(input=10), others)
    assert await take(limited, load(model, tokens=400)) > 0.25


async def test_servers_word_never_gives_more_than_the_setting(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    generous = Headroom(input=Left(remaining=1_000_000, limit=1_000_000))
    await take(limited, load(model, tokens=60_000), TokenUsage(input=60_000), generous)
    assert await take(limited, load(model, tokens=300)) > 0.25


async def test_age_of_the_servers_word_is_filled_up(redis: Redis, model: str) -> None:
    limited = queue(redis, slots=10, input_per_minute=60_000)
    long_ago = Headroom(input=Left(remaining=0), age=10.0)
    await take(limited, load(model, tokens=10), TokenUsage(input=10), long_ago)
    assert await take(limited, load(model, tokens=9_000)) < 2


async def test_without_a_setting_the_servers_limits_hold(redis: Redis, model: str) -> None:
    unset = queue(redis, slots=10)
    assert await take(unset, load(model, tokens=10**6)) < 2, "nobody has named a limit"
    told = Headroom(input=Left(remaining=100, limit=60_000), output=Left(remaining=60_000, limit=60_000))
    await take(unset, load(model), TokenUsage(input=10, output=10), told)
    assert await take(unset, load(model, tokens=400)) > 0.25


async def test_reply_itself_is_taken_from_what_the_headers_said(redis: Redis, model: str) -> None:
    """They come before it."""
    limited = queue(redis, slots=10, output_per_minute=600_000)  # ten in a millisecond
    told = Headroom(output=Left(remaining=5_000))
    await take(limited, load(model, most_output=5_000), TokenUsage(output=5_000), told)
    assert await take(limited, load(model, most_output=3_000)) > 0.25


async def test_no_requests_left_by_the_servers_word_is_a_wait(redis: Redis, model: str) -> None:
    steady = queue(redis, slots=10, per_minute=180)
    await take(steady, load(model), TokenUsage(input=1), Headroom(requests=Left(remaining=0)))
    assert await take(steady, load(model)) > 0.25
