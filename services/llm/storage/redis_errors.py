"""Redis' errors as this service's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.llm.errors import StateUnavailable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def translated(method: Callable[Arguments, Awaitable[Result]]) -> Callable[Arguments, Coroutine[Any, Any, Result]]:
    """Trouble with the connection becomes `StateUnavailable`, which is retried; a wrong command stays what it is."""

    @wraps(method)
    async def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return await method(*args, **kwargs)
        except (RedisConnectionError, RedisTimeoutError, OSError) as error:
            raise StateUnavailable(
                "The service's memory (Redis) did not answer.", hint="Try again in a moment.", retry_after=2
            ) from error

    return call
