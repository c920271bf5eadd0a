"""Partial uploads are joined in their order, whatever their sizes, and every part of the result is one that S3 takes."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.errors import FileTooLarge, FinalIsReadOnly, PartialUnusable, UploadUnknown
from services.upload.records import Transfer
from services.upload.service.concatenation import plan
from tests.unit.upload.conftest import MIB, TABLE, World, build, table_of

LEAST, MOST = 10, 40


@given(st.lists(st.integers(min_value=0, max_value=150), max_size=12))
def test_plan_covers_every_byte_once_and_in_order(sizes: list[int]) -> None:
    parts = plan(sizes, LEAST, MOST)
    covered = [
        (piece.source, at) for part in parts for piece in part for at in range(piece.start, piece.start + piece.size)
    ]
    assert covered == [(source, at) for source, size in enumerate(sizes) for at in range(size)]
    for number, part in enumerate(parts):
        total = sum(piece.size for piece in part)
        assert total >= LEAST or number == len(parts) - 1
        assert total <= (MOST + LEAST if len(part) == 1 else LEAST)


async def partials(world: World, pieces: list[bytes]) -> list[Transfer]:
    return [await world.append(await world.begin(len(piece), concat="partial"), piece) for piece in pieces]


async def join(world: World, parts: list[Transfer]) -> Transfer:
    ids = [part.file_id for part in parts]
    return await world.service.concatenation.join(
        world.sid, "all.csv", "", "final;" + " ".join(f"/v1/uploads/{i}" for i in ids), ids
    )


@pytest.mark.parametrize(
    "cuts", [[40], [6 * MIB], [100, 6 * MIB, 6 * MIB + 100], [3 * MIB, 6 * MIB, 9 * MIB], [11 * MIB, 11 * MIB + 1]]
)
async def test_parts_are_joined_in_order(world: World, cuts: list[int]) -> None:
    content = table_of(13 * MIB) if cuts[-1] > 100 else TABLE
    bounds = [0, *cuts, len(content)]
    parts = await partials(world, [content[a:b] for a, b in pairwise(bounds)])
    final = await join(world, parts)
    record = await world.record(final.file_id)
    assert world.content(record) == content
    assert (record.state, final.offset, final.length, record.filename) == (
        "received",
        len(content),
        len(content),
        "all.csv",
    )
    assert world.reserved() == len(content)
    assert all(world.stored(part.file_id) == [] for part in parts)
    assert world.uploaded() == [final.file_id]


async def test_partial_uploads_are_no_files(world: World) -> None:
    await partials(world, [TABLE])
    assert (await world.service.files.page(world.sid, None, 10)).records == ()
    assert world.bus.events == []


async def test_unfinished_unknown_or_used_part_is_refused_and_the_others_stay(world: World) -> None:
    first, second = await partials(world, [TABLE[:30], TABLE[30:]])
    unfinished = await world.begin(10, concat="partial")
    with pytest.raises(PartialUnusable):
        await join(world, [first, unfinished])
    with pytest.raises(UploadUnknown):
        await join(world, [first, second.having(file_id="f_0000000000_000000000000")])
    final = await join(world, [first, second])
    assert world.content(await world.record(final.file_id)) == TABLE
    with pytest.raises(PartialUnusable):
        await join(world, [first, second])


async def test_whole_file_is_no_part(world: World) -> None:
    whole = await world.append(await world.begin(len(TABLE)), TABLE)
    with pytest.raises(PartialUnusable):
        await join(world, [whole])


async def test_two_joins_of_the_same_parts_at_once_make_one_file(world: World) -> None:
    parts = await partials(world, [TABLE[:30], TABLE[30:]])
    ends = await asyncio.gather(join(world, parts), join(world, parts), return_exceptions=True)
    assert sum(isinstance(end, Transfer) for end in ends) == 1
    assert len(world.uploaded()) == 1


async def test_final_upload_takes_no_bytes(world: World) -> None:
    final = await join(world, await partials(world, [TABLE[:30], TABLE[30:]]))
    with pytest.raises(FinalIsReadOnly):
        await world.append(final, b"x")


async def test_parts_together_over_the_limit_are_refused() -> None:
    world = build(upload_max_file_bytes=MIB)
    parts = await partials(world, [table_of(MIB - 10), table_of(MIB - 10)])
    with pytest.raises(FileTooLarge):
        await join(world, parts)


async def test_join_needs_no_more_room_than_its_parts_hold() -> None:
    content = table_of(7 * MIB)
    world = build(upload_max_session_bytes=len(content))
    parts = await partials(world, [content[: 6 * MIB], content[6 * MIB :]])
    final = await join(world, parts)
    assert world.content(await world.record(final.file_id)) == content
