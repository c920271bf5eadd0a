"""A client of the IETF's resumable uploads, as small as the draft lets it be: no library speaks interop version 8 yet.

It sends the whole file in one request, learns the upload's address from the 104 response, and goes on from there when it breaks.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PIECE = 1 << 18
PAUSE = 0.5
BROKEN = (OSError, asyncio.IncompleteReadError, TimeoutError)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]


@dataclass
class DraftClient:
    """`location` is the upload's path once it is known."""

    endpoint: str
    token: str
    path: Path
    location: str = ""
    interims: list[Answer] = field(default_factory=list)

    async def upload(self) -> str:
        """The upload's path. Tries until the server says that all of it is there."""
        size = self.path.stat().st_size
        while True:
            try:
                offset = await self._offset() if self.location else 0
                if offset == size or (await self._send(offset, size)).headers.get("upload-complete") == "?1":
                    return self.location
            except BROKEN:
                pass
            await asyncio.sleep(PAUSE)

    async def _offset(self) -> int:
        answer = await self._request("HEAD", self.location, {})
        assert answer.status in (204, 503), answer
        return int(answer.headers.get("upload-offset", 0))

    async def _send(self, offset: int, size: int) -> Answer:
        headers = {"Content-Length": str(size - offset), "Upload-Complete": "?1"}
        if not self.location:
            headers |= {"Content-Disposition": f'attachment; filename="{self.path.name}"', "Upload-Length": str(size)}
            return await self._request("POST", urlsplit(self.endpoint).path, headers, offset)
        headers |= {"Content-Type": "application/partial-upload", "Upload-Offset": str(offset)}
        return await self._request("PATCH", self.location, headers, offset)

    async def _request(self, method: str, target: str, headers: dict[str, str], start: int | None = None) -> Answer:
        parts = urlsplit(self.endpoint)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        lines = {
            "Host": parts.netloc,
            "Authorization": f"Bearer {self.token}",
            "Upload-Draft-Interop-Version": "8",
            **headers,
        }
        writer.write(
            "".join([f"{method} {target} HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in lines.items()), "\r\n"]).encode()
        )
        sending = asyncio.create_task(self._send_file(writer, start))
        try:
            return await self._final(reader)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await sending
            writer.close()

    async def _send_file(self, writer: asyncio.StreamWriter, start: int | None) -> None:
        if start is None:
            return
        with self.path.open("rb") as file:
            file.seek(start)
            while piece := file.read(PIECE):
                writer.write(piece)
                await writer.drain()

    async def _final(self, reader: asyncio.StreamReader) -> Answer:
        while (answer := parse(await reader.readuntil(b"\r\n\r\n"))).status < 200:
            self.interims.append(answer)
            self.location = self.location or urlsplit(answer.headers.get("location", "")).path
        return answer


def parse(head: bytes) -> Answer:
    first, *lines = head.decode().strip().split("\r\n")
    return Answer(
        int(first.split(" ")[1]),
        {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)},
    )
