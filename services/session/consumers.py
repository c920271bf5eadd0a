"""Events in: what the other services did goes into the session's registry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from faststream.nats.annotations import NatsMessage

from services.session.service import SessionService
from shared.bus import Consumers
from shared.events import (
    Event,
    FileDeleted,
    FileRejected,
    FileUploaded,
    LlmConversationDeleted,
    LlmQuestionAsked,
    LlmUsageRecorded,
    QueryAnswered,
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryFailed,
    SessionCreated,
    SessionExpired,
    TableDeleted,
    TableParsingFailed,
    TableParsingFinished,
    TableReady,
    TableReadyV1,
)

Record = Callable[[Event, float], Awaitable[None]]


def build_consumers(service: SessionService, nats_url: str) -> Consumers:
    """One handler per fact; the registry takes them in any order."""
    consumers = Consumers("session", nats_url, publishes=(SessionCreated, SessionExpired))
    record = service.registry.record
    for register in (_files, _tables, _questions, _model_use):
        register(consumers, record)
    return consumers


def _files(consumers: Consumers, record: Record) -> None:
    @consumers.on("session-record-file")
    async def on_file_uploaded(event: FileUploaded, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-rejection")
    async def on_file_rejected(event: FileRejected, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-file-deletion")
    async def on_file_deleted(event: FileDeleted, message: NatsMessage) -> None:
        await record(event, stored_at(message))


def _tables(consumers: Consumers, record: Record) -> None:
    @consumers.on("session-record-reading")
    async def on_table_parsing_finished(event: TableParsingFinished, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-reading-failure")
    async def on_table_parsing_failed(event: TableParsingFailed, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-table")
    async def on_table_ready(event: TableReady, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-table-v1")
    async def on_table_ready_of_old(event: TableReadyV1, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-table-deletion")
    async def on_table_deleted(event: TableDeleted, message: NatsMessage) -> None:
        await record(event, stored_at(message))


def _questions(consumers: Consumers, record: Record) -> None:
    @consumers.on("session-record-question")
    async def on_query_asked(event: QueryAsked, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-clarification")
    async def on_query_clarification_requested(event: QueryClarificationRequested, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-choice")
    async def on_query_clarified(event: QueryClarified, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-answer")
    async def on_query_answered(event: QueryAnswered, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-failure")
    async def on_query_failed(event: QueryFailed, message: NatsMessage) -> None:
        await record(event, stored_at(message))


def _model_use(consumers: Consumers, record: Record) -> None:
    @consumers.on("session-record-message")
    async def on_llm_question_asked(event: LlmQuestionAsked, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-conversation-deletion")
    async def on_llm_conversation_deleted(event: LlmConversationDeleted, message: NatsMessage) -> None:
        await record(event, stored_at(message))

    @consumers.on("session-record-usage")
    async def on_llm_usage_recorded(event: LlmUsageRecorded, message: NatsMessage) -> None:
        await record(event, stored_at(message))


def stored_at(message: NatsMessage) -> float:
    """When the bus stored the message: the same at every delivery, whatever the order."""
    return float(message.raw_message.metadata.timestamp.timestamp())
