"""What dataproc does when something happened."""

from __future__ import annotations

from services.dataproc.service import Forget, ParseFile, RunCode
from shared.bus import Consumers
from shared.events import (
    FileDeleted,
    FileUploaded,
    QueryExecuted,
    QueryExecutionFailed,
    QueryValidated,
    SessionExpired,
    TableDeleted,
    TableDictionaryChanged,
    TableParsingFailed,
    TableParsingFinished,
    TableParsingStarted,
    TableReady,
)

PUBLISHES = (
    TableParsingStarted,
    TableReady,
    TableParsingFinished,
    TableParsingFailed,
    TableDeleted,
    TableDictionaryChanged,
    QueryExecuted,
    QueryExecutionFailed,
)


def build_consumers(parse_file: ParseFile, run_code: RunCode, forget: Forget, nats_url: str) -> Consumers:
    consumers = Consumers("dataproc", nats_url, publishes=PUBLISHES)

    @consumers.on("dataproc-parse-file")
    async def on_file_uploaded(event: FileUploaded) -> None:
        await parse_file(event)

    @consumers.on("dataproc-run-code")
    async def on_query_validated(event: QueryValidated) -> None:
        await run_code(event)

    @consumers.on("dataproc-forget-file")
    async def on_file_deleted(event: FileDeleted) -> None:
        await forget.file(event)

    @consumers.on("dataproc-forget-session")
    async def on_session_expired(event: SessionExpired) -> None:
        await forget.session(event)

    return consumers
