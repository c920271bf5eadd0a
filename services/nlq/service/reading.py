"""Where a question stands: once, when it ends, or step by step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from services.nlq.domain import PAUSES, Query
from services.nlq.errors import NoResult, QueryNotFound
from services.nlq.ports import Listener, QueryStore
from shared.bus.connection import progress_subject
from shared.objects import ObjectStore

LOOK_AGAIN = 5.0  # seconds: hints may be lost, so whoever waits looks again by itself
HEARTBEAT = 15.0


class Read:
    """Reading questions. Another session's id looks like one that does not exist."""

    def __init__(self, store: QueryStore, listener: Listener, objects: ObjectStore) -> None:
        self._store = store
        self._listener = listener
        self._objects = objects

    async def get(self, session_id: str, query_id: str) -> Query:
        query = await self._store.get(query_id)
        if query is None or query.session_id != session_id:
            raise QueryNotFound(query_id)
        return query

    async def wait(self, session_id: str, query_id: str, seconds: float) -> Query:
        """Until the question ends or pauses, at most `seconds`."""
        query = await self.get(session_id, query_id)
        if query.state in PAUSES or seconds <= 0:
            return query
        deadline = time.monotonic() + seconds
        async with self._listener.listen(progress_subject(session_id, "query", query_id)) as hints:
            query = await self.get(session_id, query_id)
            while query.state not in PAUSES and (left := deadline - time.monotonic()) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LOOK_AGAIN)):
                        await anext(hints)
                query = await self.get(session_id, query_id)
        return query

    async def follow(self, session_id: str, query_id: str) -> AsyncIterator[Query | None]:
        """Every version seen until the question ends; None now and then, as a sign of life."""
        async with self._listener.listen(progress_subject(session_id, "query", query_id)) as hints:
            query = await self.get(session_id, query_id)
            yield query
            while not query.ended:
                seen = query.version
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await anext(hints)
                except TimeoutError:
                    yield None
                query = await self.get(session_id, query_id)
                if query.version != seen:
                    yield query

    async def list(self, session_id: str, before: float | None, limit: int) -> tuple[list[Query], float | None]:
        """Newest first; the cursor of the next page."""
        found = await self._store.of_session(session_id, before, limit)
        return [query for _, query in found], found[-1][0] if len(found) == limit else None

    async def result(self, session_id: str, query_id: str) -> tuple[Query, bytes | None]:
        """An answered question and its whole result as Parquet (None for a scalar or a text)."""
        query = await self.get(session_id, query_id)
        if query.state != "answered":
            raise NoResult(
                f"This question is {query.state}; it has no result.", hint="Wait with GET /v1/queries/{id}?wait=30."
            )
        return query, await self._objects.get(query.table_key) if query.table_key else None
