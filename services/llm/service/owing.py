"""Questions whose message was stored, and that nobody was told of: whoever took them in has died, or the bus was away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from services.llm.ports import ConversationStore, OwedQuestions
from shared.bus import EventBus
from shared.errors import AppError

PATIENCE = 5.0  # seconds in which whoever took a question in tells it, or has died
BATCH = 100
log = structlog.get_logger(__name__)


class TellOwed:
    """Every copy does this: a question that is told twice is asked once, since its event's id derives from it."""

    def __init__(
        self,
        owed: OwedQuestions,
        store: ConversationStore,
        bus: EventBus,
        clock: Callable[[], datetime],
    ) -> None:
        self._owed = owed
        self._store = store
        self._bus = bus
        self._clock = clock

    async def __call__(self) -> None:
        """A question without its message was never accepted: it is forgotten."""
        for question in await self._owed.kept_before(self._clock().timestamp() - PATIENCE, BATCH):
            if await self._store.message(question.conversation_id, question.message_id):
                await self._bus.publish(question)
            await self._owed.remove(question)

    async def for_ever(self) -> None:
        while True:
            await asyncio.sleep(PATIENCE)
            try:
                await self()
            except AppError as error:
                log.warning("owed_questions_wait", error=error.code)
