"""Bytes arrive in any pieces, over any number of requests, through broken connections and killed services, and are all there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random

import pytest

from services.upload import tus
from services.upload.errors import (
    BodyStalled,
    BodyTooLong,
    ChecksumMismatch,
    ClientGone,
    FileTooLarge,
    LengthFixed,
    OffsetMismatch,
    QuotaExceeded,
    Superseded,
    TooFast,
    TooManyUploads,
    UploadLocked,
    UploadUnknown,
)
from services.upload.records import FileRecord
from services.upload.service import storing
from services.upload.service.transfers import Beginning
from shared.events import FileUploaded
from shared.objects import StorageUnavailable
from tests.fakes.upload import Pieces, body, broken_body, facts_of
from tests.unit.upload.conftest import MIB, TABLE, World, build, table_of


@pytest.mark.parametrize("size", [1, len(TABLE), 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 13 * MIB])
async def test_file_of_any_size_is_stored_as_it_was_sent(world: World, size: int) -> None:
    content = table_of(size) if size > 20 else b"a"
    record = await world.send(content)
    assert world.content(record) == content
    assert (record.state, record.size, record.sha256) == ("received", size, hashlib.sha256(content).hexdigest())
    assert world.parts.open == {}
    assert sorted(key.rsplit("/", 1)[1] for key in world.stored(record.file_id)) == ["manifest.json", "raw"]


@pytest.mark.parametrize("seed", range(6))
async def test_requests_and_pieces_of_any_length_add_up(world: World, seed: int) -> None:
    rng = random.Random(seed)
    content = table_of(rng.randint(6, 12) * MIB + rng.randint(0, 999))
    transfer = await world.begin(len(content))
    while transfer.offset < len(content):
        size = min(rng.choice([97, 4000, 300_000, 2 * MIB, 6 * MIB]), len(content) - transfer.offset)
        sent = body(content[transfer.offset : transfer.offset + size], rng.choice([1000, 65536, 700_000]))
        transfer = await world.service.uploads.append(
            world.sid, transfer.file_id, transfer.offset, sent, announced=size
        )
    assert world.content(await world.record(transfer.file_id)) == content
    assert world.stored(transfer.file_id) == [
        f"sessions/{world.sid}/files/{transfer.file_id}/{name}" for name in ("raw", "manifest.json")
    ]


@pytest.mark.parametrize("size", [300, 70_000, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 23 * MIB])
async def test_body_of_a_form_is_stored_as_it_was_sent(world: World, size: int) -> None:
    content = table_of(size)
    record = await world.send(content)
    assert world.content(record) == content
    assert record.sha256 == hashlib.sha256(content).hexdigest()


async def test_what_came_before_the_client_went_is_gone_on_from(world: World) -> None:
    content = table_of(14 * MIB)
    transfer = await world.begin(len(content))
    with pytest.raises(ClientGone):
        await world.service.uploads.append(world.sid, transfer.file_id, 0, broken_body(content[: 9 * MIB]))
    stands = await world.service.uploads.look(world.sid, transfer.file_id)
    assert stands.offset == 9 * MIB
    await world.service.uploads.append(world.sid, transfer.file_id, 9 * MIB, body(content[9 * MIB :]))
    assert world.content(await world.record(transfer.file_id)) == content


async def test_parts_that_are_unlike_their_checksum_leave_no_trace(world: World) -> None:
    content = table_of(7 * MIB)
    transfer = await world.begin(len(content))
    for made_of, written in ((b"other", content), (content, content)):
        checksum = tus.parse_checksum("sha1 " + base64.b64encode(hashlib.sha1(made_of).digest()).decode())
        if made_of != written:
            with pytest.raises(ChecksumMismatch):
                await world.service.uploads.append(world.sid, transfer.file_id, 0, body(written), checksum=checksum)
        else:
            await world.service.uploads.append(world.sid, transfer.file_id, 0, body(written), checksum=checksum)
    assert world.content(await world.record(transfer.file_id)) == content


async def test_unannounced_bytes_beyond_the_length_are_refused(world: World) -> None:
    transfer = await world.begin(6 * MIB)
    with pytest.raises(BodyTooLong):
        await world.service.uploads.append(world.sid, transfer.file_id, 0, body(table_of(6 * MIB + 1)))
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).stage == "open"


async def test_many_tiny_requests_leave_no_unbounded_tail(world: World) -> None:
    content = table_of(3 * storing.MOST_SEGMENTS * 50)
    transfer = await world.begin(len(content))
    most = 0
    for start in range(0, len(content), 50):
        transfer = await world.append(transfer, content[start : start + 50], start)
        most = max(most, len(transfer.tail))
    assert most <= storing.MOST_SEGMENTS
    assert world.content(await world.record(transfer.file_id)) == content


@pytest.mark.parametrize("received", [10, 300_000, 7 * MIB])
async def test_broken_connection_loses_nothing_that_arrived(world: World, received: int) -> None:
    content = table_of(12 * MIB)
    transfer = await world.begin(len(content))
    with pytest.raises(ClientGone):
        await world.service.uploads.append(
            world.sid, transfer.file_id, 0, broken_body(content[:received]), announced=len(content)
        )
    stands = await world.service.uploads.look(world.sid, transfer.file_id)
    assert stands.offset == received
    await world.append(stands, content[received:])
    assert world.content(await world.record(transfer.file_id)) == content


async def test_killed_service_loses_only_what_was_not_acknowledged_and_another_copy_goes_on(world: World) -> None:
    content = table_of(17 * MIB)
    transfer = await world.begin(len(content))
    dying = asyncio.create_task(
        world.service.uploads.append(
            world.sid, transfer.file_id, 0, Endless(content[: 12 * MIB]), announced=len(content)
        )
    )
    async with asyncio.timeout(20):
        while (stands := await world.service.uploads.look(world.sid, transfer.file_id)).offset < 5 * MIB:
            await asyncio.sleep(0.01)
    other = build_copy(world)
    assert stands.offset <= 12 * MIB
    await other.uploads.append(
        world.sid,
        transfer.file_id,
        stands.offset,
        body(content[stands.offset :]),
        announced=len(content) - stands.offset,
    )
    record = await world.record(transfer.file_id)
    assert world.content(record) == content
    assert record.sha256 == hashlib.sha256(content).hexdigest()
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert world.content(record) == content


async def test_holder_that_was_taken_over_cannot_write_any_more(world: World) -> None:
    content = table_of(11 * MIB)
    transfer = await world.begin(len(content))
    gate = asyncio.Event()
    stale = asyncio.create_task(
        world.service.uploads.append(
            world.sid, transfer.file_id, 0, Pieces([b"x" * (5 * MIB), b"y" * (6 * MIB)], gate), announced=len(content)
        )
    )
    await asyncio.sleep(0.01)
    world.transfers.abandon(world.sid, transfer.file_id)
    await world.append(transfer, content)
    gate.set()
    with pytest.raises(Superseded):
        await stale
    assert world.content(await world.record(transfer.file_id)) == content


async def test_second_request_at_once_is_refused(world: World) -> None:
    transfer = await world.begin(len(TABLE))
    gate = asyncio.Event()
    first = asyncio.create_task(
        world.service.uploads.append(world.sid, transfer.file_id, 0, Pieces([TABLE], gate), announced=len(TABLE))
    )
    await asyncio.sleep(0.01)
    with pytest.raises(UploadLocked):
        await world.append(transfer, TABLE)
    gate.set()
    assert (await first).offset == len(TABLE)


async def test_wrong_offset_is_refused_and_changes_nothing(world: World) -> None:
    transfer = await world.append(await world.begin(10), b"a,b")
    for offset in (0, 7):
        with pytest.raises(OffsetMismatch):
            await world.append(transfer, b"x", offset)
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 3


async def test_bytes_beyond_the_length_are_refused(world: World) -> None:
    transfer = await world.begin(3)
    with pytest.raises(BodyTooLong):
        await world.append(transfer, b"a,b\n")
    with pytest.raises(BodyTooLong):
        await world.service.uploads.append(world.sid, transfer.file_id, 0, body(b"a,b\n"))
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 0


async def test_empty_request_after_the_last_byte_is_harmless_and_a_longer_one_refused(world: World) -> None:
    transfer = await world.append(await world.begin(len(TABLE)), TABLE)
    assert (await world.append(transfer, b"")).offset == len(TABLE)
    with pytest.raises(BodyTooLong):
        await world.append(transfer, b"x")
    assert world.content(await world.record(transfer.file_id)) == TABLE


def checksum_of(content: bytes) -> tus.Checksum | None:
    return tus.parse_checksum(f"sha1 {base64.b64encode(hashlib.sha1(content).digest()).decode()}")


async def test_body_that_does_not_match_its_checksum_leaves_no_trace(world: World) -> None:
    content = table_of(12 * MIB)
    transfer = await world.append(await world.begin(len(content)), content[:100])
    wrong = {"announced": 11 * MIB, "checksum": checksum_of(b"other")}
    with pytest.raises(ChecksumMismatch):
        await world.service.uploads.append(
            world.sid, transfer.file_id, 100, body(content[100 : 100 + 11 * MIB]), **wrong
        )
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 100
    right = {"announced": len(content) - 100, "checksum": checksum_of(content[100:])}
    await world.service.uploads.append(world.sid, transfer.file_id, 100, body(content[100:]), **right)
    assert world.content(await world.record(transfer.file_id)) == content


async def test_length_that_comes_later_can_be_told_once(world: World) -> None:
    transfer = await world.append(await world.begin(None), TABLE[:4])
    told = await world.service.uploads.append(world.sid, transfer.file_id, 4, body(TABLE[4:8]), length=len(TABLE))
    with pytest.raises(LengthFixed):
        await world.service.uploads.append(world.sid, transfer.file_id, 8, body(TABLE[8:]), length=len(TABLE) + 1)
    await world.append(told, TABLE[8:])
    assert world.content(await world.record(transfer.file_id)) == TABLE


async def test_deferred_length_may_turn_out_to_be_reached_already(world: World) -> None:
    transfer = await world.append(await world.begin(None), TABLE)
    await world.service.uploads.append(
        world.sid, transfer.file_id, len(TABLE), body(b""), announced=0, length=len(TABLE)
    )
    assert (await world.record(transfer.file_id)).state == "received"


async def test_failing_store_fails_the_request_and_keeps_what_was_committed(world: World) -> None:
    content = table_of(16 * MIB)
    transfer = await world.begin(len(content))
    transfer = await world.append(transfer, content[: 6 * MIB])
    world.parts.failures = [StorageUnavailable("Away.")]
    with pytest.raises(StorageUnavailable):
        await world.append(transfer, content[6 * MIB :])
    stands = await world.service.uploads.look(world.sid, transfer.file_id)
    assert stands.offset >= 6 * MIB
    await world.append(stands, content[stands.offset :])
    assert world.content(await world.record(transfer.file_id)) == content


async def test_every_buffer_comes_back_after_trouble_of_every_kind(world: World) -> None:
    content = table_of(11 * MIB)
    for trouble in (StorageUnavailable("Away."), RuntimeError("odd")):
        world.parts.failures = [trouble]
        with pytest.raises(type(trouble)):
            await world.send(content)
    transfer = await world.begin(len(content))
    for _ in range(4):
        stands = await world.service.uploads.look(world.sid, transfer.file_id)
        with pytest.raises(ClientGone):
            await world.service.uploads.append(
                world.sid, transfer.file_id, stands.offset, broken_body(content[stands.offset :][:MIB])
            )
        if stands.offset >= 3 * MIB:
            break
    async with asyncio.timeout(10):
        assert world.content(await world.send(content)) == content


async def test_client_that_falls_silent_is_let_go_with_what_it_sent() -> None:
    world = build(upload_idle_timeout=0.05)
    transfer = await world.begin(100)
    gate = asyncio.Event()

    class Silent(Pieces):
        async def read(self) -> memoryview:
            piece = await super().read()
            gate.clear()
            return piece

    gate.set()
    with pytest.raises(BodyStalled):
        await world.service.uploads.append(world.sid, transfer.file_id, 0, Silent([b"abc", b"d"], gate), announced=100)
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 3


async def test_slow_clients_keep_nobody_waiting_for_long() -> None:
    world = build(upload_buffers=2, upload_small_buffers=2)
    gates = [asyncio.Event() for _ in range(6)]
    slow = []
    for gate in gates:
        transfer = await world.begin(1000)
        gate.set()
        pieces = Trickle(gate)
        slow.append(
            asyncio.create_task(world.service.uploads.append(world.sid, transfer.file_id, 0, pieces, announced=1000))
        )
    await asyncio.sleep(0.05)
    async with asyncio.timeout(15):
        content = table_of(6 * MIB)
        assert world.content(await world.send(content)) == content
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


class Trickle(Pieces):
    """One byte, then silence."""

    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__([b"a", b"b"], gate)

    async def read(self) -> memoryview:
        piece = await super().read()
        assert self._gate is not None
        self._gate.clear()
        return piece


class Endless(Pieces):
    """Some bytes, and then nothing more, for ever."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content[start : start + MIB] for start in range(0, len(content), MIB))

    async def read(self) -> memoryview:
        await asyncio.sleep(0.001)
        return await super().read() or await asyncio.Event().wait()  # type: ignore[return-value]


