"""From "all bytes are here" to accepted or refused. Every step may be run again: a crash between two of them loses nothing."""

from __future__ import annotations

import asyncio

import structlog

from services.upload.inspection import Inspector
from services.upload.ports import Clock, FileLedger, Hold, MultipartGone, PartStore, Scanner, TransferLedger
from services.upload.records import Content, FileRecord, Transfer, accepted, rejected
from services.upload.service.announcing import Announcer
from services.upload.service.policy import Policy
from services.upload.service.storing import tail_prefix
from shared.formats import FileRefused, Refusal
from shared.objects import ObjectMissing, ObjectStore, keys

log = structlog.get_logger(__name__)


class Acceptance:
    """Puts the parts together, judges the content, and makes the file known, or refuses it and keeps nothing of it."""

    def __init__(
        self,
        files: FileLedger,
        transfers: TransferLedger,
        store: PartStore,
        objects: ObjectStore,
        announcer: Announcer,
        policy: Policy,
        clock: Clock,
        scanner: Scanner | None = None,
    ) -> None:
        self._files, self._transfers, self._store, self._objects = files, transfers, store, objects
        self._announcer, self._policy, self._clock, self._scanner = announcer, policy, clock, scanner

    async def finish(self, hold: Hold, transfer: Transfer, inspector: Inspector | None) -> FileRecord | None:
        """The file's record when it is decided; None for a partial upload, or when the file was deleted meanwhile."""
        record = None if transfer.is_partial else await self._files.get(transfer.session_id, transfer.file_id)
        if record and record.state != "uploading":
            return await self._conclude(hold, transfer, record)
        try:
            if transfer.stage == "whole":
                transfer = await self._assemble(hold, transfer)
            if transfer.is_partial:
                return None
            content = await self._judge(inspector, transfer)
        except FileRefused as refused:
            return await self.refuse(hold, transfer, refused)
        return await self._conclude(hold, transfer, await self._accept(transfer, content))

    async def refuse(self, hold: Hold, transfer: Transfer, refused: FileRefused) -> FileRecord | None:
        """Remove every byte, keep the reason."""
        record = await self._files.change(
            transfer.session_id,
            transfer.file_id,
            lambda r: rejected(r, refused.code, refused.detail, refused.hint, self._clock()),
        )
        return await self._conclude(hold, transfer, record)

    async def _assemble(self, hold: Hold, transfer: Transfer) -> Transfer:
        if transfer.multipart:
            try:
                await self._store.complete(transfer.object_key, transfer.multipart, transfer.parts)
            except MultipartGone as gone:
                log.warning("multipart_gone", file_id=transfer.file_id, reason=str(gone))
        try:
            size = await self._objects.size(transfer.object_key) if transfer.length else 0
        except ObjectMissing:
            size = -1
        if size != transfer.length:
            raise Refusal.CONTENT_LOST.because()
        stored = transfer.having(stage="stored", multipart=None, tail=())
        await self._transfers.commit(hold, stored)
        await self._objects.delete_prefix(tail_prefix(transfer))
        return stored

    async def _judge(self, inspector: Inspector | None, transfer: Transfer) -> Content:
        """Raises FileRefused. Bytes that came through several processes are read back once, to be seen whole."""

        async def read(start: int, end: int) -> bytes:
            return b"".join([piece async for piece in self._objects.stream(transfer.object_key, start, end)])

        if inspector is None or inspector.position != transfer.length:
            inspector = Inspector(self._policy.content)
            if transfer.length:
                async for piece in self._objects.stream(transfer.object_key):
                    await asyncio.to_thread(inspector.feed, piece)
        verdict = await inspector.finish(read)
        if self._scanner and (found := await self._scanner.scan(self._objects.stream(transfer.object_key))):
            raise Refusal.MALWARE_FOUND.because(what=found)
        return Content(verdict.format.value, verdict.format.media_type, verdict.encoding, inspector.sha256())

    async def _accept(self, transfer: Transfer, content: Content) -> FileRecord | None:
        """Manifest first, then the state that everybody reads."""
        session_id, file_id = transfer.session_id, transfer.file_id
        async with self._files.alone(session_id):
            original = await self._original(transfer, content.sha256)
            current = await self._files.get(session_id, file_id)
            if current is None:
                return None
            record = accepted(current, transfer, content, original, self._clock())
            await self._announcer.write_manifest(record)
            if original:
                await self._files.alias(session_id, file_id, original.file_id)
            else:
                await self._files.own(session_id, content.sha256, file_id)
            return await self._files.change(session_id, file_id, lambda r: record if r.state == "uploading" else None)

    async def _original(self, transfer: Transfer, sha256: str) -> FileRecord | None:
        """Another file of the session with this content that is, or may become, tables."""
        twin = await self._files.twin(transfer.session_id, sha256)
        found = await self._files.get(transfer.session_id, twin) if twin and twin != transfer.file_id else None
        return found if found and found.state in ("received", "parsing", "ready") else None

    async def _conclude(self, hold: Hold, transfer: Transfer, record: FileRecord | None) -> FileRecord | None:
        """Everything that follows from a decision that is kept already."""
        if record is None or record.state == "rejected":
            await self._discard(transfer)
        if record and (record.duplicate_of or record.state == "rejected"):
            await self._objects.delete([transfer.object_key])
            await self._files.reserve(transfer.session_id, transfer.file_id, 0, self._policy.session.session_bytes)
        if record:
            await self._announcer.decided(record)
        await self._transfers.commit(hold, transfer.having(stage="done", multipart=None, tail=()))
        await self._transfers.schedule(transfer.session_id, transfer.file_id, None)
        return record

    async def _discard(self, transfer: Transfer) -> None:
        if transfer.multipart:
            await self._store.abort(transfer.object_key, transfer.multipart)
        await self._objects.delete_prefix(keys.file(transfer.session_id, transfer.file_id))
