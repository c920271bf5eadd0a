"""Requests and tokens by the minute: reserved before, settled after, and corrected by what the server says is left."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from services.llm.limits.rate_limits import Headroom, Left
from services.llm.limits.tokens import TokenUsage
from tests.integration.llm.turns import PATIENCE, load, queue, take

pytestmark = pytest.mark.integration


async def test_requests_keep_their_rate_after_a_burst(redis: Redis, model: str) -> None:
    steady = queue(redis, slots=100, per_minute=1200)  # one in 50 ms
    started = time.monotonic()
    for _ in range(14):
        await take(steady, load(model))
    assert 0.18 <= time.monotonic() - started < 2


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
