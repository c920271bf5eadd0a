"""How an upload may go on: where the next body begins, how long it may be, and why no more is taken."""

from __future__ import annotations

from services.upload.errors import (
    BodyTooLong,
    FinalIsReadOnly,
    LengthFixed,
    OffsetMismatch,
    QuotaExceeded,
    UploadComplete,
    UploadGone,
)
from services.upload.ports import FileLedger, Hold, TransferLedger
from services.upload.records import Transfer
from services.upload.service.policy import Policy
from shared.errors import AppError


def beyond(transfer: Transfer) -> AppError:
    return BodyTooLong(
        f"The body goes on beyond the upload's {transfer.length:,} bytes.",
        hint="Check the length that was announced.",
    )


def already_complete(transfer: Transfer, announced: int | None) -> AppError:
    if announced == 0:
        return UploadComplete("This upload is complete.", hint="Look at the file.")
    return LengthFixed(
        f"The upload is complete, with {transfer.length} bytes.", hint="Look at the file, or begin a new upload."
    )


class Continuation:
    """What an upload that was begun still takes."""

    def __init__(self, ledger: FileLedger, transfers: TransferLedger, policy: Policy) -> None:
        self._ledger, self._transfers, self._policy = ledger, transfers, policy

    async def refuse(self, transfer: Transfer, offset: int) -> None:
        """Raises unless a body may begin at `offset`."""
        if transfer.is_final:
            raise FinalIsReadOnly("A final upload is made of its parts.", hint="Add the bytes to a partial upload.")
        if transfer.stage == "done" and transfer.offset != transfer.length:
            raise await self.gone(transfer)
        if offset != transfer.offset:
            raise OffsetMismatch(transfer.offset, offset)

    async def with_length(self, hold: Hold, transfer: Transfer, length: int | None) -> Transfer:
        """Take a length that was deferred; it can be told once."""
        if length is None or length == transfer.length:
            return transfer
        if transfer.length is not None:
            raise LengthFixed(
                f"The upload's length is {transfer.length}; it cannot become {length}.", hint="Leave Upload-Length out."
            )
        self._policy.refuse_length(length)
        if length < transfer.offset:
            raise LengthFixed(
                f"{transfer.offset} bytes are here already; the length cannot be {length}.",
                hint="Send the true length.",
            )
        if not await self._ledger.reserve(
            transfer.session_id, transfer.file_id, length, self._policy.session.session_bytes
        ):
            raise QuotaExceeded(
                "The session has no room for this file.", hint="Delete files that are no longer needed."
            )
        transfer = transfer.having(length=length)
        await self._transfers.commit(hold, transfer)
        return transfer

    async def gone(self, transfer: Transfer) -> UploadGone:
        record = await self._ledger.get(transfer.session_id, transfer.file_id)
        why = record.reason if record and record.reason else "It was refused."
        return UploadGone(f"This upload ended early: {why}", hint="Begin a new upload with a file that can be read.")
