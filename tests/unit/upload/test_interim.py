"""uvicorn with interim responses, over real connections: they come before the answer, and it goes on being HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from services.upload.api.interim import INTERIM, InterimProtocol

Application = Callable[[Any, Any, Any], Awaitable[None]]
REQUEST = b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n"


async def answer(send: Any, text: bytes) -> None:
    length = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": text})


@asynccontextmanager
async def served(application: Application) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of this application."""
    config = uvicorn.Config(
        application, http=InterimProtocol, lifespan="off", log_config=None, host="127.0.0.1", port=0
    )
    server, listening = uvicorn.Server(config), config.bind_socket()
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.001)
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await running


async def test_interim_response_comes_before_the_body_is_sent_and_the_connection_goes_on() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"][INTERIM]("104 Upload Resumption Supported", {"Location": "/there"})
        await answer(send, (await receive())["body"])

    async with served(application) as (reader, writer):
        for body in (b"1234", b"5678"):
            writer.write(REQUEST)
            head = b"HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /there\r\n\r\n"
            assert await reader.readuntil(b"\r\n\r\n") == head
            writer.write(body)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
            assert await reader.readexactly(4) == body


async def test_nothing_interim_follows_the_beginning_of_an_answer() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        scope["extensions"][INTERIM]("104 Upload Resumption Supported", {})
        await send({"type": "http.response.body", "body": (await receive())["body"]})

    async with served(application) as (reader, writer):
        writer.write(REQUEST + b"1234")
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(4) == b"1234"
