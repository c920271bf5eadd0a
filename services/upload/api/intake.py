"""uvicorn's HTTP protocol with one more door: a body of known length is read from the socket straight into the caller's memory.

The ordinary door, ASGI's `receive`, copies each byte four times on its way, wakes the application for every piece, and reads
ahead for everybody who waits. Whoever never opens the other one sees uvicorn as it is. It is offered in the scope's
extensions under `INTAKE`; under `INTERIM`, a way to send interim responses (1xx), which ASGI does not have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from services.upload.errors import ClientGone
from services.upload.ports import Room

INTAKE = "askframe.intake"
INTERIM = "askframe.interim"
LANDING = memoryview(bytearray(1 << 16))  # where requests land before they are parsed, and bytes that nobody wants


class Connection(asyncio.BufferedProtocol):
    """What uvicorn makes for each connection: its own protocol reads requests, an intake reads the body it was made for."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._http = RequestProtocol(self, config, server_state, app_state, _loop)
        self.intake: Intake | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._http.connection_made(transport)  # type: ignore[arg-type]

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.intake.get_buffer() if self.intake else LANDING

    def buffer_updated(self, nbytes: int) -> None:
        if self.intake:
            self.intake.buffer_updated(nbytes)
        else:
            self._http.data_received(bytes(LANDING[:nbytes]))

    def eof_received(self) -> None:
        """The transport closes by itself; `connection_lost` follows."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._http.connection_lost(exc)
        if self.intake:
            self.intake.connection_lost()

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()


class RequestProtocol(HttpToolsProtocol):
    """uvicorn's own, which offers an intake with every request that tells its body's length."""

    def __init__(
        self,
        connection: Connection,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self.connection = connection
        self.parsed = 0  # bytes of the current body that came in at the ordinary door

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.parsed = 0

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        offered: dict[str, Any] = {INTERIM: self.send_interim}
        length = dict(self.headers).get(b"content-length", b"")
        if length.isdigit():
            offered[INTAKE] = Intake(self, self.cycle, int(length))
        self.scope["extensions"] = offered

    def on_body(self, body: bytes) -> None:
        """Read no further ahead than this: the rest is asked for when somebody has room for it."""
        self.parsed += len(body)
        super().on_body(body)
        if INTAKE in self.scope.get("extensions", {}) and not self.cycle.response_complete:
            self.flow.pause_reading()

    def on_response_complete(self) -> None:
        if self.connection.intake:
            self.connection.intake.discard()
        super().on_response_complete()

    def send_interim(self, status: str, headers: Mapping[str, str]) -> None:
        """`status` with its phrase. After the answer has begun it is too late: nothing is sent."""
        if not self.cycle.response_started and not self.transport.is_closing():
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
            self.transport.write("\r\n".join(lines).encode("latin-1"))

    def body_ended(self) -> None:
        """The body was read past the parser, which still waits for it: the next request gets a new one."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.connection.intake = None
        self.cycle.more_body = False
        self.cycle.message_event.set()
        self.flow.resume_reading()


class Intake:
    """One body. Has the connection from when it is first used until the body's last byte."""

    def __init__(self, http: RequestProtocol, cycle: RequestResponseCycle, length: int) -> None:
        self._http = http
        self._cycle = cycle
        self._left = length
        self._room: Room | None = None
        self._wanted = 0
        self._filled: asyncio.Future[None] | None = None

    async def fill(self, room: Room, enough: int) -> bool:
        """Put bytes into `room`, at least `enough` of them unless the body ends; whether it goes on. Raises `ClientGone`.

        Cancelling loses nothing: what came is in `room`.
        """
        wanted = room.used + enough
        if self._cycle.disconnected:
            raise ClientGone
        if self._http.connection.intake is not self:
            self._cycle.body = bytearray(room.fill(memoryview(self._cycle.body)))
            if self._cycle.body or room.used >= wanted or not self._cycle.more_body:
                return bool(self._cycle.body) or self._cycle.more_body
            self._left -= self._http.parsed
            self._http.connection.intake = self
        if room.used < wanted:
            await self._until(room, wanted)
        return self._left > 0

    async def _until(self, room: Room, wanted: int) -> None:
        self._room, self._wanted = room, wanted
        self._filled = asyncio.get_running_loop().create_future()
        self._http.flow.resume_reading()
        try:
            await self._filled
        finally:
            self._room = None
            if self._left:
                self._http.flow.pause_reading()

    def discard(self) -> None:
        """The answer is given and the rest of the body wanted by nobody: it makes way for the next request."""
        self._room = None
        self._http.flow.resume_reading()

    def get_buffer(self) -> memoryview:
        return (self._room.room if self._room else LANDING)[: self._left]

    def buffer_updated(self, nbytes: int) -> None:
        self._left -= nbytes
        if self._room:
            self._room.grow(nbytes)
            if self._room.used >= self._wanted or not self._left:
                self._stop()
        if not self._left:
            self._http.body_ended()

    def _stop(self) -> None:
        """Enough for now: what else comes waits in the kernel, and then on the client's side."""
        self._room = None
        self._http.flow.pause_reading()
        if self._filled and not self._filled.done():
            self._filled.set_result(None)

    def connection_lost(self) -> None:
        if self._filled and not self._filled.done():
            self._filled.set_exception(ClientGone())


def intake_of(scope: Mapping[str, Any]) -> Intake | None:
    found: Intake | None = scope.get("extensions", {}).get(INTAKE)
    return found
