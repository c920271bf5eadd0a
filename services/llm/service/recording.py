"""Answers and failures of questions become messages of the conversations that they were asked in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.llm.conversation import Message, MessageProblem, MessageUsage, message_id
from services.llm.ports import ConversationStore, UsageLedger
from shared.auth import belongs_to
from shared.bus import EventBus
from shared.events import QueryAnswered, QueryFailed
from shared.objects import ObjectStore

RECORDED = "message"  # the kind of progress that says that a message of a conversation was stored


class _AnswerText(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str


class _AnswerDocument(BaseModel):
    """The part of nlq's answer document that a conversation shows."""

    model_config = ConfigDict(extra="ignore")
    answer: _AnswerText


class AnswerRecording:
    """Idempotent and in any order: message ids derive from the query, and messages are added once."""

    def __init__(
        self,
        store: ConversationStore,
        ledger: UsageLedger,
        objects: ObjectStore,
        bus: EventBus,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._objects = objects
        self._bus = bus
        self._clock = clock

    async def answered(self, event: QueryAnswered) -> None:
        """Store the answer's text; nothing to do for questions outside of conversations or in deleted ones."""
        if await self._is_here(event.session_id, event.conversation_id):
            document = _AnswerDocument.model_validate_json(await self._objects.get(event.answer_key))
            await self._record(event, document.answer.text, None)

    async def failed(self, event: QueryFailed) -> None:
        if await self._is_here(event.session_id, event.conversation_id):
            await self._record(event, event.reason, MessageProblem(code=event.code, message=event.reason))

    async def _is_here(self, session_id: str, conversation_id: str | None) -> bool:
        return (
            conversation_id is not None
            and belongs_to(conversation_id, session_id)
            and await self._store.get(session_id, conversation_id) is not None
        )

    async def _record(self, event: QueryAnswered | QueryFailed, text: str, error: MessageProblem | None) -> None:
        """A question that was asked at nlq directly has no message here yet: its own words come first."""
        assert event.conversation_id is not None
        session_id, query_id, now = event.session_id, event.query_id, self._clock()
        question = Message(
            message_id=message_id(session_id, query_id, "question"),
            role="user",
            text=event.question,
            query_ids=(query_id,),
            created_at=now,
        )
        if event.question:
            await self._store.append(event.conversation_id, question)
        usage = MessageUsage.of(await self._ledger.of_query(session_id, query_id))
        answer = Message(
            message_id=message_id(session_id, query_id, "answer"),
            role="assistant",
            text=text,
            query_ids=(query_id,),
            usage=usage,
            created_at=now,
            error=error,
        )
        await self._store.append(event.conversation_id, answer)
        await self._bus.progress(session_id, RECORDED, query_id, {"message_id": answer.message_id})
