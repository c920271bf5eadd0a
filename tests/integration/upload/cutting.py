"""A TCP proxy that breaks connections: the train that enters a tunnel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

PIECE = 1 << 16


class Tunnel:
    """Passes bytes on to `port`. Each time another of `cuts` (bytes sent by clients in all) is reached, `at_cut` runs and every
    connection is broken."""

    def __init__(self, port: int, cuts: list[int], at_cut: Callable[[], Awaitable[None]]) -> None:
        self._port, self._cuts, self._at_cut = port, cuts, at_cut
        self._passed = 0
        self._open: set[asyncio.StreamWriter] = set()
        self.cuts_made = 0
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Tunnel]:
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._break()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, up_writer}
        back = asyncio.create_task(self._pass(up_reader, writer, counted=False))
        with suppress(OSError, asyncio.CancelledError):
            await self._pass(reader, up_writer, counted=True)
            await back
        for each in (writer, up_writer):
            each.transport.abort()
            self._open.discard(each)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                writer.write(data)
                await writer.drain()
                if counted:
                    await self._count(len(data))
            if writer.can_write_eof():
                writer.write_eof()

    async def _count(self, size: int) -> None:
        self._passed += size
        if self.cuts_made < len(self._cuts) and self._passed >= self._cuts[self.cuts_made]:
            self.cuts_made += 1
            self._break()
            await self._at_cut()

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()
