"""Server-sent events against a real bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from shared.bus import Bus
from tests.integration.session.conftest import Running, Start
from tests.integration.session.events import file_uploaded, query_asked, some_id

pytestmark = pytest.mark.integration


@dataclass
class Stream:
    """What came over one event stream so far."""

    lines: AsyncIterator[str]
    comments: int = 0
    last_id: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)

    async def next(self) -> tuple[str, str]:
        """The next event and its data."""
        event: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self.lines:
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event:
                    break
        if not event:
            raise StopAsyncIteration
        self.last_id = event.get("id", self.last_id)
        self.seen.append((event["event"], event["data"]))
        return self.seen[-1]


@asynccontextmanager
async def listening(client: httpx.AsyncClient, last_id: str = "") -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with client.stream("GET", "/v1/events", headers=headers) as response:
        assert response.status_code == 200
        yield Stream(response.aiter_lines())


async def test_a_session_sees_its_own_events_and_progress_and_nobody_elses(running: Running, bus: Bus) -> None:
    mine, other = await running.opened(), await running.opened()
    async with running.client(mine["token"]) as client, listening(client) as stream:
        assert (await stream.next())[0] == "ready"
        await bus.publish(file_uploaded(other["session_id"], some_id("f"), "theirs.csv"))
        await bus.progress(other["session_id"], "file", "x", {"rows": 1})
        uploaded = file_uploaded(mine["session_id"], some_id("f"), "mine.csv")
        await bus.publish(uploaded)
        event, data = await stream.next()
        assert event == "file.uploaded.v1" and uploaded.file_id in data and "object_key" not in data
        await bus.progress(mine["session_id"], "file", uploaded.file_id, {"rows": 5})
        assert (await stream.next())[0] == "progress"
    assert not any("theirs" in data or other["session_id"] in data for _, data in stream.seen)


async def test_a_stream_resumes_after_its_last_event_without_gap_or_repeat(running: Running, bus: Bus) -> None:
    mine, other = await running.opened(), await running.opened()
    questions = [query_asked(mine["session_id"], some_id("q")) for _ in range(6)]
    async with running.client(mine["token"]) as client:
        async with listening(client) as stream:
            await stream.next()
            for question in questions[:2]:
                await bus.publish(question)
                await stream.next()
        for question in questions[2:5]:
            await bus.publish(file_uploaded(other["session_id"], some_id("f")))
            await bus.publish(question)
        await bus.publish(file_uploaded(mine["session_id"], some_id("f")))
        async with listening(client, stream.last_id) as resumed:
            names = [(await resumed.next())[0] for _ in range(5)]
            await bus.publish(questions[5])
            await resumed.next()
    assert names == ["query.asked.v1"] * 3 + ["file.uploaded.v1", "ready"]
    got = [data for name, data in resumed.seen if name == "query.asked.v1"]
    assert [question.query_id in data for question, data in zip(questions[2:], got, strict=True)] == [True] * 4


async def test_every_id_of_a_resumed_stream_can_be_resumed_after(running: Running, bus: Bus) -> None:
    mine = await running.opened()
    async with running.client(mine["token"]) as client:
        async with listening(client) as stream:
            await stream.next()
        events: list[Any] = [
            query_asked(mine["session_id"], some_id("q")),
            file_uploaded(mine["session_id"], some_id("f")),
            query_asked(mine["session_id"], some_id("q")),
        ]
        for event in events:
            await bus.publish(event)
        last_id, ids = stream.last_id, []
        for _ in events:
            async with listening(client, last_id) as resumed:
                await resumed.next()
            last_id = resumed.last_id
            ids += resumed.seen
    assert [name for name, _ in ids] == [event.subject for event in events]


async def test_an_id_that_no_stream_gave_out_asks_the_client_to_read_again(running: Running) -> None:
    mine = await running.opened()
    async with running.client(mine["token"]) as client:
        for strange in ("zzz", "9999999.1.1.1.1", "1.2.3"):
            async with listening(client, strange) as stream:
                assert (await stream.next())[0] == "reset"


async def test_a_silent_stream_shows_life(running: Running, bus: Bus) -> None:
    mine = await running.opened()
    async with running.client(mine["token"]) as client, listening(client) as stream:
        await stream.next()
        asyncio.get_running_loop().call_later(
            1.3, lambda: asyncio.ensure_future(bus.progress(mine["session_id"], "file", "f", {}))
        )
        await stream.next()
    assert stream.comments >= 2


async def test_a_stream_ends_with_its_session(running: Running) -> None:
    mine = await running.opened()
    async with running.client(mine["token"]) as client, listening(client) as stream:
        await stream.next()
        assert (await client.delete("/v1/sessions/current")).status_code == 202
        assert (await stream.next())[0] == "session.expired.v1"
        with pytest.raises(StopAsyncIteration):
            await stream.next()


async def test_signing_out_ends_the_streams_of_that_token_at_every_copy(start: Start) -> None:
    first, second = await start(), await start()
    mine = await first.opened()
    async with first.client(mine["token"]) as client, listening(client) as stream:
        await stream.next()
        async with second.client(mine["token"]) as elsewhere:
            assert (await elsewhere.post("/v1/sessions/current/sign-out")).status_code == 204
        with pytest.raises(StopAsyncIteration):
            await stream.next()


async def test_rotation_leaves_an_open_stream_open(running: Running, bus: Bus) -> None:
    mine = await running.opened()
    async with running.client(mine["token"]) as client, listening(client) as stream:
        await stream.next()
        assert (await client.post("/v1/sessions/current/rotate")).status_code == 200
        await bus.publish(query_asked(mine["session_id"], some_id("q")))
        assert (await stream.next())[0] == "query.asked.v1"


async def test_a_reader_that_does_not_read_is_cut_off_and_nothing_piles_up(start: Start, bus: Bus) -> None:
    running = await start(event_buffer=20)
    mine = await running.opened()
    async with running.client(mine["token"]) as client, listening(client) as stream:
        await stream.next()
        hub = running.app.state.service.live._hub
        for reader in hub._readers[mine["session_id"]]:
            for number in range(50):
                reader.offer(b"event: x\ndata: %d\n\n" % number)
            assert reader._frames.qsize() <= 21
        for _ in range(20):
            await stream.next()
        with pytest.raises(StopAsyncIteration):
            await stream.next()
