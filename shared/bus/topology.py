"""Streams and durable consumers, in one table: what `provision` creates and what the services attach to."""

from __future__ import annotations

from dataclasses import dataclass

from shared.events import (
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
    QueryClassified,
    QueryExecuted,
    QueryExecutionFailed,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
    QueryValidated,
    QueryWritten,
    SessionExpired,
    TableDeleted,
    TableDictionaryChanged,
    TableParsingFailed,
    TableParsingFinished,
    TableParsingStarted,
    TableReady,
    TableReadyV1,
)

DUPLICATE_WINDOW = 600.0  # seconds within which the same `Nats-Msg-Id` is stored once
ADVISORIES = "ADVISORIES"
DEAD_LETTERS = "DLQ"
STREAMS: dict[str, tuple[str, ...]] = {
    "FILES": ("file.>",),
    "TABLES": ("table.>",),
    "QUERIES": ("query.>",),
    "SESSIONS": ("session.>",),
    "LLM": ("llm.>",),
    DEAD_LETTERS: ("dlq.>",),
    ADVISORIES: (
        "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
        "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
    ),
}

QUICK = (0.5, 2.0, 5.0, 10.0)
PATIENT = (1.0, 10.0, 30.0, 120.0)
# To read a question dataproc is asked what its readings come to. While that starts anew a question waits, nearly as long as it may take.
AS_LONG_AS_A_QUESTION = (0.5, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0, 30.0, 30.0)

# Many more handlers than places in the jail: they wait for one in turn between the sessions (`FairPlaces`), which is fair only to
# code that has been fetched. One session may have 64 questions at once (its quota), and others' code must not wait behind those.
RUN_WORKERS = 64 + 8

# Likewise: files that are known to take long wait for each other, and small ones that came after them have to be fetched to be read before.
READING_WORKERS = 64


@dataclass(frozen=True)
class Durable:
    """One use case's place in a stream.

    `ack_wait` (seconds) is how long a killed worker's message stays invisible; a live worker extends it by heartbeats.
    `retry_delays` (seconds) are the pauses before each further delivery; after the last one the message is dead-lettered.
    `workers` handlers run at once in one copy of the service.
    """

    name: str
    subject: str
    workers: int = 2
    ack_wait: float = 8.0
    retry_delays: tuple[float, ...] = QUICK

    @property
    def service(self) -> str:
        return self.name.split("-", 1)[0]

    @property
    def stream(self) -> str:
        return stream_of(self.subject)

    @property
    def max_deliver(self) -> int:
        return len(self.retry_delays) + 1

    @property
    def heartbeat(self) -> float:
        return self.ack_wait / 3


def stream_of(subject: str) -> str:
    """The stream that stores a subject."""
    prefix = f"{subject.split('.', 1)[0]}."
    for name, patterns in STREAMS.items():
        if any(pattern.startswith(prefix) for pattern in patterns):
            return name
    raise ValueError(f"no stream stores {subject}")


_ALL = (
    Durable("upload-mark-parsing", TableParsingStarted.subject),
    Durable("upload-mark-ready", TableParsingFinished.subject),
    Durable("upload-mark-failed", TableParsingFailed.subject),
    Durable("upload-forget-session", SessionExpired.subject, retry_delays=PATIENT),
    Durable("upload-fail-dead-letters", "dlq.dataproc-parse-file"),
    Durable("session-record-file", FileUploaded.subject),
    Durable("session-record-rejection", FileRejected.subject),
    Durable("session-record-file-deletion", FileDeleted.subject),
    Durable("session-record-reading", TableParsingFinished.subject),
    Durable("session-record-reading-failure", TableParsingFailed.subject),
    Durable("session-record-table", TableReady.subject),
    Durable("session-record-table-v1", TableReadyV1.subject),
    Durable("session-record-table-deletion", TableDeleted.subject),
    Durable("session-record-question", QueryAsked.subject),
    Durable("session-record-clarification", QueryClarificationRequested.subject),
    Durable("session-record-choice", QueryClarified.subject),
    Durable("session-record-answer", QueryAnswered.subject),
    Durable("session-record-failure", QueryFailed.subject),
    Durable("session-record-usage", LlmUsageRecorded.subject),
    Durable("session-record-message", LlmQuestionAsked.subject),
    Durable("session-record-conversation-deletion", LlmConversationDeleted.subject),
    Durable("dataproc-parse-file", FileUploaded.subject, workers=READING_WORKERS, ack_wait=15.0, retry_delays=PATIENT),
    Durable("dataproc-forget-file", FileDeleted.subject, retry_delays=PATIENT),
    Durable("dataproc-forget-session", SessionExpired.subject, retry_delays=PATIENT),
    Durable("dataproc-run-code", QueryValidated.subject, workers=RUN_WORKERS),
    Durable("llm-generate", QueryClassified.subject, workers=8),
    Durable("llm-record-answer", QueryAnswered.subject),
    Durable("llm-record-failure", QueryFailed.subject),
    Durable("llm-name-conversation", QueryAnswered.subject),
    Durable("llm-forget-session", SessionExpired.subject, retry_delays=PATIENT),
    Durable("nlq-cache-table", TableReady.subject),
    Durable("nlq-cache-table-v1", TableReadyV1.subject),
    Durable("nlq-cache-dictionary", TableDictionaryChanged.subject),
    Durable("nlq-forget-table", TableDeleted.subject),
    Durable("nlq-take-question", LlmQuestionAsked.subject),
    Durable("nlq-classify", QueryAsked.subject, workers=4, retry_delays=AS_LONG_AS_A_QUESTION),
    Durable("nlq-resume", QueryClarified.subject, retry_delays=AS_LONG_AS_A_QUESTION),
    Durable("nlq-plan-offline", QueryClassified.subject, workers=4),
    Durable("nlq-validate", QueryGenerated.subject, workers=4),
    Durable("nlq-answer-in-words", QueryWritten.subject, workers=4),
    Durable("nlq-fall-back", QueryGenerationFailed.subject),
    Durable("nlq-repair-rejected", QueryRejected.subject),
    Durable("nlq-repair-failed", QueryExecutionFailed.subject),
    Durable("nlq-answer", QueryExecuted.subject, workers=4),
    Durable("nlq-forget-conversation", LlmConversationDeleted.subject),
    Durable("nlq-forget-session", SessionExpired.subject, retry_delays=PATIENT),
    Durable("nlq-fail-dead-letters", "dlq.>"),
)
DURABLES: dict[str, Durable] = {durable.name: durable for durable in _ALL}
# Every service shares it: whoever is alive turns the server's advisories into dead letters.
BURIAL = "bus-bury-exhausted"
