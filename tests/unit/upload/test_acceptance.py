"""Refusals keep nothing but their reason; a crash at any step, and a store or scanner that is away, lose nothing."""

from __future__ import annotations

import gzip

import pytest

from services.upload.errors import ScannerUnavailable, Superseded, UploadGone
from shared.events import FileRejected, FileUploaded
from shared.formats import FileRefused
from shared.objects import keys
from tests.fakes.upload import FindingScanner, Pieces, body
from tests.unit.upload.conftest import MIB, TABLE, World, build, table_of
from tests.unit.upload.contents import REFUSED


@pytest.mark.parametrize(
    "kind", ["empty", "pdf", "truncated parquet", "encrypted workbook", "binary posing as text", "truncated xlsx"]
)
async def test_refused_form_keeps_its_reason_and_no_byte(world: World, kind: str) -> None:
    content, code = REFUSED[kind]
    with pytest.raises(FileRefused) as refused:
        await world.send(content, "lies.csv")
    assert refused.value.code == code
    (event,) = world.bus.of(FileRejected)
    record = await world.record(event.file_id)
    assert (record.state, record.code, event.code) == ("rejected", code, code)
    assert record.reason == event.reason
    assert (world.objects.objects, world.parts.open, world.reserved(), world.ledger.due) == ({}, {}, 0, {})
    assert world.bus.of(FileUploaded) == []


async def test_resumable_upload_of_bad_content_succeeds_as_an_upload_and_is_rejected_as_a_file(world: World) -> None:
    content = REFUSED["truncated parquet"][0]
    transfer = await world.append(await world.begin(len(content)), content)
    assert transfer.offset == len(content)
    assert (await world.record(transfer.file_id)).state == "rejected"
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == len(content)
    assert world.objects.objects == {}


async def test_empty_resumable_upload_is_rejected(world: World) -> None:
    transfer = await world.begin(0)
    assert (await world.record(transfer.file_id)).code == "empty_file"


async def test_content_that_cannot_be_taken_is_refused_long_before_its_end(world: World) -> None:
    content = b"%PDF-1.7\n" + table_of(40 * MIB)
    transfer = await world.begin(len(content))
    with pytest.raises(FileRefused):
        await world.append(transfer, content)
    assert world.parts.calls.count("send") <= 4
    with pytest.raises(UploadGone):
        await world.append(transfer, content)
    assert (world.objects.objects, world.parts.open, world.reserved()) == ({}, {}, 0)


async def test_bomb_over_several_requests_is_refused() -> None:
    world = build(upload_max_inflated_bytes=20 * MIB)
    content = gzip.compress(b"1,2\n" * (6 * MIB))
    half = len(content) // 2
    transfer = await world.append(await world.begin(len(content)), content[:half])
    await world.append(transfer, content[half:])
    assert (await world.record(transfer.file_id)).code == "decompression_bomb"


@pytest.mark.parametrize("failing", ["manifest", "event", "scanner"])
async def test_upload_whose_end_was_interrupted_is_finished_later(failing: str) -> None:
    scanner = FindingScanner(b"EICAR")
    world = build(scanner)
    transfer = await world.begin(len(TABLE))
    world.objects.fail = 1 if failing == "manifest" else 0
    world.bus.fail_next = 1 if failing == "event" else 0
    scanner.away = ScannerUnavailable("Away.") if failing == "scanner" else None
    assert (await world.append(transfer, TABLE)).offset == len(TABLE)
    assert world.uploaded() == []
    scanner.away = None
    assert await world.service.reconciler.look() == 1
    assert world.uploaded() == [transfer.file_id]
    assert world.content(await world.record(transfer.file_id)) == TABLE
    world.clock.move(days=3)
    assert await world.service.reconciler.look() == 0


