"""Workers of all copies share the model's turns through a real server, and sessions share them fairly."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from services.llm.errors import ModelUnavailable
from services.llm.storage.queue_scripts import GRACE_MS
from tests.integration.llm.turns import PATIENCE, load, queue, take

pytestmark = pytest.mark.integration


async def left_of(redis: Redis, model: str) -> set[str]:
    """What a queue that nobody uses keeps: how full its buckets are, and whose turns were the last."""
    return {key.rpartition(":")[2] for key in await redis.keys(f"llm:queue:{{{model}}}:*")}


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


async def test_session_with_a_slow_question_gets_its_turn_before_all_that_come_later(redis: Redis, model: str) -> None:
    """It holds a slot, and they hold none: however many come, none of them is before it."""
    wide = queue(redis, slots=4)
    order: list[str] = []

    async def work(session_id: str) -> None:
        async with wide.turn(load(model, session_id), PATIENCE):
            order.append(session_id)

    async with wide.turn(load(model, "slow"), PATIENCE):
        async with wide.turn(load(model), PATIENCE), wide.turn(load(model), PATIENCE), wide.turn(load(model), PATIENCE):
            tasks = []
            for number, session_id in enumerate(("before", "slow", *(f"later-{n}" for n in range(8))), start=1):
                tasks.append(asyncio.create_task(work(session_id)))
                while await redis.zcard(f"llm:queue:{{{model}}}:waiting") < number:
                    await asyncio.sleep(0)
        await asyncio.gather(*tasks)
    # Three slots are free at once: which of two workers with a turn goes on first is the event loop's choice.
    assert sorted(order[:2]) == ["before", "slow"]
    assert sorted(order[2:]) == [f"later-{n}" for n in range(8)]


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