def build_copy(world: World):  # type: ignore[no-untyped-def]
    """Another copy of the service over the same state; the killed one's lock has run out."""
    from services.upload.app import Adapters, compose
    from services.upload.settings import Settings

    for key in list(world.ledger.locks):
        world.ledger.locks.pop(key)
        world.ledger.held[key] = 1
    return compose(
        Settings(),
        Adapters(world.files, world.transfers, world.parts, world.objects, world.bus),
        world.clock,
        lambda: "f" * 20,
    )


async def test_cancelled_upload_is_gone_with_all_its_bytes(world: World) -> None:
    content = table_of(9 * MIB)
    transfer = await world.append(await world.begin(len(content)), content[: 6 * MIB])
    await world.service.uploads.cancel(world.sid, transfer.file_id)
    with pytest.raises(UploadUnknown):
        await world.service.uploads.look(world.sid, transfer.file_id)
    assert (world.stored(transfer.file_id), world.parts.open, world.reserved(), world.ledger.due) == ([], {}, 0, {})


async def test_cut_off_form_leaves_nothing(world: World) -> None:
    with pytest.raises(ClientGone):
        await world.service.uploads.receive_file(world.sid, "a.csv", broken_body(table_of(6 * MIB)), None)
    assert (world.objects.objects, world.parts.open, world.reserved(), world.ledger.records) == ({}, {}, 0, {})
    assert world.bus.events == []


