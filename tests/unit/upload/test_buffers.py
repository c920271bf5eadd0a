"""Memory is bounded whatever comes; who is slow does not keep a large buffer from who is fast."""

from __future__ import annotations

import asyncio

import pytest

from services.upload.service.buffers import FAST, SLOW, BufferPool

PART, SMALL = 1000, 100


def pool(large: int = 1, small: int = 2) -> BufferPool:
    return BufferPool(large, PART, small, SMALL)


async def test_unknown_client_gets_a_large_buffer_when_one_is_free_and_a_small_one_otherwise() -> None:
    buffers = pool()
    assert [(await buffers.take(None)).size for _ in range(3)] == [PART, SMALL, SMALL]


async def test_slow_client_gets_a_small_buffer_although_a_large_one_is_free() -> None:
    assert (await pool().take(SLOW / 2)).size == SMALL


async def test_fast_client_waits_for_a_large_buffer_in_its_turn() -> None:
    buffers = pool()
    held = await buffers.take(None)
    waiting = [asyncio.create_task(buffers.take(FAST)) for _ in range(2)]
    await asyncio.sleep(0)
    assert buffers.wanted_by_others(held)
    buffers.give_back(held)
    assert (await waiting[0]).size == PART
    assert not waiting[1].done()
    buffers.give_back(waiting[0].result())
    assert (await waiting[1]).used == 0


async def test_buffer_given_to_a_cancelled_waiter_is_not_lost() -> None:
    buffers = pool()
    held = await buffers.take(None)
    first, second = (asyncio.create_task(buffers.take(FAST)) for _ in range(2))
    await asyncio.sleep(0)
    buffers.give_back(held)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(1):
        assert await second is held


async def test_no_more_buffers_are_made_than_there_may_be() -> None:
    buffers = pool(large=2, small=3)
    made = [await buffers.take_part() for _ in range(2)] + [await buffers.take_small() for _ in range(3)]
    assert len({id(buffer) for buffer in made}) == 5
    for take in (buffers.take_part, buffers.take_small):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await take()
