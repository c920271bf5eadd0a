"""Malware scanning by a clamd, over its INSTREAM command."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from services.upload.errors import ScannerUnavailable

PIECE = 1 << 20
TIMEOUT = 300.0
FOUND = re.compile(r"^stream: (?P<name>.+) FOUND$")


class Clamd:
    """The `Scanner` over one clamd. When it does not answer, files wait: none is let through unseen."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)

    async def scan(self, content: AsyncIterator[bytes]) -> str | None:
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await self._exchange(content)
        except (OSError, TimeoutError) as error:
            raise ScannerUnavailable(
                "The malware scanner does not answer.", hint="The file is looked at again in a moment."
            ) from error
        if answer == "stream: OK":
            return None
        if found := FOUND.match(answer):
            return found["name"]
        raise ScannerUnavailable(
            f"The malware scanner could not look at the file ({answer[:100]}).", hint="Check clamd's StreamMaxLength."
        )

    async def _exchange(self, content: AsyncIterator[bytes]) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            async for data in content:
                for start in range(0, len(data), PIECE):
                    piece = data[start : start + PIECE]
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0\n").decode("utf-8", "replace")
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("clamd closed the connection") from error
        finally:
            writer.close()
