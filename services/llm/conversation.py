"""Conversations and their messages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.llm.limits.tokens import Spent
from shared.auth import owned_id

LONGEST_TITLE = 80


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class MessageUsage(_Stored):
    """What the question of this message cost; zeros when no model was asked."""

    input_tokens: int = Field(default=0, ge=0, description="of the prompt, cached ones included")
    output_tokens: int = Field(default=0, ge=0)
    cost_usd: float = Field(default=0, ge=0)

    @classmethod
    def of(cls, spent: Spent) -> MessageUsage:
        usage = spent.usage
        return cls(input_tokens=usage.total - usage.output, output_tokens=usage.output, cost_usd=spent.cost_usd)


class MessageProblem(_Stored):
    """Why a question has no answer."""

    code: str
    message: str


class Choice(_Stored):
    id: str
    label: str


class Clarification(_Stored):
    """The readings that the person can choose from, with POST /v1/queries/{id}/clarification."""

    question: str
    options: tuple[Choice, ...] = ()


class Message(_Stored):
    """One turn. An assistant's message is about the queries in `query_ids`, where the whole answer is found."""

    message_id: str
    role: Literal["user", "assistant"]
    text: str
    query_ids: tuple[str, ...] = ()
    usage: MessageUsage = MessageUsage()
    created_at: datetime
    error: MessageProblem | None = None
    clarification: Clarification | None = None


@dataclass(frozen=True)
class Asking:
    """The question that a message asks: until it has ended, or is overdue, the conversation takes no other. Seconds since the epoch."""

    query_id: str
    now: float
    until: float


class Conversation(_Stored):
    """Without its messages."""

    conversation_id: str
    session_id: str
    title: str = ""
    created_at: datetime
    updated_at: datetime
    messages: int = Field(default=0, ge=0, description="how many there are")


@dataclass(frozen=True)
class ConversationPage:
    """`cursor` is where the next page begins, or None at the end."""

    conversations: tuple[Conversation, ...]
    cursor: int | None


def message_id(session_id: str, query_id: str, part: str) -> str:
    """Deterministic: the same turn of the same question is the same message, however often it is recorded."""
    return owned_id("m", session_id, hashlib.sha256(f"{query_id}|{part}".encode()).hexdigest()[:16])


def title_of(text: str) -> str:
    """The first line of the first message."""
    first = " ".join(text.split())
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"
