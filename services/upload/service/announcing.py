"""Telling the others: events that must arrive, progress that may be lost, and the manifest from which state can be rebuilt."""

from __future__ import annotations

from services.upload.ports import FileBus
from services.upload.records import FileRecord, Transfer
from shared.events import FileDeleted, FileRejected, FileUploaded
from shared.objects import ObjectStore, keys
from shared.telemetry import metrics


class Announcer:
    """The service's voice."""

    def __init__(self, bus: FileBus, objects: ObjectStore) -> None:
        self._bus = bus
        self._objects = objects

    async def write_manifest(self, record: FileRecord) -> None:
        await self._objects.put(
            keys.file_manifest(record.session_id, record.file_id), record.model_dump_json().encode()
        )

    async def progress(self, record: FileRecord) -> None:
        facts = {
            "file_id": record.file_id,
            "filename": record.filename,
            "state": record.state,
            "received": record.received,
            "size": record.size,
            "reason": record.reason,
        }
        await self._bus.progress(record.session_id, "file", record.file_id, facts)

    async def received(self, transfer: Transfer) -> None:
        """More bytes of an upload are safe in the store."""
        facts = {
            "file_id": transfer.file_id,
            "filename": transfer.filename,
            "state": "uploading",
            "received": transfer.offset,
            "size": transfer.length,
        }
        await self._bus.progress(transfer.session_id, "file", transfer.file_id, facts)

    async def decided(self, record: FileRecord) -> None:
        """An upload's end: a file to be read, a duplicate of one that is read already, or a refusal."""
        if record.state == "rejected":
            await self.rejected(record)
        elif not record.duplicate_of:
            await self.uploaded(record)
        await self.progress(record)

    async def uploaded(self, record: FileRecord) -> None:
        assert record.sha256 is not None and record.size is not None
        await self._bus.publish(
            FileUploaded(
                session_id=record.session_id,
                file_id=record.file_id,
                object_key=record.object_key,
                filename=record.filename,
                media_type=record.media_type,
                size=record.size,
                sha256=record.sha256,
                attempt=record.attempt,
            )
        )

    async def rejected(self, record: FileRecord) -> None:
        await self._bus.publish(
            FileRejected(
                session_id=record.session_id,
                file_id=record.file_id,
                filename=record.filename,
                code=record.code or "content_refused",
                reason=record.reason or "",
            )
        )
        metrics.FILES_ENDED.labels(state="rejected", code=record.code or "").inc()

    async def gone(self, session_id: str, file_id: str) -> None:
        await self._bus.progress(session_id, "file", file_id, {"file_id": file_id, "state": "deleted"})

    async def deleted(self, session_id: str, file_id: str) -> None:
        await self._bus.publish(FileDeleted(session_id=session_id, file_id=file_id))
