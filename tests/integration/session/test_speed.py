"""Figures of the session service on this machine, held to their budgets with room for a busy one; `-s` prints them."""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from bench.sessions import ENTRIES, crowd
from shared.auth import BusVerifier
from shared.bus import Bus
from tests.integration.session.conftest import Start, until

pytestmark = [pytest.mark.integration, pytest.mark.slow]
# A check that is asked for validates both messages and runs a script in Redis: 1.5 times the bare way, 2.6 if it were done twice. One that is remembered is a hash and a look-up.
CHECKED, REMEMBERED = 2.5, 0.2
BUSY = 4  # how many times a budget may be passed on a machine that does other things too
# `python -m bench sessions` measures ten thousand, beside the whole stack. The sweeper rests up to a second after each of a session's
# three steps, by design: on a busy machine fifty sessions take longer than a test may.
SESSIONS, SWEPT = 500, 20


async def timed(calls: int, call: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    seen = []
    for _ in range(calls):
        started = time.perf_counter()
        await call()
        seen.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(seen, n=20)
    return statistics.median(seen), cuts[18]


async def in_turns(rounds: int, *calls: Callable[[], Awaitable[Any]]) -> list[float]:
    """The p50 of each in milliseconds, one after another in every round."""
    seen: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, seen, strict=True):
            started = time.perf_counter()
            await call()
            times.append((time.perf_counter() - started) * 1000)
    return [statistics.median(times) for times in seen]


async def test_a_token_check_costs_little_more_than_its_way_over_the_bus_and_a_look_into_redis(
    start: Start, redis: Redis, bus: Bus
) -> None:
    """On a quiet machine that is under a millisecond (`python -m bench sessions`). What it may cost here is said in the cost of the same
    way without any check, taken in turns with it: whatever else the machine does slows both down."""
    running = await start()
    token = (await running.opened())["token"]
    subject = f"probe.{secrets.token_hex(4)}"

    async def look(payload: bytes) -> bytes:
        await redis.get("nothing")
        return payload

    await bus.serve(subject, "probe", look)
    remembering, now = BusVerifier(bus), 0.0
    forgetting = BusVerifier(bus, clock=lambda: now)

    async def uncached() -> None:
        nonlocal now
        now += 10
        await forgetting.verify(token)

    bare, cached, asked = await in_turns(
        400, lambda: bus.request(subject, b"x" * 100), lambda: remembering.verify(token), uncached
    )
    print(f"\ntoken check p50 ms: the bare way {bare:.3f}, cached {cached:.4f}, over the bus {asked:.3f}")
    assert asked < CHECKED * bare
    assert cached < REMEMBERED * bare


async def test_history_and_sweeping_in_a_crowd(start: Start, redis: Redis, forgetful: None) -> None:
    running = await start(session_linger_seconds=0.0)
    made = await crowd(redis, SESSIONS, ENTRIES)
    token, *_ = made
    ending = list(made.values())[1 : 1 + SWEPT]
    async with running.client(token) as client:
        page = await timed(200, lambda: client.get("/v1/sessions/current/history"))
        found = await timed(100, lambda: client.get("/v1/sessions/current/history", params={"q": "number 7"}))
        quiet = await timed(300, lambda: client.get("/v1/sessions/current/history"))
        for session_id in ending:
            await redis.hset(f"session:of:{session_id}", "idle_until", 1)
        await redis.zadd("session:expiry", dict.fromkeys(ending, 1))
        started = time.perf_counter()
        meanwhile = await timed(300, lambda: client.get("/v1/sessions/current/history"))
        await until(lambda: nobody_left(redis, ending), 120)
    took = time.perf_counter() - started
    print(
        f"\nhistory p50/p95 ms: page {page[0]:.1f}/{page[1]:.1f}, search {found[0]:.1f}/{found[1]:.1f}; "
        f"sweeping {SWEPT}: p95 {quiet[1]:.1f} -> {meanwhile[1]:.1f} ({meanwhile[1] / quiet[1]:.2f} x), all gone after {took:.1f} s"
    )
    assert page[1] < 20 * BUSY
    assert meanwhile[1] < max(1.5 * quiet[1] * BUSY, 20)


async def nobody_left(redis: Redis, ids: list[str]) -> bool:
    await asyncio.sleep(0.2)
    waiting = await redis.zmscore("session:ending", ids)
    return not any(score is not None for score in waiting) and not await redis.exists(
        *(f"session:of:{name}" for name in ids)
    )
