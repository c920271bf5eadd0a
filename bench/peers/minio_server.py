"""The plain way, as a peer: a server that streams each request's body into the `minio` client. `uvicorn bench.peers.minio_server:app`."""

from __future__ import annotations

import asyncio
import io
import os
import queue
from typing import Any

from minio import Minio

PART = 8 << 20


class Incoming(io.RawIOBase):
    """A body as the file that the client reads in its thread."""

    def __init__(self) -> None:
        self.pieces: queue.Queue[bytes] = queue.Queue(maxsize=16)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            self._rest = self.pieces.get()
            if not self._rest:
                return b""
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def client() -> Minio:
    env = os.environ
    return Minio(
        env["ASKFRAME_S3_ENDPOINT"].split("://")[1],
        env["ASKFRAME_S3_ACCESS_KEY"],
        env["ASKFRAME_S3_SECRET_KEY"],
        secure=False,
    )


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    incoming = Incoming()
    storing = asyncio.create_task(
        asyncio.to_thread(
            client().put_object, os.environ["ASKFRAME_S3_BUCKET"], "bench/peer", incoming, -1, part_size=PART
        )
    )  # type: ignore[arg-type]
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        if message.get("body"):
            await put(incoming, message["body"])
    await put(incoming, b"")
    await storing
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def put(incoming: Incoming, piece: bytes) -> None:
    while True:
        try:
            incoming.pieces.put_nowait(piece)
            return
        except queue.Full:
            await asyncio.sleep(0.002)
