"""A turn of a conversation: a message goes out as a question, its steps are followed until there is something to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.llm.conversation import Asking, Choice, Clarification, Message, message_id
from services.llm.errors import AnswerPending
from services.llm.ports import ConversationStore, OwedQuestions, ProgressListener
from services.llm.service.conversations import Conversations
from services.llm.service.recording import RECORDED
from shared.auth import owned_id
from shared.bus import EventBus
from shared.errors import Conflict
from shared.events import LlmQuestionAsked
from shared.privacy import Privacy
from shared.prose import TextNews, text_news

LAST_WORD = 15.0  # seconds in which a question that has passed its deadline is found, ended and recorded
POLL = 0.5  # seconds; hints come faster, this is for the ones that got lost


Hint = tuple[str, dict[str, Any]]  # subject and facts of a progress message


@dataclass(frozen=True)
class Turn:
    """A message that was stored and whose question is about to be asked."""

    session_id: str
    conversation_id: str
    query_id: str
    message: Message
    question: LlmQuestionAsked


@dataclass(frozen=True)
class TurnStep:
    """Something happened to the question: the facts as they were told."""

    facts: dict[str, Any]


TurnNews = TurnStep | TextNews | Message | None


@dataclass(frozen=True)
class TurnLimits:
    """`question_seconds` is how long a question may take until its own deadline is told."""

    messages: int
    question_seconds: float


class ConversationTurns:
    """Works with any engine: the question goes to nlq, which decides who answers it."""

    def __init__(
        self,
        conversations: Conversations,
        store: ConversationStore,
        bus: EventBus,
        owed: OwedQuestions,
        listener: ProgressListener,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        limits: TurnLimits,
    ) -> None:
        self._conversations = conversations
        self._store = store
        self._bus = bus
        self._owed = owed
        self._listener = listener
        self._clock = clock
        self._new_id = new_id
        self._limits = limits

    async def begin(
        self,
        session_id: str,
        conversation_id: str,
        text: str,
        table_ids: tuple[str, ...],
        privacy: Privacy | None = None,
        *,
        verify: bool | None = None,
    ) -> Turn:
        """Store the person's message: from here on its question is told, by this process or another one.

        Raises `ConversationNotFound`, `ConversationFull` or `ConversationBusy`; then nothing was stored.
        """
        await self._conversations.get(session_id, conversation_id)
        query_id = owned_id("q", session_id, self._new_id())
        message = Message(
            message_id=message_id(session_id, query_id, "question"),
            role="user",
            text=text,
            query_ids=(query_id,),
            created_at=self._clock(),
        )
        question = LlmQuestionAsked(
            session_id=session_id,
            query_id=query_id,
            conversation_id=conversation_id,
            message_id=message.message_id,
            text=text,
            table_ids=table_ids,
            privacy=privacy,
            verify=verify,
        )
        now = self._clock().timestamp()
        await self._owed.keep(question, now)
        asking = Asking(query_id, now, now + self._limits.question_seconds + LAST_WORD)
        try:
            await self._store.append(conversation_id, message, self._limits.messages, asking)
        except Conflict:
            await self._owed.remove(question)
            raise
        return Turn(session_id, conversation_id, query_id, message, question)

    async def follow(self, turn: Turn) -> AsyncGenerator[TurnNews, None]:
        """Ask, then tell the steps, the text while it is written, and last the assistant's message; None while there is nothing to tell.

        Raises `AnswerPending` when that takes too long; the answer is recorded all the same when it comes.
        """
        async with self._listener.listen(f"progress.{turn.session_id}.*.{turn.query_id}") as progress:
            await self._bus.publish(turn.question)
            await self._owed.remove(turn.question)
            async with aclosing(hints(progress, POLL)) as told:
                async for step in self._until_answered(turn, told):
                    yield step

    async def _until_answered(self, turn: Turn, told: AsyncIterator[Hint | None]) -> AsyncIterator[TurnNews]:
        until = self._clock().timestamp() + self._limits.question_seconds + LAST_WORD
        async for hint in told:
            if hint and (news := text_news(hint[1])):
                yield news
                continue
            own = hint is not None and hint[0].startswith(f"progress.{turn.session_id}.{RECORDED}.")
            yield TurnStep(hint[1]) if hint and not own else None
            if message := await self._message(turn, hint):
                yield message
                return
            until = _end_told(hint) or until
            if self._clock().timestamp() > until:
                raise AnswerPending(
                    "The question is still being worked on.",
                    hint=f"Follow it at GET /v1/queries/{turn.query_id}?wait=30, or read the conversation later.",
                )

    async def _message(self, turn: Turn, hint: Hint | None) -> Message | None:
        if hint and hint[1].get("state") == "needs_clarification":
            return await self._clarification(turn, hint[1])
        return await self._store.message(turn.conversation_id, message_id(turn.session_id, turn.query_id, "answer"))

    async def _clarification(self, turn: Turn, facts: dict[str, Any]) -> Message:
        asked = clarification_of(facts)
        message = Message(
            message_id=message_id(turn.session_id, turn.query_id, f"clarification|{asked.question}"),
            role="assistant",
            text=asked.question,
            query_ids=(turn.query_id,),
            created_at=self._clock(),
            clarification=asked,
        )
        await self._store.append(turn.conversation_id, message)
        return message


def _end_told(hint: Hint | None) -> float | None:
    """When the question is over at the latest, in seconds since the epoch, where the hint says its deadline."""
    deadline = hint[1].get("deadline") if hint else None
    return deadline + LAST_WORD if isinstance(deadline, int | float) else None


def clarification_of(facts: dict[str, Any]) -> Clarification:
    """From the facts of a progress message: `clarification: {question, options: [{id, label}]}`, or less than that."""
    told = facts.get("clarification")
    details: dict[str, Any] = told if isinstance(told, dict) else {}
    options = [option for option in details.get("options", ()) if isinstance(option, dict) and "id" in option]
    return Clarification(
        question=str(details.get("question") or "This question has more than one reading. Which one is meant?"),
        options=tuple(Choice(id=str(option["id"]), label=str(option.get("label", option["id"]))) for option in options),
    )


async def hints(progress: AsyncIterator[Hint], poll: float) -> AsyncGenerator[Hint | None, None]:
    """What `progress` says, and None whenever it said nothing for `poll` seconds."""

    async def following() -> Hint:
        return await anext(progress)

    waiting = asyncio.create_task(following())
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=poll)
            if not done:
                yield None
                continue
            hint = waiting.result()
            waiting = asyncio.create_task(following())
            yield hint
    finally:
        waiting.cancel()
