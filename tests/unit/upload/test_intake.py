"""Bodies read past ASGI, over real connections: nothing is lost, and the connection goes on being an HTTP connection."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn

from services.upload.api.intake import Connection, intake_of
from services.upload.errors import ClientGone
from services.upload.service.buffers import Buffer

Application = Callable[[Any, Any, Any], Awaitable[None]]
CONTENT = os.urandom(3_000_000)


async def answer(send: Any, text: bytes) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(text)).encode())]}
    )
    await send({"type": "http.response.body", "body": text})


@asynccontextmanager
async def served(application: Application) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of this application."""
    config = uvicorn.Config(application, http=Connection, lifespan="off", log_config=None, host="127.0.0.1", port=0)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.001)
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await running


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, headers: str = "") -> bytes:
    writer.write(f"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)
    return await read_answer(reader)


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        return await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))


async def filled(scope: Any, size: int) -> Buffer:
    """Everything that comes, in one buffer."""
    room, intake = Buffer(size), intake_of(scope)
    assert intake is not None
    while await intake.fill(room, len(room.room)):
        pass
    return room


async def test_bodies_arrive_whole_one_after_the_other_on_one_connection() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        first = await receive()
        rest = await filled(scope, 4_000_000) if first["more_body"] else Buffer(0)
        await answer(send, b"%d" % (bytes(first["body"]) + bytes(rest.view) == CONTENT))

    async with served(application) as (reader, writer):
        for _ in range(3):
            assert await ask(reader, writer, CONTENT) == b"1"


async def test_body_that_was_parsed_already_is_found() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.01)
        await answer(send, bytes((await filled(scope, 100)).view))

    async with served(application) as (reader, writer):
        assert await ask(reader, writer, b"small") == b"small"
        assert await ask(reader, writer, b"") == b""


async def test_small_rooms_are_filled_to_the_brim_and_cancelling_loses_nothing() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        intake, came, goes_on = intake_of(scope), bytearray(), True
        assert intake is not None
        while goes_on:
            room = Buffer(70_000)
            while goes_on and not room.full:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.001):
                        goes_on = await intake.fill(room, len(room.room))
            assert await intake.fill(room, 0) == goes_on
            came += room.view
        await answer(send, b"%d" % (came == CONTENT))

    async with served(application) as (reader, writer):
        writer.write(f"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: {len(CONTENT)}\r\n\r\n".encode())
        for start in range(0, len(CONTENT), 500_000):
            writer.write(CONTENT[start : start + 500_000])
            await writer.drain()
            await asyncio.sleep(0.003)
        assert await read_answer(reader) == b"1"


@pytest.mark.parametrize("taken", [0, 100_000])
async def test_body_that_nobody_wants_any_more_makes_way_for_the_next_request(taken: int) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        intake = intake_of(scope)
        assert intake is not None
        if taken:
            await intake.fill(Buffer(taken), taken)
        await answer(send, b"enough")

    async with served(application) as (reader, writer):
        for _ in range(3):
            assert await ask(reader, writer, CONTENT) == b"enough"


async def test_client_that_goes_is_noticed_with_what_it_sent() -> None:
    seen: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        intake, room = intake_of(scope), Buffer(1000)
        assert intake is not None
        with pytest.raises(ClientGone):
            await intake.fill(room, 1000)
        with pytest.raises(ClientGone):
            await intake.fill(room, 1)
        seen.set_result(bytes(room.view))

    async with served(application) as (_, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(b"some")
        writer.close()
        assert await asyncio.wait_for(seen, 10) == b"some"


async def test_body_without_a_length_comes_the_ordinary_way() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert intake_of(scope) is None
        came, more = b"", True
        while more:
            message = await receive()
            came, more = came + message["body"], message["more_body"]
        await answer(send, came)

    async with served(application) as (reader, writer):
        writer.write(
            b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert await read_answer(reader) == b"abcde"
