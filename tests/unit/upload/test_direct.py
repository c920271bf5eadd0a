"""Uploads straight to the store: reserved before, counted and judged after, off unless switched on."""

from __future__ import annotations

import pytest

from services.upload.errors import DirectDisabled, FileUnfinished, QuotaExceeded
from shared.formats import FileRefused
from tests.unit.upload.conftest import MIB, World, build, table_of


async def send_parts(world: World, plan: object, content: bytes) -> None:
    for part in plan.parts:  # type: ignore[attr-defined]
        upload = part.url.split("upload=")[1].split("&")[0]
        world.parts._keep(upload, part.number, content[part.start : part.start + part.size])


async def test_direct_upload_is_off_by_default(world: World) -> None:
    with pytest.raises(DirectDisabled):
        await world.service.direct.begin(world.sid, "a.csv", 100)


async def test_parts_cover_the_file_and_become_it() -> None:
    world, content = build(upload_direct=True), table_of(40 * MIB + 7)
    plan = await world.service.direct.begin(world.sid, "big.csv", len(content))
    assert sum(part.size for part in plan.parts) == len(content)
    await send_parts(world, plan, content)
    record = await world.service.direct.complete(world.sid, plan.file_id)
    assert record.state == "received"
    assert world.content(record) == content
    assert (await world.service.direct.complete(world.sid, plan.file_id)).file_id == record.file_id
    assert world.uploaded() == [record.file_id]


async def test_missing_bytes_are_noticed() -> None:
    world, content = build(upload_direct=True), table_of(40 * MIB)
    plan = await world.service.direct.begin(world.sid, "big.csv", len(content))
    await send_parts(world, plan, content[:-1])
    with pytest.raises(FileUnfinished):
        await world.service.direct.complete(world.sid, plan.file_id)


async def test_room_is_reserved_before_a_url_is_given() -> None:
    world = build(upload_direct=True, upload_max_session_bytes=100 * MIB)
    await world.service.direct.begin(world.sid, "a.csv", 60 * MIB)
    with pytest.raises(QuotaExceeded):
        await world.service.direct.begin(world.sid, "b.csv", 60 * MIB)


async def test_content_is_judged_like_any_other() -> None:
    world = build(upload_direct=True)
    content = b"%PDF-1.7".ljust(MIB, b" ")
    plan = await world.service.direct.begin(world.sid, "a.csv", len(content))
    await send_parts(world, plan, content)
    try:
        record = await world.service.direct.complete(world.sid, plan.file_id)
    except FileRefused:
        pytest.fail("a refusal is the file's state, not the request's failure")
    assert (record.state, record.code) == ("rejected", "unsupported_format")
    assert world.stored(plan.file_id) == []
