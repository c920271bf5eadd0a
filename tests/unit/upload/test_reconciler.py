"""What crashes and absent clients leave behind is finished or removed; what somebody still uses is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.upload.errors import UploadUnknown
from services.upload.service.transfers import Beginning
from shared.objects import keys
from tests.fakes.upload import BEGINNING
from tests.unit.upload.conftest import MIB, TABLE, World, table_of


async def test_abandoned_upload_is_removed_after_its_time_and_frees_its_room(world: World) -> None:
    content = table_of(12 * MIB)
    transfer = await world.append(await world.begin(len(content)), content[: 7 * MIB])
    world.clock.move(hours=23)
    await world.service.reconciler.look()
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 7 * MIB
    world.clock.move(hours=2)
    await world.service.reconciler.look()
    with pytest.raises(UploadUnknown):
        await world.service.uploads.look(world.sid, transfer.file_id)
    assert (world.objects.objects, world.parts.open, world.reserved(), world.ledger.due) == ({}, {}, 0, {})


async def test_every_request_gives_an_upload_new_time(world: World) -> None:
    transfer = await world.begin(10)
    for _ in range(4):
        world.clock.move(hours=20)
        transfer = await world.append(transfer, b"a")
        await world.service.reconciler.look()
    assert (await world.service.uploads.look(world.sid, transfer.file_id)).offset == 4


async def test_upload_that_is_being_written_to_is_left_alone(world: World) -> None:
    hold, transfer = await world.service.uploads.begin(world.sid, Beginning("a.csv", 10))
    world.clock.move(days=2)
    await world.service.reconciler.look()
    assert await world.transfers.get(world.sid, transfer.file_id) is not None
    await world.transfers.release(hold)
    world.clock.move(seconds=11)
    await world.service.reconciler.look()
    assert await world.transfers.get(world.sid, transfer.file_id) is None


async def test_form_that_a_crash_cut_off_is_removed_within_minutes(world: World) -> None:
    _, transfer = await world.service.uploads.begin(world.sid, Beginning("a.csv", None, via="form"))
    world.transfers.abandon(world.sid, transfer.file_id)
    world.clock.move(seconds=61)
    await world.service.reconciler.look()
    assert world.ledger.records == {}


async def test_expired_partial_upload_is_removed_although_it_is_complete(world: World) -> None:
    transfer = await world.append(await world.begin(len(TABLE), concat="partial"), TABLE)
    world.clock.move(hours=25)
    await world.service.reconciler.look()
    assert world.stored(transfer.file_id) == []
    assert world.reserved() == 0


async def test_sweep_removes_what_belongs_to_nothing(world: World) -> None:
    record = await world.send(TABLE)
    content = table_of(12 * MIB)
    running = await world.append(await world.begin(len(content)), content[: 7 * MIB])
    orphan = keys.raw_file("s_gone", "f_gone")
    world.objects.objects |= {
        orphan: b"x",
        f"{keys.file('s_gone', 'f_gone')}tail/1": b"y",
        "sessions/s_gone/tables/t_1/v1/data": b"z",
    }
    lost = await world.parts.begin(orphan)
    world.clock.move(hours=47)
    assert await world.service.reconciler.sweep() == 0
    world.clock.move(hours=2)
    assert await world.service.reconciler.sweep() == 3
    assert lost not in world.parts.open
    assert len(world.parts.open) == 1
    assert world.stored("f_gone") == []
    assert "sessions/s_gone/tables/t_1/v1/data" in world.objects.objects
    assert world.content(await world.record(record.file_id)) == TABLE
    assert world.stored(running.file_id)


async def test_sweep_spares_what_is_young_and_what_a_manifest_can_bring_back(world: World) -> None:
    record = await world.send(TABLE)
    young = keys.raw_file("s_new", "f_new")
    world.objects.objects[young] = b"x"
    world.parts.modified[young] = BEGINNING + timedelta(hours=48)
    world.ledger.__init__()  # type: ignore[misc]
    world.clock.move(hours=49)
    assert await world.service.reconciler.sweep() == 0
    assert (await world.record(record.file_id)).file_id == record.file_id
