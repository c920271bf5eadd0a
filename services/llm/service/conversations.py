"""Conversations: make, list, read, delete, forget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.llm.conversation import Conversation, ConversationPage, Message
from services.llm.errors import ConversationNotFound
from services.llm.ports import ConversationStore
from shared.auth import belongs_to, owned_id
from shared.bus import EventBus
from shared.events import LlmConversationDeleted


class Conversations:
    """Another session's conversation looks like one that does not exist."""

    def __init__(
        self,
        store: ConversationStore,
        bus: EventBus,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        most: int,
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._most = most

    async def create(self, session_id: str) -> Conversation:
        now = self._clock()
        conversation = Conversation(
            conversation_id=owned_id("c", session_id, self._new_id()),
            session_id=session_id,
            created_at=now,
            updated_at=now,
        )
        await self._store.create(conversation, self._most)
        return conversation

    async def page(self, session_id: str, before: int | None, limit: int) -> ConversationPage:
        return await self._store.page(session_id, before, limit)

    async def get(self, session_id: str, conversation_id: str) -> Conversation:
        found = await self._store.get(session_id, conversation_id) if belongs_to(conversation_id, session_id) else None
        if found is None:
            raise ConversationNotFound(
                "There is no such conversation in this session.",
                hint="List the conversations with GET /v1/conversations.",
            )
        return found

    async def read(self, session_id: str, conversation_id: str) -> tuple[Conversation, list[Message]]:
        conversation = await self.get(session_id, conversation_id)
        return conversation, await self._store.messages(conversation_id)

    async def delete(self, session_id: str, conversation_id: str) -> None:
        """The event goes first: should the rest fail, the person's next try publishes it again and nothing is lost."""
        await self.get(session_id, conversation_id)
        await self._bus.publish(LlmConversationDeleted(session_id=session_id, conversation_id=conversation_id))
        await self._store.delete(session_id, conversation_id)

    async def forget(self, session_id: str) -> None:
        await self._store.forget(session_id)
