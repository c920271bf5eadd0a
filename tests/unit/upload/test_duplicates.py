"""The same content twice in a session is stored and read once; each of its files can be read and deleted by itself."""

from __future__ import annotations

from services.upload.records import FileRecord
from shared.events import FileDeleted, FileUploaded, TableFact, TableParsingFailed, TableParsingFinished
from tests.unit.upload.conftest import MIB, TABLE, World, table_of

FACT = TableFact(table_id="t_1", name="table", rows=3, columns=4)


async def ready(world: World, record: FileRecord) -> None:
    await world.service.files.mark_ready(
        TableParsingFinished(session_id=world.sid, file_id=record.file_id, tables=(FACT,))
    )


async def test_second_file_shares_bytes_tables_and_room_and_says_so(world: World) -> None:
    content = table_of(6 * MIB)
    first = await world.send(content, "a.csv")
    await ready(world, first)
    second = await world.send(content, "b.csv")
    assert (second.state, second.duplicate_of, second.tables, second.filename) == (
        "ready",
        first.file_id,
        (FACT,),
        "b.csv",
    )
    assert world.reserved() == len(content)
    assert [key for key in world.objects.objects if key.endswith("/raw")] == [first.object_key]
    assert world.uploaded() == [first.file_id]
    assert world.content(second) == content


async def test_duplicate_of_a_file_that_is_being_read_becomes_ready_with_it(world: World) -> None:
    first, second = await world.send(TABLE, "a.csv"), await world.send(TABLE, "b.csv")
    assert second.state == "received"
    await ready(world, first)
    shown = await world.record(second.file_id)
    assert (shown.state, shown.tables) == ("ready", (FACT,))


async def test_deleting_the_duplicate_leaves_the_original(world: World) -> None:
    first, second = await world.send(TABLE, "a.csv"), await world.send(TABLE, "b.csv")
    await world.service.files.delete(world.sid, second.file_id)
    assert world.content(await world.record(first.file_id)) == TABLE
    assert [event.file_id for event in world.bus.of(FileDeleted)] == [second.file_id]


async def test_deleting_the_original_hands_its_bytes_to_the_oldest_duplicate(world: World) -> None:
    first = await world.send(TABLE, "a.csv")
    world.clock.move(seconds=1)
    second = await world.send(TABLE, "b.csv")
    world.clock.move(seconds=1)
    third = await world.send(TABLE, "c.csv")
    await ready(world, first)
    await world.service.files.delete(world.sid, first.file_id)
    heir, other = await world.record(second.file_id), await world.record(third.file_id)
    assert (heir.state, heir.duplicate_of, heir.tables) == ("received", None, ())
    assert other.duplicate_of == heir.file_id
    assert world.content(heir) == world.content(other) == TABLE
    assert world.stored(first.file_id) == []
    assert world.reserved() == len(TABLE)
    assert world.uploaded() == [first.file_id, heir.file_id]
    await ready(world, heir)
    event = world.bus.of(FileUploaded)[-1]
    await world.service.files.mark_ready(
        TableParsingFinished(session_id=world.sid, file_id=heir.file_id, tables=(FACT,), attempt=event.attempt)
    )
    assert (await world.record(third.file_id)).state == "ready"
    assert (await world.send(TABLE, "d.csv")).duplicate_of == heir.file_id


async def test_content_whose_file_was_deleted_is_stored_anew(world: World) -> None:
    first = await world.send(TABLE)
    await world.service.files.delete(world.sid, first.file_id)
    assert (world.objects.objects, world.reserved()) == ({}, 0)
    second = await world.send(TABLE)
    assert second.duplicate_of is None
    assert world.content(second) == TABLE


async def test_content_of_a_file_that_failed_is_read_again(world: World) -> None:
    first = await world.send(TABLE)
    await world.service.files.mark_failed(
        TableParsingFailed(session_id=world.sid, file_id=first.file_id, code="c", reason="r")
    )
    assert (await world.send(TABLE)).duplicate_of is None


async def test_same_content_in_another_session_is_nobodys_duplicate(world: World) -> None:
    await world.send(TABLE)
    world.sid = "s_another"
    assert (await world.send(TABLE)).duplicate_of is None
