"""Files: listed, waited for, read back, deleted, and kept up to date with what happens to them elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pydantic import ValidationError

from services.upload.errors import FileUnfinished, FileUnknown
from services.upload.ports import Change, Clock, FileBus, FileLedger, Page, PartStore, TransferLedger
from services.upload.records import FileRecord, Transfer, failed, finished, mirrored, promoted, started
from services.upload.service.announcing import Announcer
from shared.bus.connection import progress_subject
from shared.errors import InvalidRequest
from shared.events import TableParsingFailed, TableParsingFinished, TableParsingStarted
from shared.objects import ObjectStore, keys
from shared.telemetry import metrics


class FileService:
    """The use cases of files that are here, or on their way."""

    def __init__(
        self,
        files: FileLedger,
        transfers: TransferLedger,
        store: PartStore,
        objects: ObjectStore,
        bus: FileBus,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._files, self._transfers, self._store, self._objects = files, transfers, store, objects
        self._bus, self._announcer, self._clock = bus, announcer, clock

    async def recall(self, session_id: str) -> None:
        """Rebuild a session's records from the manifests beside its objects, when the state store lost them or never had them."""
        if await self._files.knows(session_id):
            return
        found = []
        for key in await self._objects.keys_under(f"{keys.session(session_id)}files/"):
            if key.endswith("/manifest.json"):
                try:
                    found.append(FileRecord.model_validate_json(await self._objects.get(key)))
                except ValidationError:
                    continue
        await self._files.restore(session_id, sorted(found, key=lambda record: record.created_at))

    async def get(self, session_id: str, file_id: str) -> FileRecord:
        record = await self._files.get(session_id, file_id)
        if record is None:
            await self.recall(session_id)
            record = await self._files.get(session_id, file_id)
        if record is None:
            raise FileUnknown("There is no such file in this session.", hint="List the files with GET /v1/files.")
        return await self._with_progress(record)

    async def _with_progress(self, record: FileRecord) -> FileRecord:
        """While bytes come, how many there are is written with the upload only."""
        transfer = await self._transfers.get(record.session_id, record.file_id) if record.state == "uploading" else None
        return record.model_copy(update={"received": transfer.offset, "size": transfer.length}) if transfer else record

    async def wait(self, session_id: str, file_id: str, seconds: float) -> FileRecord:
        """The file as soon as it has ended, or as it is after `seconds`."""
        record = await self.get(session_id, file_id)
        if record.ended or seconds <= 0:
            return record
        async with self._bus.listen(progress_subject(session_id, "file", file_id)) as news:
            record = await self.get(session_id, file_id)
            try:
                async with asyncio.timeout(seconds):
                    while not record.ended:
                        await anext(news)
                        record = await self.get(session_id, file_id)
            except TimeoutError:
                record = await self.get(session_id, file_id)
        return record

    async def page(self, session_id: str, cursor: str | None, limit: int) -> Page:
        if cursor is not None and not (cursor.isdecimal() and len(cursor) < 16):
            raise InvalidRequest("The cursor is not one of this list.", hint="Use `next_cursor` of the page before.")
        await self.recall(session_id)
        page = await self._files.page(session_id, cursor, limit)
        return Page(tuple([await self._with_progress(record) for record in page.records]), page.next_cursor)

    async def content(self, session_id: str, file_id: str) -> FileRecord:
        """The record of a file whose bytes can be read."""
        record = await self.get(session_id, file_id)
        if not record.has_content:
            raise FileUnfinished(
                f"The file is {record.state}; it has no content to read.",
                hint="Wait for it with GET /v1/files/{id}?wait=20.",
            )
        return record

    def stream(self, record: FileRecord, start: int, end: int) -> AsyncIterator[bytes]:
        return self._objects.stream(record.object_key, start, end)

    async def delete(self, session_id: str, file_id: str) -> None:
        """Bytes, tables and results go. A duplicate of the file inherits its bytes first."""
        record = await self.get(session_id, file_id)
        if record.state == "uploading" and (transfer := await self._transfers.get(session_id, file_id)):
            await self.erase_upload(transfer)
            return
        async with self._files.alone(session_id):
            heirs = await self._files.aliases(session_id, file_id)
            if heirs:
                await self._store.duplicate(record.object_key, keys.raw_file(session_id, heirs[0].file_id))
            await self._objects.delete_prefix(keys.file(session_id, file_id))
            await self._announcer.deleted(session_id, file_id)
            if record.sha256 and await self._files.twin(session_id, record.sha256) == file_id:
                await self._files.own(session_id, record.sha256, heirs[0].file_id if heirs else None)
            await self._files.remove(session_id, file_id)
            if heirs:
                await self._inherit(heirs)
        await self._announcer.gone(session_id, file_id)

    async def erase_upload(self, transfer: Transfer) -> None:
        """Forget an unfinished upload first, so that whoever still writes to it is stopped; then remove its bytes."""
        session_id, file_id = transfer.session_id, transfer.file_id
        await self._files.remove(session_id, file_id)
        if transfer.multipart:
            await self._store.abort(transfer.object_key, transfer.multipart)
        await self._objects.delete_prefix(keys.file(session_id, file_id))
        await self._transfers.schedule(session_id, file_id, None)
        await self._announcer.gone(session_id, file_id)

    async def forget(self, session_id: str) -> None:
        """A session ended: nothing of it stays, in the state store or in the object store."""
        await self._files.forget(session_id)
        prefix = f"{keys.session(session_id)}files/"
        for open_one in await self._store.unfinished(prefix):
            await self._store.abort(open_one.key, open_one.upload)
        await self._objects.delete_prefix(prefix)

    async def mark_parsing(self, event: TableParsingStarted) -> None:
        await self._mark(event.session_id, event.file_id, lambda record: started(record, event.attempt, self._clock()))

    async def mark_ready(self, event: TableParsingFinished) -> None:
        await self._mark(
            event.session_id,
            event.file_id,
            lambda record: finished(record, event.attempt, event.tables, event.warnings, self._clock()),
        )

    async def mark_failed(self, event: TableParsingFailed) -> None:
        await self._mark(
            event.session_id,
            event.file_id,
            lambda record: failed(record, event.attempt, event.code, event.reason, self._clock()),
        )

    async def fail_unread(self, session_id: str, file_id: str, attempt: int) -> None:
        """Nobody could read the file, however often it was tried."""
        await self._mark(
            session_id,
            file_id,
            lambda record: failed(
                record,
                attempt,
                "reading_failed",
                "Reading this file failed several times and was given up.",
                self._clock(),
            ),
        )

    async def _mark(self, session_id: str, file_id: str, change: Change) -> None:
        record = await self._files.change(session_id, file_id, change)
        if record is None:
            return
        if record.ended:
            await self._announcer.write_manifest(record)
            metrics.FILES_ENDED.labels(state=record.state, code=record.code or "").inc()
        await self._announcer.progress(record)
        for alias in await self._files.aliases(session_id, file_id):
            changed = await self._files.change(session_id, alias.file_id, lambda r: mirrored(r, record, self._clock()))
            if changed:
                await self._announcer.write_manifest(changed)
                await self._announcer.progress(changed)

    async def _inherit(self, heirs: list[FileRecord]) -> None:
        """The oldest duplicate becomes the file that is read; the others are duplicates of it from now on."""
        first, now = heirs[0], self._clock()
        key = keys.raw_file(first.session_id, first.file_id)
        heir = await self._files.change(first.session_id, first.file_id, lambda r: promoted(r, key, now))
        if heir is None:
            return
        await self._files.reserve(heir.session_id, heir.file_id, heir.size or 0, 1 << 62)
        await self._announcer.write_manifest(heir)
        for other in heirs[1:]:
            await self._files.alias(heir.session_id, other.file_id, heir.file_id)
            await self._files.change(
                other.session_id,
                other.file_id,
                lambda r: r.model_copy(
                    update={
                        "duplicate_of": heir.file_id,
                        "object_key": heir.object_key,
                        "state": "received",
                        "tables": (),
                    }
                ),
            )
        await self._announcer.uploaded(heir)
        await self._announcer.progress(heir)
