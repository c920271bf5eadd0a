"""Large files straight to the object store: the client sends parts to presigned URLs, this service checks what arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.upload.errors import DirectDisabled, FileUnfinished, UploadUnknown
from services.upload.ports import Clock, PartStore, TransferLedger
from services.upload.records import FileRecord, Transfer
from services.upload.service.files import FileService
from services.upload.service.holding import holding
from services.upload.service.transfers import Beginning, TransferService


@dataclass(frozen=True)
class PartUrl:
    """Where the bytes from `start` go, `size` of them."""

    number: int
    start: int
    size: int
    url: str


@dataclass(frozen=True)
class DirectPlan:
    """An upload's parts and until when their URLs work."""

    file_id: str
    part_bytes: int
    parts: tuple[PartUrl, ...]
    expires_at: datetime


class DirectService:
    """The use cases of direct uploads. The quota is reserved before a URL is given; sizes are the store's, not the client's."""

    def __init__(
        self,
        uploads: TransferService,
        files: FileService,
        transfers: TransferLedger,
        store: PartStore,
        clock: Clock,
        *,
        enabled: bool,
        part_bytes: int,
        expiry: int,
    ) -> None:
        self._uploads, self._files, self._transfers, self._store, self._clock = uploads, files, transfers, store, clock
        self._enabled, self._part_bytes, self._expiry = enabled, part_bytes, expiry

    async def begin(self, session_id: str, filename: str, size: int) -> DirectPlan:
        self._require()
        hold, transfer = await self._uploads.begin(session_id, Beginning(filename, size, via="direct"))
        async with holding(self._transfers, hold, lambda: 0.0):
            upload = await self._store.begin(transfer.object_key)
            await self._transfers.commit(hold, transfer.having(multipart=upload))
        parts = tuple(
            PartUrl(
                number,
                start,
                min(self._part_bytes, size - start),
                self._store.part_url(transfer.object_key, upload, number, self._expiry),
            )
            for number, start in enumerate(range(0, size, self._part_bytes), 1)
        )
        return DirectPlan(transfer.file_id, self._part_bytes, parts, self._clock() + timedelta(seconds=self._expiry))

    async def complete(self, session_id: str, file_id: str) -> FileRecord:
        """Raises `FileUnfinished` as long as the store does not hold exactly the announced bytes."""
        self._require()
        hold, transfer = await self._transfers.acquire(session_id, file_id)
        async with holding(self._transfers, hold, lambda: 0.0):
            if transfer.via != "direct":
                raise UploadUnknown(
                    "This is not an upload straight to the store.", hint="Finish it the way it was begun."
                )
            if transfer.stage == "open":
                transfer = await self._collect(transfer)
                await self._transfers.commit(hold, transfer)
            if transfer.stage in ("whole", "stored"):
                await self._uploads.finish(hold, transfer, None)
        return await self._files.get(session_id, file_id)

    async def _collect(self, transfer: Transfer) -> Transfer:
        parts = await self._store.parts(transfer.object_key, transfer.multipart or "")
        arrived = sum(part.size for part in parts)
        if arrived != transfer.length:
            raise FileUnfinished(
                f"{arrived:,} of {transfer.length:,} bytes are in the store.", hint="Send the parts that are missing."
            )
        return transfer.having(parts=tuple(parts), stage="whole")

    def _require(self) -> None:
        if not self._enabled:
            raise DirectDisabled(
                "Uploads straight to the object store are not switched on.",
                hint="Use POST /v1/files or tus at /v1/uploads.",
            )