async def test_event_is_not_repeated_when_only_the_last_step_was_lost(world: World) -> None:
    record = await world.send(TABLE)
    stored = world.ledger.transfers[world.sid, record.file_id].having(stage="stored")
    world.ledger.transfers[world.sid, record.file_id] = stored
    await world.transfers.schedule(world.sid, record.file_id, world.clock())
    await world.service.reconciler.look()
    assert world.uploaded() == [record.file_id]
    assert (await world.record(record.file_id)).state == "received"


async def test_parts_put_together_before_a_crash_are_not_lost(world: World) -> None:
    content = table_of(11 * MIB)
    transfer = await world.begin(len(content))
    world.bus.fail_next = 1
    await world.append(transfer, content)
    kept = world.ledger.transfers[world.sid, transfer.file_id]
    world.ledger.transfers[world.sid, transfer.file_id] = kept.having(stage="whole", multipart="gone")
    await world.service.reconciler.look()
    assert world.content(await world.record(transfer.file_id)) == content


async def test_upload_whose_parts_the_store_lost_is_rejected_and_not_tried_for_ever(world: World) -> None:
    content = table_of(11 * MIB)
    transfer = await world.append(await world.begin(len(content)), content[: 6 * MIB])
    world.parts.open.clear()
    await world.transfers.schedule(world.sid, transfer.file_id, world.clock())
    whole = world.ledger.transfers[world.sid, transfer.file_id].having(stage="whole", length=6 * MIB)
    world.ledger.transfers[world.sid, transfer.file_id] = whole
    await world.service.reconciler.look()
    assert (await world.record(transfer.file_id)).code == "content_lost"
    assert world.ledger.due == {}


async def test_malware_is_refused_and_clean_files_pass() -> None:
    world = build(FindingScanner(b"EICAR"))
    with pytest.raises(FileRefused) as refused:
        await world.send(TABLE + b"1,EICAR,1,x\n")
    assert refused.value.code == "malware_found"
    assert "Test.Signature" in refused.value.detail
    assert (await world.send(TABLE)).state == "received"


async def test_records_lost_from_the_state_store_are_rebuilt_from_the_manifests(world: World) -> None:
    first, second = await world.send(TABLE, "a.csv"), await world.send(TABLE + b"\n", "b.csv")
    before = [await world.record(file.file_id) for file in (first, second)]
    world.ledger.__init__()  # type: ignore[misc]
    page = await world.service.files.page(world.sid, None, 10)
    assert list(page.records) == before
    assert world.reserved() == 2 * len(TABLE) + 1
    assert (await world.send(TABLE, "again.csv")).duplicate_of == first.file_id


async def test_forgetting_a_session_leaves_nothing_of_it(world: World) -> None:
    await world.send(TABLE)
    content = table_of(12 * MIB)
    await world.append(await world.begin(len(content)), content[: 7 * MIB])
    other = keys.raw_file("s_other", "f_1")
    world.objects.objects[other] = b"x"
    await world.service.files.forget(world.sid)
    assert list(world.objects.objects) == [other]
    assert (world.parts.open, world.ledger.records, world.ledger.transfers, world.ledger.reserved) == ({}, {}, {}, {})


async def test_upload_in_progress_cannot_write_into_a_forgotten_session(world: World) -> None:
    transfer = await world.begin(len(TABLE))

    class Forgetting(Pieces):
        async def read(self) -> memoryview:
            await world.service.files.forget(world.sid)
            return await super().read()

    with pytest.raises(Superseded):
        await world.service.uploads.append(world.sid, transfer.file_id, 0, Forgetting([TABLE]), announced=len(TABLE))
    assert world.uploaded() == []
    assert (world.ledger.records, world.objects.objects) == ({}, {})


async def test_bus_that_is_away_does_not_fail_the_upload(world: World) -> None:
    world.bus.fail_next = 1
    record = await world.service.uploads.receive_file(world.sid, "a.csv", body(TABLE), None)
    assert record.state == "received"
    await world.service.reconciler.look()
    assert world.uploaded() == [record.file_id]
