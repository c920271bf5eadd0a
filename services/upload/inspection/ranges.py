"""A stored object as a file that is read here and there: enough for the directories of archives."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from services.upload.inspection.model import ReadRange
from shared.formats.refusals import corrupt_file

WINDOW = 1 << 16
BUDGET = 32 << 20  # bytes; no honest directory needs more
TIMEOUT = 60.0


class RangeFile(io.RawIOBase):
    """Read-only and seekable, for use in a thread while `loop` runs the requests. Reading too much is a refusal."""

    def __init__(self, read: ReadRange, size: int, loop: asyncio.AbstractEventLoop) -> None:
        self._read_range = read
        self._size = size
        self._loop = loop
        self._position = 0
        self._left = BUDGET

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("seek before the start")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        self._left -= wanted
        if self._left < 0:
            raise corrupt_file("an archive", "its directory is larger than that of any real archive")
        future = asyncio.run_coroutine_threadsafe(self._fetch(self._position, self._position + wanted), self._loop)
        piece = future.result(TIMEOUT)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    async def _fetch(self, start: int, end: int) -> bytes:
        return await self._read_range(start, end)

    def buffered(self) -> io.BufferedReader:
        return io.BufferedReader(self, WINDOW)
