"""What other services' events mean for files."""

from __future__ import annotations

from services.upload.service import FileService
from shared.bus import Consumers
from shared.events import (
    DeadLetter,
    FileDeleted,
    FileRejected,
    FileUploaded,
    SessionExpired,
    TableParsingFailed,
    TableParsingFinished,
    TableParsingStarted,
)


def build_consumers(files: FileService, nats_url: str) -> Consumers:
    consumers = Consumers("upload", nats_url, publishes=(FileUploaded, FileRejected, FileDeleted))

    @consumers.on("upload-mark-parsing")
    async def on_parsing_started(event: TableParsingStarted) -> None:
        await files.mark_parsing(event)

    @consumers.on("upload-mark-ready")
    async def on_parsing_finished(event: TableParsingFinished) -> None:
        await files.mark_ready(event)

    @consumers.on("upload-mark-failed")
    async def on_parsing_failed(event: TableParsingFailed) -> None:
        await files.mark_failed(event)

    @consumers.on("upload-forget-session")
    async def on_session_expired(event: SessionExpired) -> None:
        await files.forget(event.session_id)

    @consumers.on("upload-fail-dead-letters")
    async def on_dead_letter(letter: DeadLetter) -> None:
        body = letter.body if isinstance(letter.body, dict) else {}
        if "session_id" in body and "file_id" in body:
            await files.fail_unread(str(body["session_id"]), str(body["file_id"]), int(body.get("attempt", 1)))

    return consumers
