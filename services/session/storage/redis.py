"""The Redis client of this service, and its errors as this service's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from services.session.errors import SessionsUnavailable

Client = Redis
PASSING = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    OSError,
)


def connect(url: str) -> Client:
    """A client that fails within about two seconds when Redis is away, and recovers by itself."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=2.0,
        socket_connect_timeout=1.0,
        health_check_interval=10,
        retry=Retry(ExponentialBackoff(cap=0.1, base=0.02), retries=2),
        max_connections=256,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Map what passes by itself to `SessionsUnavailable`; anything else is a defect and stays what it is."""
    try:
        yield
    except PASSING as error:
        raise SessionsUnavailable(
            "Sessions cannot be looked up right now.", hint="Try again in a moment.", retry_after=2
        ) from error


def texts(values: Iterable[Any]) -> list[str]:
    """Replies as text, which they are: the client decodes them."""
    return [str(value) for value in values]


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def seconds(milliseconds: Any) -> float:
    return int(float(milliseconds)) / 1000
