"""What every pair of ledgers promises. `test_ledgers.py` runs it over memory here and over Redis in `integration/`."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.upload.errors import QuotaExceeded, Superseded, TooManyUploads, UploadLocked, UploadUnknown
from services.upload.ports import FileLedger, Hold, Limits, TransferLedger
from services.upload.records import FileRecord, Part, Transfer
from tests.fakes.upload import BEGINNING

LIMITS = Limits(session_bytes=1000, open_uploads=50, files=50)


@dataclass
class Pair:
    """Both ledgers over the same state, and a session that nobody else uses."""

    files: FileLedger
    transfers: TransferLedger
    sid: str

    async def open(self, size: int = 0, limits: Limits = LIMITS, partial: bool = False) -> tuple[Hold, Transfer]:
        file_id = f"f_{secrets.token_hex(10)}"
        transfer = Transfer(
            session_id=self.sid,
            file_id=file_id,
            filename="a.csv",
            length=size or None,
            concat="partial" if partial else "",
            created_at=BEGINNING,
            expires_at=BEGINNING + timedelta(days=1),
        )
        record = FileRecord(
            session_id=self.sid, file_id=file_id, filename="a.csv", created_at=BEGINNING, updated_at=BEGINNING
        )
        return await self.transfers.open(transfer, None if partial else record, size, limits), transfer


class LedgerSuite:
    """A subclass gives the fixture `pair`, of a session that is known and empty."""

    async def test_session_is_known_once_something_is_kept_of_it(self, pair: Pair) -> None:
        assert await pair.files.knows(pair.sid)
        assert not await pair.files.knows(f"{pair.sid}-other")

    async def test_restored_records_are_listed_and_count(self, pair: Pair) -> None:
        other = Pair(pair.files, pair.transfers, f"s_{secrets.token_hex(8)}")
        records = [
            FileRecord(
                session_id=other.sid,
                file_id=f"f_{n}",
                filename="a",
                state="ready",
                received=400,
                sha256=f"{n}" * 64,
                duplicate_of="f_0" if n == 2 else None,
                created_at=BEGINNING,
                updated_at=BEGINNING,
            )
            for n in range(3)
        ]
        for _ in range(2):
            await other.files.restore(other.sid, records)
        assert (await other.files.page(other.sid, None, 10)).records == tuple(records)
        assert [record.file_id for record in await other.files.aliases(other.sid, "f_0")] == ["f_2"]
        assert await other.files.twin(other.sid, "1" * 64) == "f_1"
        with pytest.raises(QuotaExceeded):
            await other.open(201)
        await other.open(200)

    async def test_claims_at_once_never_pass_the_limit(self, pair: Pair) -> None:
        claims = await asyncio.gather(*(pair.open(300) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(claim, tuple) for claim in claims) == 3
        assert sum(isinstance(claim, QuotaExceeded) for claim in claims) == 5

    async def test_reservations_grow_within_the_limit_and_shrink_freely(self, pair: Pair) -> None:
        first, second = (await pair.open(400))[1], (await pair.open(400))[1]
        assert await pair.files.reserve(pair.sid, first.file_id, 600, 1000)
        assert not await pair.files.reserve(pair.sid, second.file_id, 401, 1000)
        assert await pair.files.reserve(pair.sid, first.file_id, 0, 1000)
        assert await pair.files.reserve(pair.sid, second.file_id, 1000, 1000)
        assert await pair.files.reserve(pair.sid, first.file_id, 1000, 1000, [second.file_id])
        assert not await pair.files.reserve(pair.sid, second.file_id, 1, 1000)

    async def test_removed_file_frees_its_room_and_is_gone_everywhere(self, pair: Pair) -> None:
        hold, transfer = await pair.open(900)
        await pair.files.remove(pair.sid, transfer.file_id)
        await pair.files.remove(pair.sid, transfer.file_id)
        assert await pair.files.get(pair.sid, transfer.file_id) is None
        assert await pair.transfers.get(pair.sid, transfer.file_id) is None
        assert (await pair.files.page(pair.sid, None, 10)).records == ()
        with pytest.raises(Superseded):
            await pair.transfers.commit(hold, transfer)
        await pair.open(1000)

    async def test_unfinished_uploads_and_files_are_limited(self, pair: Pair) -> None:
        few = Limits(1000, open_uploads=2, files=3)
        hold, transfer = await pair.open(1, few)
        await pair.open(1, few)
        with pytest.raises(TooManyUploads):
            await pair.open(1, few)
        await pair.transfers.commit(hold, transfer.having(stage="done"))
        await pair.open(1, few)
        with pytest.raises(TooManyUploads):
            await pair.open(1, Limits(1000, open_uploads=9, files=3))
        await pair.open(1, Limits(1000, open_uploads=9, files=3), partial=True)

    async def test_changes_at_once_are_all_made(self, pair: Pair) -> None:
        _, transfer = await pair.open()

        async def add() -> None:
            await pair.files.change(
                pair.sid, transfer.file_id, lambda record: record.model_copy(update={"received": record.received + 1})
            )

        await asyncio.gather(*(add() for _ in range(6)))
        record = await pair.files.get(pair.sid, transfer.file_id)
        assert record is not None
        assert record.received == 6
        assert await pair.files.change(pair.sid, transfer.file_id, lambda _: None) is None
        assert await pair.files.change(pair.sid, "f_none", lambda record: record) is None

    async def test_pages_follow_the_order_of_creation(self, pair: Pair) -> None:
        made = [(await pair.open())[1].file_id for _ in range(5)]
        first = await pair.files.page(pair.sid, None, 2)
        await pair.files.remove(pair.sid, made[1])
        second = await pair.files.page(pair.sid, first.next_cursor, 2)
        third = await pair.files.page(pair.sid, second.next_cursor, 2)
        assert [record.file_id for page in (first, second, third) for record in page.records] == made
        assert third.next_cursor is None

    async def test_one_holder_at_a_time(self, pair: Pair) -> None:
        hold, transfer = await pair.open()
        with pytest.raises(UploadLocked):
            await pair.transfers.acquire(pair.sid, transfer.file_id)
        await pair.transfers.release(hold)
        winners = await asyncio.gather(
            *(pair.transfers.acquire(pair.sid, transfer.file_id) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(winner, tuple) for winner in winners) == 1
        assert sum(isinstance(winner, UploadLocked) for winner in winners) == 3

    async def test_commit_is_seen_by_the_next_holder(self, pair: Pair) -> None:
        hold, transfer = await pair.open()
        part = Part(number=1, size=5, etag="e")
        await pair.transfers.commit(hold, transfer.with_part(part, consumed_tail=False))
        await pair.transfers.release(hold)
        _, found = await pair.transfers.acquire(pair.sid, transfer.file_id)
        assert (found.parts, found.next_part) == ((part,), 2)

    async def test_holder_that_was_taken_over_is_told_and_its_part_numbers_are_not_used_again(self, pair: Pair) -> None:
        hold, transfer = await pair.open()
        await self.run_out(pair, transfer)
        later, found = await pair.transfers.acquire(pair.sid, transfer.file_id)
        assert later.fence > hold.fence
        assert found.next_part >= 100
        for lost in (pair.transfers.commit(hold, transfer), pair.transfers.refresh(hold)):
            with pytest.raises(Superseded):
                await lost
        await pair.transfers.release(hold)
        with pytest.raises(UploadLocked):
            await pair.transfers.acquire(pair.sid, transfer.file_id)
        await pair.transfers.release(later)
        assert (await pair.transfers.acquire(pair.sid, transfer.file_id))[1].next_part == 1

    async def run_out(self, pair: Pair, transfer: Transfer) -> None:
        raise NotImplementedError

    async def test_unknown_upload_cannot_be_held(self, pair: Pair) -> None:
        with pytest.raises(UploadUnknown):
            await pair.transfers.acquire(pair.sid, "f_none")

    async def test_due_uploads_come_in_their_order(self, pair: Pair) -> None:
        for file_id, seconds in (("f_b", 2), ("f_a", 1), ("f_c", 30), ("f_d", 3)):
            await pair.transfers.schedule(pair.sid, file_id, BEGINNING + timedelta(seconds=seconds))
        await pair.transfers.schedule(pair.sid, "f_d", None)
        due = await pair.transfers.due(BEGINNING + timedelta(seconds=10), 10_000)
        assert [file_id for session_id, file_id in due if session_id == pair.sid] == ["f_a", "f_b"]
        for file_id in ("f_a", "f_b", "f_c"):
            await pair.transfers.schedule(pair.sid, file_id, None)

    async def test_digest_has_one_owner(self, pair: Pair) -> None:
        assert await pair.files.twin(pair.sid, "d") is None
        await pair.files.own(pair.sid, "d", "f_1")
        assert await pair.files.twin(pair.sid, "d") == "f_1"
        await pair.files.own(pair.sid, "d", None)
        assert await pair.files.twin(pair.sid, "d") is None

    async def test_alone_is_alone(self, pair: Pair) -> None:
        inside: list[int] = []

        async def enter() -> None:
            async with pair.files.alone(pair.sid):
                inside.append(1)
                assert len(inside) == 1
                await asyncio.sleep(0.005)
                inside.pop()

        await asyncio.gather(*(enter() for _ in range(4)))

    async def test_forgotten_session_is_unknown(self, pair: Pair) -> None:
        _, transfer = await pair.open(100)
        await pair.open(100, partial=True)
        await pair.files.own(pair.sid, "d", transfer.file_id)
        await pair.files.forget(pair.sid)
        assert not await pair.files.knows(pair.sid)
        assert await pair.files.get(pair.sid, transfer.file_id) is None
        assert await pair.transfers.get(pair.sid, transfer.file_id) is None
        assert await pair.files.twin(pair.sid, "d") is None

    async def test_lease_is_given_once(self, pair: Pair) -> None:
        name = secrets.token_hex(4)
        assert [await pair.transfers.lease(name, 30) for _ in range(2)] == [True, False]
