"""Uploads: begun, continued, joined, cancelled. What the tus routes and the form have in common is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.upload.errors import QuotaExceeded, Superseded, TooFast, UploadUnknown
from services.upload.inspection import Inspector
from services.upload.ports import Body, Clock, FileLedger, Hold, PartStore, TransferLedger
from services.upload.records import FileRecord, Transfer, Via
from services.upload.service.acceptance import Acceptance
from services.upload.service.announcing import Announcer
from services.upload.service.buffers import BufferPool
from services.upload.service.continuation import Continuation, already_complete, beyond
from services.upload.service.files import FileService
from services.upload.service.holding import holding
from services.upload.service.inspections import Inspections
from services.upload.service.policy import Policy
from services.upload.service.reception import Reception, Terms
from services.upload.service.storing import Bookkeeping, Storing
from services.upload.tus import Checksum
from shared.auth import owned_id
from shared.errors import Unavailable
from shared.formats import FileRefused

FORM_CHECK = timedelta(seconds=60)  # a form's upload that nobody holds after this was left by a crash
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Beginning:
    """What a client says of an upload before its bytes. `length` None: it will be told later, or the body's end tells."""

    filename: str
    length: int | None
    metadata: str = ""
    concat: str = ""
    via: Via = "tus"


class TransferService:
    """The use cases of uploading."""

    def __init__(
        self,
        files: FileService,
        ledger: FileLedger,
        transfers: TransferLedger,
        store: PartStore,
        acceptance: Acceptance,
        announcer: Announcer,
        pool: BufferPool,
        policy: Policy,
        clock: Clock,
        random_hex: Callable[[], str],
    ) -> None:
        self._files, self._ledger, self._transfers, self._store = files, ledger, transfers, store
        self._acceptance, self._announcer, self._pool = acceptance, announcer, pool
        self.policy, self._clock, self._random_hex = policy, clock, random_hex
        self._continuation = Continuation(ledger, transfers, policy)
        self._inspections = Inspections()

    async def begin(self, session_id: str, beginning: Beginning) -> tuple[Hold, Transfer]:
        """Make an upload and hold it. Its length is reserved in the session's quota, or, when unknown, as the bytes come."""
        if beginning.length is not None:
            self.policy.refuse_length(beginning.length)
        wait = await self._ledger.allow(session_id)
        if wait:
            raise TooFast(
                "This session begins uploads too fast.", retry_after=wait, hint="Wait a moment and try again."
            )
        await self._files.recall(session_id)
        now = self._clock()
        transfer = Transfer(
            session_id=session_id,
            file_id=owned_id("f", session_id, self._random_hex()),
            filename=beginning.filename,
            via=beginning.via,
            metadata=beginning.metadata,
            length=beginning.length,
            concat=beginning.concat,
            created_at=now,
            expires_at=now + self.policy.ttl,
        )
        record = FileRecord(
            session_id=session_id,
            file_id=transfer.file_id,
            filename=beginning.filename,
            size=beginning.length,
            created_at=now,
            updated_at=now,
        )
        # Before anything of it exists: whatever a crash leaves behind is looked at.
        due = now + FORM_CHECK if beginning.via == "form" else transfer.expires_at
        await self._transfers.schedule(session_id, transfer.file_id, due)
        hold = await self._transfers.open(
            transfer, None if transfer.is_partial else record, beginning.length or 0, self.policy.session
        )
        return hold, transfer

    async def create(
        self,
        session_id: str,
        beginning: Beginning,
        body: Body | None,
        checksum: Checksum | None = None,
        *,
        ends: bool | None = None,
        begun: Callable[[Transfer], None] = lambda _: None,
    ) -> Transfer:
        """A resumable upload, perhaps with its first bytes. `begun` hears of it before they are read; `ends` as in `Terms`."""
        hold, transfer = await self.begin(session_id, beginning)
        begun(transfer)
        if body is None and transfer.length != 0:
            await self._transfers.release(hold)
            return transfer
        return await self._receive(hold, transfer, body, self._terms(transfer, checksum, ends))

    async def look(self, session_id: str, file_id: str) -> Transfer:
        """Where an upload stands. Raises `UploadUnknown` and `UploadGone`."""
        transfer = await self._transfers.get(session_id, file_id)
        if transfer is None:
            raise UploadUnknown(
                "There is no such upload.", hint="It may have expired; begin a new one with POST /v1/uploads."
            )
        if transfer.stage == "done" and transfer.offset != transfer.length:
            raise await self._continuation.gone(transfer)
        return transfer

    async def append(
        self,
        session_id: str,
        file_id: str,
        offset: int,
        body: Body,
        *,
        announced: int | None = None,
        length: int | None = None,
        checksum: Checksum | None = None,
        ends: bool | None = None,
    ) -> Transfer:
        """Take a body that begins at `offset`. `announced` is its own length, `length` the upload's, where they are told.

        `ends` as in `Terms`: who says by himself when an upload is complete may not say so twice.
        """
        hold, transfer = await self._transfers.acquire(session_id, file_id)
        try:
            await self._continuation.refuse(transfer, offset)
            if transfer.stage != "open" and ends is not None:
                raise already_complete(transfer, announced)
            if transfer.stage != "open":
                if announced != 0:
                    raise beyond(transfer)
                # An empty body changes nothing, so that a client that lost the last answer is content.
                await self._transfers.release(hold)
                return transfer
            transfer = await self._continuation.with_length(hold, transfer, length)
            if announced is not None and transfer.length is not None and offset + announced > transfer.length:
                raise beyond(transfer)
        except BaseException:
            await self._transfers.release(hold)
            raise
        return await self._receive(hold, transfer, body, self._terms(transfer, checksum, ends))

    async def receive_file(self, session_id: str, filename: str, body: Body, room: int | None) -> FileRecord:
        """A whole file in one go, of a form: it is there in full afterwards, or not at all. `room`: it cannot be larger."""
        hold, transfer = await self.begin(session_id, Beginning(filename, None, via="form"))
        terms = Terms(
            limit=self.policy.file_bytes if room is None else min(room, self.policy.file_bytes),
            too_long=self.policy.too_large(),
            ends=True,
            in_flight=self.policy.parts_in_flight,
            idle=self.policy.idle,
        )
        try:
            await self._receive(hold, transfer, body, terms)
        except FileRefused:
            raise
        except BaseException:
            await self.cancel(session_id, transfer.file_id)
            raise
        return await self._files.get(session_id, transfer.file_id)

    async def cancel(self, session_id: str, file_id: str) -> None:
        """Remove an upload with all its bytes; a finished one is a file and is deleted as such."""
        transfer = await self._transfers.get(session_id, file_id)
        if transfer is None:
            raise UploadUnknown("There is no such upload.", hint="It was cancelled before, or expired.")
        if transfer.stage == "done" and not transfer.is_partial:
            await self._files.delete(session_id, file_id)
        else:
            await self._files.erase_upload(transfer)

    async def _receive(self, hold: Hold, transfer: Transfer, body: Body | None, terms: Terms) -> Transfer:
        """The bytes, and when they are all here, the verdict. Trouble after the last byte is safe is the reconciler's."""
        inspector = self._inspections.resume(transfer.file_id, transfer.offset, lambda: Inspector(self.policy.content))
        reception = self._reception(hold, transfer, inspector, terms)
        # Nobody can go on with a form's file: its hold must not run out while the request lives.
        silence = (lambda: 0.0) if transfer.via == "form" else (lambda: reception.waits_for_client)
        async with holding(self._transfers, hold, silence):
            try:
                transfer = await reception.run(body) if body else transfer.having(stage="whole")
            except FileRefused as refused:
                await self._acceptance.refuse(hold, reception.transfer, refused)
                raise
            except Superseded:
                # Cancelled, or its session forgotten, while bytes were on their way: what they became is nobody's.
                if await self._transfers.get(transfer.session_id, transfer.file_id) is None:
                    await self._files.erase_upload(reception.transfer)
                raise
            finally:
                if reception.transfer.stage == "open":
                    self._inspections.keep(transfer.file_id, inspector)
            if transfer.stage in ("whole", "stored"):
                return await self.finish(hold, transfer, inspector)
        transfer = transfer.having(expires_at=self._clock() + self.policy.ttl)
        await self._transfers.schedule(transfer.session_id, transfer.file_id, transfer.expires_at)
        return transfer

    async def finish(self, hold: Hold, transfer: Transfer, inspector: Inspector | None) -> Transfer:
        """Have a whole upload judged. The file may be refused by that; the upload itself succeeded."""
        await self._transfers.schedule(transfer.session_id, transfer.file_id, self._clock())
        try:
            record = await self._acceptance.finish(hold, transfer, inspector)
        except Unavailable as error:
            log.warning("finishing_postponed", file_id=transfer.file_id, error=error.detail)
            return transfer
        if transfer.is_partial:
            await self._transfers.schedule(transfer.session_id, transfer.file_id, transfer.expires_at)
        elif record and record.state == "rejected" and transfer.via == "form":
            raise FileRefused(record.code or "", record.reason or "", record.hint or "")
        return transfer

    def _reception(self, hold: Hold, transfer: Transfer, inspector: Inspector, terms: Terms) -> Reception:
        async def commit(current: Transfer) -> None:
            await self._transfers.commit(hold, current.having(expires_at=self._clock() + self.policy.ttl))
            if not current.is_partial:
                await self._announcer.received(current)

        async def reserve(size: int) -> None:
            room = self.policy.session.session_bytes
            if transfer.length is None and not await self._ledger.reserve(
                transfer.session_id, transfer.file_id, size, room
            ):
                raise QuotaExceeded(
                    "The session has no room for more bytes.", hint="Delete files that are no longer needed."
                )

        storing = Storing(
            self._store,
            self._pool,
            transfer,
            inspector,
            Bookkeeping(commit, reserve, hold.fence),
            terms.in_flight,
            keeps=terms.checksum is None,
        )
        return Reception(storing, self._pool, terms)

    def lifetime(self, transfer: Transfer) -> timedelta:
        """How long an unfinished upload is still kept when nothing comes."""
        return max(transfer.expires_at - self._clock(), timedelta())

    def _terms(self, transfer: Transfer, checksum: Checksum | None, ends: bool | None) -> Terms:
        known = transfer.length is not None
        return Terms(
            limit=transfer.length if transfer.length is not None else self.policy.file_bytes,
            checksum=checksum,
            ends=ends,
            too_long=beyond(transfer) if known else self.policy.too_large(),
            in_flight=self.policy.parts_in_flight,
            idle=self.policy.idle,
        )
