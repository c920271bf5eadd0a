"""Request bodies as the use cases read them."""

from __future__ import annotations

from fastapi import Request

from services.upload.api.intake import Intake, intake_of
from services.upload.errors import BadHeader, ClientGone
from services.upload.ports import Room
from services.upload.service.buffers import Buffer

PIECE = 1 << 16


class RawBody:
    """The bytes of a request as they come. Reading can be cancelled: nothing is taken before it is returned."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._ended = False

    async def read(self) -> memoryview:
        return memoryview(await self.next_bytes())

    async def next_bytes(self) -> bytes:
        while not self._ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._ended = not message.get("more_body", False)
            if message.get("body"):
                return bytes(message["body"])
        return b""


class SocketBody(RawBody):
    """A raw body behind an intake. Its first piece comes the ordinary way: a client may wait to be told to go on."""

    def __init__(self, request: Request, intake: Intake) -> None:
        super().__init__(request)
        self._intake = intake
        self._begun = False
        self._piece: Buffer | None = None

    async def fill(self, room: Room) -> bool:
        return await self._intake.fill(room, len(room.room))

    async def next_bytes(self) -> bytes:
        if not self._begun:
            first = await super().next_bytes()
            self._begun = True
            return first
        self._piece = self._piece or Buffer(PIECE)
        if not self._piece.used:
            await self._intake.fill(self._piece, 1)
        taken = bytes(self._piece.view)
        self._piece.used = 0
        return taken


def raw_body(request: Request) -> RawBody:
    """The body in the cheapest way that its connection offers."""
    intake = intake_of(request.scope)
    return SocketBody(request, intake) if intake else RawBody(request)


def announced_length(request: Request) -> int | None:
    """Content-Length, when there is one."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    if not value.isdecimal():
        raise BadHeader("Content-Length is not a count of bytes.", hint="Send the number of bytes of the body.")
    return int(value)
