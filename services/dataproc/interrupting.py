"""Work that ends as soon as something else has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Interrupted(Exception):
    """The work was ended before it was done."""


async def unless(happened: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns. Raises `Interrupted` as soon as it has happened; the work has ended then, as it has when the caller is cancelled."""
    doing, waiting = asyncio.ensure_future(work), asyncio.ensure_future(happened.wait())
    try:
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return await doing
        raise Interrupted
    finally:
        doing.cancel()
        waiting.cancel()
        await asyncio.gather(doing, waiting, return_exceptions=True)
