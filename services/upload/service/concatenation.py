"""Joining partial uploads into one file. The store copies what is large enough for a part; only seams pass through here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.upload.errors import PartialUnusable, UploadUnknown
from services.upload.ports import FileLedger, Hold, PartStore, TransferLedger
from services.upload.records import Part, Segment, Transfer
from services.upload.service.buffers import BufferPool
from services.upload.service.files import FileService
from services.upload.service.holding import holding
from services.upload.service.transfers import Beginning, TransferService
from shared.objects import ObjectStore, keys

COPY = 64 << 20  # bytes that the store copies in one request


@dataclass(frozen=True)
class Range:
    """Some bytes of one source."""

    source: int
    start: int
    size: int


def plan(sizes: Sequence[int], least: int, most: int = COPY) -> list[list[Range]]:
    """Parts that make up the sources behind one another, each at least `least` bytes but for the last.

    A part of one range can be copied by the store; a part of several ranges is at most `least` bytes long.
    """
    parts: list[list[Range]] = []
    seam: list[Range] = []
    for source, size in enumerate(sizes):
        start = 0
        if seam:
            start = min(size, least - sum(piece.size for piece in seam))
            seam = [*seam, Range(source, 0, start)] if start else seam
            if sum(piece.size for piece in seam) == least:
                parts, seam = [*parts, seam], []
        while not seam and size - start >= least:
            step = most if size - start >= most + least else size - start
            parts.append([Range(source, start, step)])
            start += step
        if start < size:
            seam = [*seam, Range(source, start, size - start)]
    return [*parts, seam] if seam else parts


class Concatenation:
    """The use case behind `Upload-Concat: final`."""

    def __init__(
        self,
        uploads: TransferService,
        files: FileService,
        ledger: FileLedger,
        transfers: TransferLedger,
        store: PartStore,
        objects: ObjectStore,
        pool: BufferPool,
    ) -> None:
        self._uploads, self._files, self._ledger, self._transfers = uploads, files, ledger, transfers
        self._store, self._objects, self._pool = store, objects, pool

    async def join(
        self, session_id: str, filename: str, metadata: str, concat: str, upload_ids: Sequence[str]
    ) -> Transfer:
        """The final upload. Its parts give their bytes and their reservation to it, and cannot be joined again."""
        async with AsyncExitStack() as held:
            sources = [await self._take(held, session_id, upload_id) for upload_id in dict.fromkeys(upload_ids)]
            by_id = {transfer.file_id: transfer for _, transfer in sources}
            ordered = [by_id[upload_id] for upload_id in upload_ids]
            total = sum(transfer.offset for transfer in ordered)
            self._uploads.policy.refuse_length(total)
            hold, final = await self._uploads.begin(session_id, Beginning(filename, 0, metadata, concat))
            final = final.having(length=total)
            async with holding(self._transfers, hold, lambda: 0.0):
                try:
                    final = await self._copy(hold, final, ordered)
                except BaseException:
                    await self._files.erase_upload(final)
                    raise
                await self._use_up(session_id, final, sources)
                return await self._uploads.finish(hold, final, None)

    async def _take(self, held: AsyncExitStack, session_id: str, upload_id: str) -> tuple[Hold, Transfer]:
        known = await self._transfers.get(session_id, upload_id)
        if known is None:
            raise UploadUnknown(
                f"There is no partial upload {upload_id[:60]!r}.", hint="It may have expired; upload this part again."
            )
        if not known.is_partial or known.stage != "stored":
            raise PartialUnusable(
                f"The upload {upload_id} is not a finished partial upload, or was joined before.",
                hint="Finish every part first, and use each part once.",
            )
        hold, transfer = await self._transfers.acquire(session_id, upload_id)
        held.push_async_callback(self._transfers.release, hold)
        return hold, transfer

    async def _copy(self, hold: Hold, final: Transfer, sources: Sequence[Transfer]) -> Transfer:
        sizes = [transfer.offset for transfer in sources]
        groups = plan(sizes, self._pool.part_bytes)
        if len(groups) <= 1:
            whole = [Segment(key=transfer.object_key, size=transfer.offset) for transfer in sources if transfer.offset]
            await self._store.put(final.object_key, whole, memoryview(b""))
            final = final.having(parts=(Part(number=1, size=sum(sizes), etag=""),), stage="stored")
        else:
            upload = await self._store.begin(final.object_key)
            parts = [await self._part(final, upload, number, group, sources) for number, group in enumerate(groups, 1)]
            final = final.having(multipart=upload, parts=tuple(parts), stage="whole")
        await self._transfers.commit(hold, final)
        return final

    async def _part(
        self, final: Transfer, upload: str, number: int, group: Sequence[Range], sources: Sequence[Transfer]
    ) -> Part:
        if len(group) == 1:
            only = group[0]
            return await self._store.copy(
                final.object_key, upload, number, sources[only.source].object_key, only.start, only.size
            )
        buffer = await self._pool.take_part()
        try:
            for piece in group:
                key = sources[piece.source].object_key
                async for data in self._objects.stream(key, piece.start, piece.start + piece.size):
                    buffer.fill(memoryview(data))
            return await self._store.send(final.object_key, upload, number, (), buffer.view)
        finally:
            self._pool.give_back(buffer)

    async def _use_up(self, session_id: str, final: Transfer, sources: Sequence[tuple[Hold, Transfer]]) -> None:
        limit = self._uploads.policy.session.session_bytes
        freed = [transfer.file_id for _, transfer in sources]
        await self._ledger.reserve(session_id, final.file_id, final.offset, limit, freed)
        for hold, transfer in sources:
            await self._transfers.commit(hold, transfer.having(stage="used"))
            await self._objects.delete_prefix(keys.file(session_id, transfer.file_id))
            await self._transfers.schedule(session_id, transfer.file_id, None)
