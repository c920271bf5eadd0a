"""Facts about the use of the model; the llm service publishes them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.events.base import Event, QueryId, TableId
from shared.privacy import Privacy


class LlmUsageRecorded(Event):
    """One exchange with the model, with its tokens and its cost."""

    subject: ClassVar[str] = "llm.usage_recorded.v1"
    identity: ClassVar[tuple[str, ...]] = ("usage_id",)
    usage_id: str
    query_id: str | None = None
    conversation_id: str | None = None
    model: str
    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cache_read_tokens: int = Field(default=0, ge=0)
    cost_usd: float = Field(default=0, ge=0)


class LlmQuestionAsked(Event):
    """A message in a conversation is a question about tables: nlq takes it up under the given query id."""

    subject: ClassVar[str] = "llm.question_asked.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id",)
    query_id: QueryId
    conversation_id: str
    message_id: str
    text: str
    table_ids: tuple[TableId, ...] = ()
    privacy: Privacy | None = Field(
        default=None, description="what the session had chosen that a model may be told; null: what holds in the house"
    )
    verify: bool | None = Field(
        default=None, description="whether its result is to be computed a second time; null: as the house does"
    )


class LlmConversationDeleted(Event):
    """A conversation is gone; whoever kept its turns forgets them."""

    subject: ClassVar[str] = "llm.conversation_deleted.v1"
    identity: ClassVar[tuple[str, ...]] = ("conversation_id",)
    conversation_id: str
