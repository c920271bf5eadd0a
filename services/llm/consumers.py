"""The events that the llm service reacts to."""

from __future__ import annotations

from services.llm.service import LlmService
from shared.bus import Consumers
from shared.events import (
    LlmConversationDeleted,
    LlmQuestionAsked,
    LlmUsageRecorded,
    QueryAnswered,
    QueryClassified,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryWritten,
    SessionExpired,
)

PUBLISHES = (
    QueryGenerated,
    QueryWritten,
    QueryGenerationFailed,
    LlmUsageRecorded,
    LlmQuestionAsked,
    LlmConversationDeleted,
)


def build_consumers(service: LlmService, nats_url: str) -> Consumers:
    """The handlers, registered; nothing connects before they are started."""
    consumers = Consumers("llm", nats_url, publishes=PUBLISHES)

    @consumers.on("llm-generate")
    async def on_query_classified(event: QueryClassified) -> None:
        await service.generation.generate(event)

    @consumers.on("llm-record-answer")
    async def on_query_answered(event: QueryAnswered) -> None:
        await service.recording.answered(event)

    @consumers.on("llm-record-failure")
    async def on_query_failed(event: QueryFailed) -> None:
        await service.recording.failed(event)

    @consumers.on("llm-name-conversation")
    async def on_query_answered_first(event: QueryAnswered) -> None:
        await service.name_conversation(event)

    @consumers.on("llm-forget-session")
    async def on_session_expired(event: SessionExpired) -> None:
        await service.forget_session(event.session_id)

    return consumers
