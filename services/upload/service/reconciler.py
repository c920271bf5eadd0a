"""What crashes and absent clients leave behind: finished where all bytes are here, removed where nobody will come back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.upload.errors import UploadLocked, UploadUnknown
from services.upload.ports import Clock, FileLedger, PartStore, StoredObject, TransferLedger
from services.upload.records import Transfer
from services.upload.service.files import FileService
from services.upload.service.holding import holding
from services.upload.service.policy import Policy
from services.upload.service.transfers import TransferService
from shared.errors import AppError
from shared.formats import FileRefused
from shared.objects import ObjectStore

AGAIN = timedelta(seconds=10)
BATCH = 100
OWNED = re.compile(r"sessions/(?P<session>[^/]+)/files/(?P<file>[^/]+)/")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Folder:
    """A file's objects. With a manifest among them, a lost record can be rebuilt: it is no orphan."""

    prefix: str
    session_id: str
    file_id: str
    newest: datetime
    has_manifest: bool


class Reconciler:
    """Runs in every copy of the service; a lease lets one of them work at a time."""

    def __init__(
        self,
        uploads: TransferService,
        files: FileService,
        ledger: FileLedger,
        transfers: TransferLedger,
        store: PartStore,
        objects: ObjectStore,
        policy: Policy,
        clock: Clock,
        every: float,
        sweep_every: float,
    ) -> None:
        self._uploads, self._files, self._ledger, self._transfers = uploads, files, ledger, transfers
        self._store, self._objects, self._policy, self._clock = store, objects, policy, clock
        self._every, self._sweep_every = every, sweep_every

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if await self._transfers.lease("look", self._every * 0.9):
                    await self.look()
                if await self._transfers.lease("sweep", self._sweep_every):
                    await self.sweep()
            except AppError as error:
                log.warning("reconciliation_interrupted", code=error.code, error=error.detail)
            await asyncio.sleep(self._every)

    async def look(self) -> int:
        """Handle every upload that is due; returns how many there were."""
        due = await self._transfers.due(self._clock(), BATCH)
        for session_id, file_id in due:
            await self.settle(session_id, file_id)
        return len(due)

    async def settle(self, session_id: str, file_id: str) -> None:
        """Finish or remove one upload, unless somebody is writing to it."""
        try:
            hold, transfer = await self._transfers.acquire(session_id, file_id)
        except UploadLocked:
            await self._transfers.schedule(session_id, file_id, self._clock() + AGAIN)
            return
        except UploadUnknown:
            await self._transfers.schedule(session_id, file_id, None)
            return
        async with holding(self._transfers, hold, lambda: 0.0):
            if transfer.stage in ("whole", "stored") and not (transfer.is_partial and self._expired(transfer)):
                with suppress(FileRefused):
                    await self._uploads.finish(hold, transfer, None)
            elif (
                transfer.stage == "open"
                and not self._expired(transfer)
                and transfer.via != "form"
                and not transfer.is_final
            ):
                await self._transfers.schedule(session_id, file_id, transfer.expires_at)
            elif transfer.stage in ("done", "used"):
                await self._transfers.schedule(session_id, file_id, None)
            else:
                log.info(
                    "upload_removed", file_id=file_id, session_id=session_id, received=transfer.offset, via=transfer.via
                )
                await self._files.erase_upload(transfer)

    async def sweep(self) -> int:
        """Find multipart uploads and objects that belong to nothing; returns how many were removed."""
        removed = 0
        horizon = self._clock() - self._policy.orphan_age
        for open_one in await self._store.unfinished("sessions/"):
            if open_one.begun < horizon and not await self._uses(open_one.key, open_one.upload):
                await self._store.abort(open_one.key, open_one.upload)
                removed += 1
        async for folder in folders(self._store.objects("sessions/")):
            if folder.newest < horizon and not folder.has_manifest and not await self._is_known(folder):
                removed += await self._objects.delete_prefix(folder.prefix)
        if removed:
            log.info("orphans_removed", count=removed)
        return removed

    def _expired(self, transfer: Transfer) -> bool:
        return transfer.expires_at <= self._clock()

    async def _uses(self, key: str, upload: str) -> bool:
        owner = OWNED.match(key)
        transfer = await self._transfers.get(owner["session"], owner["file"]) if owner else None
        return transfer is not None and transfer.multipart == upload

    async def _is_known(self, folder: Folder) -> bool:
        record = await self._ledger.get(folder.session_id, folder.file_id)
        return record is not None or await self._transfers.get(folder.session_id, folder.file_id) is not None


async def folders(objects: AsyncIterator[StoredObject]) -> AsyncIterator[Folder]:
    """The objects of each file together. They come in the order of their keys, so one folder is held at a time."""
    current: Folder | None = None
    async for stored in objects:
        match = OWNED.match(stored.key)
        if match is None:
            continue
        if current and current.prefix != match.group():
            yield current
            current = None
        newest = max(stored.modified, current.newest) if current else stored.modified
        manifest = stored.key.endswith("/manifest.json") or (current is not None and current.has_manifest)
        current = Folder(match.group(), match["session"], match["file"], newest, manifest)
    if current:
        yield current
