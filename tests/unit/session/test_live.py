"""Live events: positions, bounded buffers, and who gets what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.session.live import sse
from services.session.live.hub import Hub, Reader
from services.session.live.position import STREAMS, decode, encode
from services.session.live.pump import Pump
from services.session.live.streams import LiveEvents, Pace
from tests.fakes.session import MemoryEventLog

PACE = Pace(heartbeat=5, buffer=10, replay_limit=50)


@asynccontextmanager
async def silence(_: str) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, Any]]]]:
    async def never() -> AsyncIterator[tuple[str, dict[str, Any]]]:
        await asyncio.Event().wait()
        yield "", {}

    yield never()


async def opened(events: MemoryEventLog) -> tuple[Hub, LiveEvents]:
    hub = Hub()
    await Pump(events, hub).prepare()
    return hub, LiveEvents(hub, events, silence, PACE)


async def names(frames: AsyncIterator[bytes], count: int) -> list[str]:
    found = [await anext(frames) for _ in range(count)]
    return [
        line.removeprefix("event: ")
        for frame in found
        for line in frame.decode().splitlines()
        if line.startswith("event: ")
    ]


@given(st.fixed_dictionaries({stream: st.integers(0, 10**12) for stream in STREAMS}))
def test_a_position_survives_its_text(position: dict[str, int]) -> None:
    assert decode(encode(position)) == position


@given(st.text(max_size=40))
def test_what_is_no_position_is_refused_and_never_raises(text: str) -> None:
    position = decode(text)
    assert position is None or encode(position).count(".") == len(STREAMS) - 1


async def test_a_reader_of_another_session_gets_nothing() -> None:
    events = MemoryEventLog()
    hub, _ = await opened(events)
    mine, other = Reader(10), Reader(10)
    hub.join("mine", mine)
    hub.join("other", other)
    hub.publish(events.append("FILES", "file.uploaded.v1", 1.0, session_id="mine", file_id="f"), "1.0.0.0.0")
    hub.publish(events.append("FILES", "file.uploaded.v1", 1.0, file_id="nobody's"), "2.0.0.0.0")
    hub.close()
    assert b"file_id" in (await mine.next() or b"") and await mine.next() is None
    assert await other.next() is None


async def test_a_slow_reader_loses_progress_first_and_is_then_cut() -> None:
    reader = Reader(10)
    for number in range(8):
        reader.offer_progress(b"p%d" % number)
    for number in range(20):
        reader.offer(b"e%d" % number)
    got = [await reader.next() for _ in range(11)]
    assert got == [b"p%d" % n for n in range(5)] + [b"e%d" % n for n in range(5)] + [None]


async def test_a_resumed_stream_gets_what_it_missed_in_order_of_time() -> None:
    events = MemoryEventLog()
    events.append("FILES", "file.uploaded.v1", 1.0, session_id="s")
    events.append("QUERIES", "query.asked.v1", 2.0, session_id="s")
    events.append("FILES", "file.deleted.v1", 3.0, session_id="s")
    events.append("TABLES", "table.ready.v1", 2.5, session_id="other")
    _, live = await opened(events)
    assert await names(live.stream("s", "1.0.0.0.0"), 3) == ["query.asked.v1", "file.deleted.v1", "ready"]


async def test_too_much_missed_or_forgotten_asks_to_read_again() -> None:
    events = MemoryEventLog()
    for number in range(60):
        events.append("FILES", "file.uploaded.v1", float(number), session_id="other")
    _, live = await opened(events)
    assert await names(live.stream("s", "1.0.0.0.0"), 1) == ["reset"]
    assert await names(live.stream("s", "20.0.0.0.0"), 1) == ["ready"]
    events.forgotten["FILES"] = 30
    assert await names(live.stream("s", "20.0.0.0.0"), 1) == ["reset"]
    assert await names(live.stream("s", "30.0.0.0.0"), 1) == ["ready"]


async def test_a_closed_stream_leaves_no_reader_behind() -> None:
    hub, live = await opened(MemoryEventLog())
    frames = live.stream("s", None)
    await anext(frames)
    assert "s" in hub._readers
    await frames.aclose()  # type: ignore[attr-defined]
    assert "s" not in hub._readers


def test_a_frame_is_one_event_whatever_it_carries() -> None:
    frame = sse.frame("x", {"text": "a\nb\r\n\ndata: c"}, "1").decode()
    assert frame.count("\n\n") == 1 and frame.splitlines()[0] == "id: 1" and len(frame.splitlines()) == 4


def test_object_keys_do_not_leave_the_house() -> None:
    assert sse.public({"file_id": "f", "object_key": "sessions/…", "data_key": "…"}) == {"file_id": "f"}
