"""Request bodies as the use cases read them."""

from __future__ import annotations

from fastapi import Request

from services.upload.errors import BadHeader, ClientGone


class RawBody:
    """The bytes of a request as they come. Reading can be cancelled: nothing is taken before it is returned."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._ended = False

    async def read(self) -> memoryview:
        while not self._ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._ended = not message.get("more_body", False)
            if message.get("body"):
                return memoryview(message["body"])
        return memoryview(b"")


def announced_length(request: Request) -> int | None:
    """Content-Length, when there is one."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    if not value.isdecimal():
        raise BadHeader("Content-Length is not a count of bytes.", hint="Send the number of bytes of the body.")
    return int(value)
