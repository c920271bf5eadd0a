"""What the other services' events say about a session's registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from services.session.entries import DELETED, Change, Kind, Part
from shared.events import (
    Event,
    FileDeleted,
    FileRejected,
    FileUploaded,
    LlmConversationDeleted,
    LlmQuestionAsked,
    QueryAnswered,
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryFailed,
    TableDeleted,
    TableParsingFailed,
    TableParsingFinished,
    TableReady,
    TableReadyV1,
)

TITLE = 200  # characters of a conversation's first question that become its title
ANSWER_TEXT = 4_000  # characters of an answer that the history keeps
CODE = 16_000
WIDEST = 63  # bits of a whole number

E = TypeVar("E", bound=Event)
Reading = Callable[[Any, float], tuple[Change, ...]]
READINGS: dict[type[Event], Reading] = {}


def changes_of(event: Event, at: float) -> tuple[Change, ...]:
    """The changes that an event makes to the registry; none for events that say nothing about it."""
    reading = READINGS.get(type(event))
    return reading(event, at) if reading else ()


def answer_details(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the history keeps of a whole answer, as the API shows it: its text, a single value, its code and timings."""
    answer = document.get("answer") or {}
    kept = {
        "answer": str(answer.get("text") or "")[:ANSWER_TEXT],
        "answer_kind": answer.get("kind"),
        "value": _within_json(answer.get("value")) if answer.get("kind") == "scalar" else None,
        "code": str(document.get("code") or "")[:CODE],
        "timings": document.get("timings") or {},
        "warnings": list(document.get("warnings") or [])[:20],
    }
    return {name: value for name, value in kept.items() if value not in (None, "", [], {})}


def _within_json(value: Any) -> Any:
    """Whole numbers beyond 64 bits as text: readers of JSON lose their digits, or refuse them."""
    return str(value) if isinstance(value, int) and value.bit_length() > WIDEST else value


def _reads(
    kind: type[E],
) -> Callable[[Callable[[E, float], tuple[Change, ...]]], Callable[[E, float], tuple[Change, ...]]]:
    def register(reading: Callable[[E, float], tuple[Change, ...]]) -> Callable[[E, float], tuple[Change, ...]]:
        READINGS[kind] = reading
        return reading

    return register


def _deleted(kind: Kind, identifier: str, at: float) -> tuple[Change, ...]:
    return (Change(kind, identifier, DELETED, Part(at)),)


def _conversation(conversation_id: str | None, title: str, at: float) -> tuple[Change, ...]:
    if not conversation_id:
        return ()
    return (Change("conversation", conversation_id, "started", Part(at, 1, {"title": title[:TITLE]})),)


@_reads(FileUploaded)
def _file_uploaded(event: FileUploaded, at: float) -> tuple[Change, ...]:
    data = event.model_dump(include={"filename", "media_type", "size", "sha256", "object_key"})
    return (Change("file", event.file_id, "uploaded", Part(at, event.attempt, data)),)


@_reads(FileRejected)
def _file_rejected(event: FileRejected, at: float) -> tuple[Change, ...]:
    return (
        Change(
            "file", event.file_id, "rejected", Part(at, 1, event.model_dump(include={"filename", "code", "reason"}))
        ),
    )


@_reads(FileDeleted)
def _file_deleted(event: FileDeleted, at: float) -> tuple[Change, ...]:
    return _deleted("file", event.file_id, at)


@_reads(TableParsingFinished)
def _file_read(event: TableParsingFinished, at: float) -> tuple[Change, ...]:
    return (Change("file", event.file_id, "read", Part(at, event.attempt)),)


@_reads(TableParsingFailed)
def _file_unreadable(event: TableParsingFailed, at: float) -> tuple[Change, ...]:
    data = event.model_dump(include={"code", "reason"})
    return (Change("file", event.file_id, "unreadable", Part(at, event.attempt, data)),)


@_reads(TableReady)
def _table_ready(event: TableReady, at: float) -> tuple[Change, ...]:
    data = event.model_dump(include={"file_id", "name", "rows", "columns", "version", "data_key"})
    return (
        Change("table", event.table_id, "ready", Part(at, event.version, data)),
        Change("file", event.file_id, "read", Part(at)),
    )


@_reads(TableReadyV1)
def _table_ready_of_old(event: TableReadyV1, at: float) -> tuple[Change, ...]:
    return _table_ready(event.upgraded(), at)


@_reads(TableDeleted)
def _table_deleted(event: TableDeleted, at: float) -> tuple[Change, ...]:
    return _deleted("table", event.table_id, at)


@_reads(QueryAsked)
def _question_asked(event: QueryAsked, at: float) -> tuple[Change, ...]:
    data = {"question": event.question, "table_ids": list(event.table_ids), "conversation_id": event.conversation_id}
    return (
        Change("question", event.query_id, "asked", Part(at, 1, data)),
        *_conversation(event.conversation_id, event.question, at),
    )


@_reads(QueryClarificationRequested)
def _question_asked_back(event: QueryClarificationRequested, at: float) -> tuple[Change, ...]:
    return (Change("question", event.query_id, "asked_back", Part(at, event.round, {"clarification": event.question})),)


@_reads(QueryClarified)
def _choice_made(event: QueryClarified, at: float) -> tuple[Change, ...]:
    return (Change("question", event.query_id, "chosen", Part(at, event.round, {"choice": event.choice})),)


@_reads(QueryAnswered)
def _question_answered(event: QueryAnswered, at: float) -> tuple[Change, ...]:
    data = event.model_dump(include={"intent", "engine", "seconds", "answer_key"})
    data |= {"question": event.question} if event.question else {}
    return (Change("question", event.query_id, "answered", Part(at, 1, data)),)


@_reads(QueryFailed)
def _question_failed(event: QueryFailed, at: float) -> tuple[Change, ...]:
    data = event.model_dump(include={"code", "reason"})
    data = {"error": {"code": data["code"], "message": data["reason"]}}
    data |= {"question": event.question} if event.question else {}
    return (Change("question", event.query_id, "failed", Part(at, 1, data)),)


@_reads(LlmQuestionAsked)
def _message_sent(event: LlmQuestionAsked, at: float) -> tuple[Change, ...]:
    return _conversation(event.conversation_id, event.text, at)


@_reads(LlmConversationDeleted)
def _conversation_deleted(event: LlmConversationDeleted, at: float) -> tuple[Change, ...]:
    return _deleted("conversation", event.conversation_id, at)
