"""HTTP request and response models of the llm service."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.llm.conversation import (
    Clarification,
    Conversation,
    ConversationPage,
    Message,
    MessageProblem,
    MessageUsage,
)
from services.llm.limits.tokens import Spent
from services.llm.limits.usage import Exchange, UsageReport

TableIdText = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class NewConversation(BaseModel):
    """Nothing can be chosen yet."""

    model_config = ConfigDict(extra="ignore")


class ConversationMade(BaseModel):
    conversation_id: str


class NewMessage(BaseModel):
    """A question in a conversation. Without `table_ids` the tables of the conversation so far, or all of the session, are meant."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    table_ids: tuple[TableIdText, ...] = Field(default=(), max_length=50)
    verify: bool | None = Field(
        default=None,
        description="with Claude: compute its result a second time, in SQL, and compare; by default as `ASKFRAME_VERIFY` says",
    )


class MessageShown(BaseModel):
    """One message. `error` says why a question has no answer, `clarification` what to choose from."""

    message_id: str
    role: Literal["user", "assistant"]
    text: str
    query_ids: tuple[str, ...]
    usage: MessageUsage
    created_at: datetime
    error: MessageProblem | None = None
    clarification: Clarification | None = None

    @classmethod
    def of(cls, message: Message) -> MessageShown:
        return cls(**{name: getattr(message, name) for name in cls.model_fields})


class ConversationShown(BaseModel):
    conversation_id: str
    title: str = Field(description="the first message, until a small model has named it; empty before it")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        return cls(**{name: getattr(conversation, name) for name in cls.model_fields})


class ConversationEntry(ConversationShown):
    messages: int = Field(description="how many there are")


class ConversationList(BaseModel):
    """The newest first."""

    conversations: list[ConversationEntry]
    next_cursor: str | None = Field(description="for the next page; null at the end")

    @classmethod
    def of(cls, page: ConversationPage) -> ConversationList:
        return cls(
            conversations=[ConversationEntry.of(conversation) for conversation in page.conversations],
            next_cursor=None if page.cursor is None else str(page.cursor),
        )


class ConversationRead(ConversationShown):
    messages: list[MessageShown]

    @classmethod
    def with_messages(cls, conversation: Conversation, messages: list[Message]) -> ConversationRead:
        shown = ConversationShown.of(conversation)
        return cls(**shown.model_dump(), messages=[MessageShown.of(message) for message in messages])


class UsageSum(BaseModel):
    """`input_tokens` are those at the full price or written to the cache; `cache_read_tokens` come on top."""

    requests: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cost_usd: float

    @classmethod
    def of(cls, spent: Spent) -> UsageSum:
        usage = spent.usage
        return cls(
            requests=spent.requests,
            input_tokens=usage.input + usage.cache_write,
            output_tokens=usage.output,
            cache_read_tokens=usage.cache_read,
            cost_usd=spent.cost_usd,
        )


class UsageByModel(UsageSum):
    model: str


class UsageEntry(UsageByModel):
    """One exchange with the model."""

    query_id: str
    conversation_id: str | None
    at: datetime

    @classmethod
    def of_exchange(cls, exchange: Exchange) -> UsageEntry:
        figures = UsageSum.of(Spent(exchange.usage, exchange.cost_micros, 1))
        return cls(
            **figures.model_dump(),
            model=exchange.model,
            query_id=exchange.query_id,
            conversation_id=exchange.conversation_id,
            at=exchange.at,
        )


class UsageShown(BaseModel):
    session: UsageSum
    by_model: list[UsageByModel]
    recent: list[UsageEntry] = Field(description="the latest exchanges, newest first")

    @classmethod
    def of(cls, report: UsageReport) -> UsageShown:
        return cls(
            session=UsageSum.of(report.session),
            by_model=[
                UsageByModel(**UsageSum.of(spent).model_dump(), model=model) for model, spent in report.by_model.items()
            ],
            recent=[UsageEntry.of_exchange(exchange) for exchange in report.recent],
        )
