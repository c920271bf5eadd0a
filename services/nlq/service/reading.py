"""Where a question stands: once, when it ends, or step by step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from services.nlq.domain import PAUSES, Question
from services.nlq.errors import NoResult, QueryNotFound
from services.nlq.ports import Listener, QueryStore
from shared.bus.connection import progress_subject
from shared.prose import TextNews, text_news

LOOK_AGAIN = 5.0  # seconds: hints may be lost, so whoever waits looks again by itself
HEARTBEAT = 15.0


async def _end_told(hints: AsyncIterator[tuple[str, dict[str, Any]]]) -> None:
    """Steps on the way say so in the hint: for them the question need not be read."""
    async for _, facts in hints:
        if facts.get("state") in PAUSES:
            return


class Read:
    """Reading questions. Another session's id looks like one that does not exist."""

    def __init__(self, store: QueryStore, listener: Listener) -> None:
        self._store = store
        self._listener = listener

    async def get(self, session_id: str, query_id: str) -> Question:
        question = await self._store.get(query_id)
        if question is None or question.session_id != session_id:
            raise QueryNotFound(query_id)
        return question

    async def wait(self, session_id: str, query_id: str, seconds: float) -> Question:
        """Until the question ends or pauses, at most `seconds`."""
        question = await self.get(session_id, query_id)
        if question.state in PAUSES or seconds <= 0:
            return question
        deadline = time.monotonic() + seconds
        async with self._listener.listen(progress_subject(session_id, "query", query_id)) as hints:
            question = await self.get(session_id, query_id)
            while question.state not in PAUSES and (left := deadline - time.monotonic()) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LOOK_AGAIN)):
                        await _end_told(hints)
                question = await self.get(session_id, query_id)
        return question

    async def follow(self, session_id: str, query_id: str) -> AsyncIterator[Question | TextNews | None]:
        """Every version seen until the question ends, and its text while a model writes it; None now and then, as a sign of life."""
        async with self._listener.listen(progress_subject(session_id, "query", query_id)) as hints:
            question = await self.get(session_id, query_id)
            yield question
            while not question.ended:
                seen = question.version
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        _, facts = await anext(hints)
                    if news := text_news(facts):
                        yield news
                        continue
                except TimeoutError:
                    yield None
                question = await self.get(session_id, query_id)
                if question.version != seen:
                    yield question

    async def list(self, session_id: str, before: float | None, limit: int) -> tuple[list[Question], float | None]:
        """Newest first; the cursor of the next page."""
        found = await self._store.of_session(session_id, before, limit)
        return [question for _, question in found], found[-1][0] if len(found) == limit else None

    async def answered(self, session_id: str, query_id: str) -> Question:
        """A question that has a result."""
        question = await self.get(session_id, query_id)
        if question.state != "answered":
            raise NoResult(
                f"This question is {question.state}; it has no result.", hint="Wait with GET /v1/queries/{id}?wait=30."
            )
        return question