async def test_upload_is_announced_once_with_what_it_is(world: World) -> None:
    record = await world.send(TABLE, "räksmörgås.csv")
    assert world.bus.of(FileUploaded) == [
        FileUploaded(
            session_id=world.sid,
            file_id=record.file_id,
            object_key=record.object_key,
            filename="räksmörgås.csv",
            media_type="text/csv",
            size=len(TABLE),
            sha256=hashlib.sha256(TABLE).hexdigest(),
        )
    ]


async def test_progress_tells_how_many_bytes_are_safe(world: World) -> None:
    content = table_of(11 * MIB)
    record = await world.send(content)
    told = [facts["received"] for facts in facts_of(world.bus, record.file_id)]
    assert told == sorted(told)
    assert told[-1] == len(content)
    assert any(5 * MIB <= received < len(content) for received in told)


# Limits


async def test_file_over_the_limit_is_refused_before_and_while_it_is_sent() -> None:
    world = build(upload_max_file_bytes=6 * MIB)
    with pytest.raises(FileTooLarge):
        await world.begin(6 * MIB + 1)
    with pytest.raises(FileTooLarge):
        await world.send(table_of(7 * MIB))
    assert (world.objects.objects, world.parts.open, world.reserved()) == ({}, {}, 0)


async def test_claims_at_once_never_pass_the_quota_and_cancelled_ones_free_their_room() -> None:
    world = build(upload_max_session_bytes=2048 * MIB)
    claims = await asyncio.gather(*(world.begin(300 * MIB) for _ in range(14)), return_exceptions=True)
    made = [claim for claim in claims if not isinstance(claim, BaseException)]
    assert len(made) == 6
    assert all(isinstance(claim, QuotaExceeded) for claim in claims if isinstance(claim, BaseException))
    await world.service.uploads.cancel(world.sid, made[0].file_id)
    assert (await world.begin(300 * MIB)).length == 300 * MIB


