"""Sessions in a crowd, over the gateway of a whole stack: token checks, history pages, and other people's requests during a sweep.

python -m bench sessions        # 10,000 sessions with 50 entries each; ASKFRAME_BENCH_SESSIONS asks for another number
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from bench.report import Result, printed
from deploy.local.stack import Stack
from services.session.domain import Lifetimes, begin
from services.session.entries import Entry, Part
from services.session.storage.sessions import RedisSessionStore
from shared.auth import BusVerifier, hash_token
from shared.bus import Bus
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from shared.settings import CommonSettings

SESSIONS, ENTRIES, SWEPT = int(os.environ.get("ASKFRAME_BENCH_SESSIONS", "10000")), 50, 1000
VISITORS = 100  # sessions whose pages are read in turn
PAGES, SEARCHES, CHECKS = 1500, 300, 2000
DAY = Lifetimes(86_400, 86_400)
HISTORY = "/v1/sessions/current/history"
ROUTES = (HISTORY, "/v1/sessions/current", "/v1/files", "/v1/tables")  # what the others do meanwhile


@dataclass(frozen=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seen: list[float]) -> Spread:
        return cls(statistics.median(seen), statistics.quantiles(seen, n=20)[18])


def entries(count: int) -> dict[str, str]:
    """The registry fields of one session: a file and a table to four questions."""
    found = {}
    for number in range(count):
        at = 1_800_000_000.0 + number
        match number % 10:
            case 0:
                entry = Entry(
                    "file",
                    f"f_{number}",
                    {
                        "uploaded": Part(
                            at,
                            1,
                            {
                                "filename": f"sales {number}.csv",
                                "media_type": "text/csv",
                                "size": 1234,
                                "sha256": "0" * 64,
                                "object_key": f"sessions/s/files/f_{number}/raw",
                            },
                        ),
                        "read": Part(at),
                    },
                )
            case 1:
                entry = Entry(
                    "table",
                    f"t_{number}",
                    {
                        "ready": Part(
                            at,
                            1,
                            {
                                "file_id": "f",
                                "name": f"sales_{number}",
                                "rows": 1000,
                                "version": 1,
                                "columns": 12,
                                "data_key": f"sessions/s/tables/t_{number}/v1/data.parquet",
                            },
                        )
                    },
                )
            case _:
                asked = {"question": f"What is number {number}?", "table_ids": ["t_1"], "conversation_id": None}
                answered = {
                    "answer": "The total is 231. " * 8,
                    "answer_kind": "scalar",
                    "value": 231,
                    "code": 'result = df["amount"].sum()\n' * 10,
                    "engine": "planner",
                    "intent": "aggregate",
                    "timings": {"total": 0.1, "classify": 0.01, "execute": 0.05},
                }
                entry = Entry(
                    "question", f"q_{number}", {"asked": Part(at, 1, asked), "answered": Part(at + 0.5, 1, answered)}
                )
        found[f"{entry.kind}:{entry.id}"] = entry.to_json()
    return found


async def crowd(redis: Redis, sessions: int, count: int) -> dict[str, str]:
    """So many sessions with so many entries each, written as the service writes them; their ids by their tokens."""
    store = RedisSessionStore(redis, DAY)
    fields: dict[Any, Any] = dict(entries(count))
    order = {field: (1_800_000_000 + number) * 1000 for number, field in enumerate(fields)}
    made = {secrets.token_urlsafe(): f"s_{secrets.token_hex(12)}" for _ in range(sessions)}
    for number, (token, session_id) in enumerate(made.items()):
        await store.insert(begin(session_id, time.time(), DAY), [hash_token(token)])
        async with redis.pipeline(transaction=False) as pipe:
            pipe.hset(f"session:entries:{session_id}", mapping=fields)
            pipe.zadd(f"session:order:{session_id}", order)
            await pipe.execute()
        if number % 1000 == 0:
            print(f"   {number:,} of {sessions:,} sessions written", flush=True)
    return made


class Visitors:
    """People with sessions of their own who ask for pages in turn, each over the same kept connection."""

    def __init__(self, url: str, tokens: list[str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._tokens = tokens
        self._turn = 0

    def timed(self, path: str) -> float:
        self._turn += 1
        headers = {"Authorization": f"Bearer {self._tokens[self._turn % len(self._tokens)]}"}
        started = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - started) * 1000
        assert response.status == 200, body[:500]
        return took

    def spread(self, times: int, *paths: str) -> Spread:
        return Spread.of([self.timed(paths[number % len(paths)]) for number in range(times)])

    def until(self, done: Callable[[], bool], *paths: str) -> Spread:
        """What is seen while something goes on."""
        seen: list[float] = []
        while not done():
            seen += [self.timed(path) for path in paths * 5]
        return Spread.of(seen)


async def token_checks(stack: Stack, tokens: list[str]) -> tuple[Spread, Spread]:
    """As any service checks them: remembered for a second, or asked of the session service."""
    bus = await Bus.connect(stack.endpoints.nats_url, "bench")
    now = 0.0
    remembering, forgetting = BusVerifier(bus), BusVerifier(bus, clock=lambda: now)
    cached, asked = [], []
    for number in range(CHECKS):
        token, now = tokens[number % len(tokens)], now + 10
        asked.append(await _took(forgetting, token))
        await remembering.verify(token)
        cached.append(await _took(remembering, token))
    await bus.close()
    return Spread.of(cached), Spread.of(asked)


async def _took(verifier: BusVerifier, token: str) -> float:
    started = time.perf_counter()
    await verifier.verify(token)
    return (time.perf_counter() - started) * 1000


async def expire(stack: Stack, redis: Redis, ids: list[str]) -> None:
    """Each with objects to forget, as a session has that somebody used."""
    e = stack.endpoints
    objects = S3ObjectStore(
        s3_store(
            CommonSettings(
                s3_endpoint=e.s3_endpoint,
                s3_access_key=SecretStr(e.s3_access_key),
                s3_secret_key=SecretStr(e.s3_secret_key),
                s3_bucket=e.s3_bucket,
            )
        )
    )
    for session_id in ids:
        for name in ("session.json", "files/f_1/raw", "tables/t_1/v1/data.parquet"):
            await objects.put(f"sessions/{session_id}/{name}", b"{}")
    for session_id in ids:
        await redis.hset(f"session:of:{session_id}", "idle_until", 1)
    await redis.zadd("session:expiry", dict.fromkeys(ids, 1))


@contextmanager
def blocking(stack: Stack) -> Iterator[Any]:
    client = BlockingRedis.from_url(stack.endpoints.redis_url, decode_responses=True)
    yield client
    client.close()


def forgotten(redis: Any, ids: list[str]) -> bool:
    """Whether nothing is kept of any of them but the note of their end."""
    with redis.pipeline(transaction=False) as pipe:
        for session_id in ids:
            pipe.hexists(f"session:end:{session_id}", "removed_at")
        return all(pipe.execute())


async def prepared(stack: Stack) -> dict[str, str]:
    async with Redis.from_url(stack.endpoints.redis_url, decode_responses=True) as redis:
        return await crowd(redis, SESSIONS, ENTRIES)


async def begin_sweep(stack: Stack, ids: list[str]) -> None:
    async with Redis.from_url(stack.endpoints.redis_url, decode_responses=True) as redis:
        await expire(stack, redis, ids)


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as home, Stack(Path(home), env={"PATH": os.environ["PATH"]}) as stack:
        made = asyncio.run(prepared(stack))
        tokens = list(made)[:VISITORS]
        ending = list(made.values())[VISITORS : VISITORS + SWEPT]
        visitors = Visitors(stack.base_url, tokens)
        cached, asked = asyncio.run(token_checks(stack, tokens))
        visitors.spread(2 * VISITORS, *ROUTES)
        page, found = visitors.spread(PAGES, HISTORY), visitors.spread(SEARCHES, f"{HISTORY}?q=number+7")
        quiet = visitors.spread(PAGES, *ROUTES)
        started = time.perf_counter()
        asyncio.run(begin_sweep(stack, ending))
        with blocking(stack) as redis:
            during = visitors.until(lambda: forgotten(redis, ending), *ROUTES)
        took = time.perf_counter() - started
    print(
        json.dumps(
            {
                "sessions": SESSIONS,
                "entries": ENTRIES,
                "page_p50": round(page.p50, 2),
                "search_p95": round(found.p95, 2),
                "sweep_seconds": round(took, 1),
            }
        )
    )
    return [
        Result("token check remembered, p50", cached.p50, 1.0, "ms", "budget", goal=1.0),
        Result("token check over the bus, p50", asked.p50, 1.0, "ms", "budget", goal=1.0),
        Result(f"history page at {SESSIONS:,} x {ENTRIES}, p95", page.p95, 20.0, "ms", "budget", goal=1.0),
        Result("history search, p95", found.p95, page.p95, "ms", "page"),
        Result(f"other requests, {len(ending):,} swept, p95", during.p95, quiet.p95, "ms", "before", goal=1.5),
    ]


def main() -> list[Result]:
    return printed(measure())


if __name__ == "__main__":
    main()