async def test_form_of_unknown_length_is_stopped_at_the_quota_and_frees_its_room() -> None:
    world = build(upload_max_session_bytes=8 * MIB)
    await world.send(table_of(4 * MIB))
    with pytest.raises(QuotaExceeded):
        await world.send(table_of(4 * MIB + 100))
    assert world.reserved() == 4 * MIB


async def test_four_files_of_unknown_length_at_once_never_pass_the_quota_together() -> None:
    world = build(upload_max_session_bytes=20 * MIB)
    most = 0

    class Counted(Pieces):
        async def read(self) -> memoryview:
            nonlocal most
            most = max(most, world.reserved())
            await asyncio.sleep(0)
            return await super().read()

    def sent(number: int) -> Counted:
        content = b"%d\n" % number + table_of(6 * MIB)
        return Counted(content[start : start + MIB] for start in range(0, len(content), MIB))

    ends = await asyncio.gather(
        *(world.service.uploads.receive_file(world.sid, "t.csv", sent(n), None) for n in range(4)),
        return_exceptions=True,
    )
    assert most <= 20 * MIB
    refused = [end for end in ends if isinstance(end, QuotaExceeded)]
    assert 1 <= len(refused) < 4
    assert world.reserved() == sum(
        len(content) for content in map(world.content, (end for end in ends if isinstance(end, FileRecord)))
    )


async def test_too_many_unfinished_uploads_are_refused() -> None:
    world = build(upload_max_open=3)
    for _ in range(3):
        await world.begin(10)
    with pytest.raises(TooManyUploads):
        await world.begin(10)


async def test_uploads_begun_too_fast_are_refused_with_the_time_to_wait(world: World) -> None:
    world.files.wait = 2.5
    with pytest.raises(TooFast) as refused:
        await world.service.uploads.create(world.sid, Beginning("a.csv", 10), None, None)
    assert refused.value.retry_after == 2.5
