"""One content's inspection: fed in order as the bytes pass, finished on the stored object."""

from __future__ import annotations

import asyncio
import hashlib
from typing import IO

from services.upload.errors import ContentRefused
from services.upload.inspection.archives import judge_zip
from services.upload.inspection.compound import judge_compound
from services.upload.inspection.inflation import DECODERS, Inflation
from services.upload.inspection.model import ContentLimits, ReadRange, Verdict, corrupt, empty_file, encrypted
from services.upload.inspection.ranges import RangeFile
from services.upload.inspection.signatures import HEAD, encoding_of, kind_of, text_format

BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"


class Inspector:
    """Digest and format of `position` bytes so far. `feed` blocks for as long as its bytes take: run it in a thread."""

    def __init__(self, limits: ContentLimits) -> None:
        self._limits = limits
        self._digest = hashlib.sha256()
        self._head = b""
        self._kind: str | None = None
        self._inflation: Inflation | None = None
        self.position = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Raises `ContentRefused` as soon as the content shows that it cannot be taken."""
        self._digest.update(data)
        self.position += len(data)
        if self._kind is None:
            self._look(data)
        elif self._inflation:
            self._inflation.feed(data)

    def sha256(self) -> str:
        return self._digest.hexdigest()

    async def finish(self, read: ReadRange) -> Verdict:
        """All bytes were fed: what they are. `read` gives ranges of the stored object, for what its end or directory tells."""
        if not self.position:
            raise empty_file()
        kind = await asyncio.to_thread(self._decide) if self._kind is None else self._kind
        if self._inflation:
            return Verdict(kind, encoding_of(await asyncio.to_thread(self._inflation.finish)))
        if kind == "text":
            return self._judge_text()
        if kind in ("parquet", "arrow"):
            return await self._judge_footer(kind, read)
        if kind in ("zip", "ole"):
            file = RangeFile(read, self.position, asyncio.get_running_loop()).buffered()
            return await asyncio.to_thread(self._judge_directory, kind, file)
        return Verdict("xls")

    def _look(self, data: bytes | memoryview) -> None:
        """Collect the head until there is enough of it; what follows the head in `data` is not lost on an inflation."""
        wanted = HEAD - len(self._head)
        self._head += bytes(data[:wanted])
        if len(self._head) < HEAD:
            return
        self._decide()
        if self._inflation and len(data) > wanted:
            self._inflation.feed(data[wanted:])

    def _decide(self) -> str:
        self._kind = kind_of(self._head)
        if self._kind in DECODERS:
            self._inflation = Inflation(self._kind, self._limits)
            self._inflation.feed(self._head)
        return self._kind

    def _judge_text(self) -> Verdict:
        if self.position <= len(self._head) and not self._head.strip(BLANK):
            raise ContentRefused(
                "empty_file", "The file holds only blank characters.", "Check the file and upload it again."
            )
        return Verdict(text_format(self._head), encoding_of(self._head))

    async def _judge_footer(self, kind: str, read: ReadRange) -> Verdict:
        footer = await read(max(0, self.position - 8), self.position)
        if kind == "arrow":
            if not footer.endswith(b"ARROW1"):
                raise corrupt("an Arrow file", f"its end is missing: it stops at byte {self.position:,}")
            return Verdict(kind)
        if self._head.startswith(b"PARE") or footer.endswith(b"PARE"):
            raise encrypted("a Parquet file")
        if self.position < 12 or not footer.endswith(b"PAR1"):
            raise corrupt("a Parquet file", f"its footer is missing: it stops at byte {self.position:,}")
        length = int.from_bytes(footer[:4], "little")
        if length > self.position - 12:
            raise corrupt("a Parquet file", f"its footer claims {length:,} bytes of the file's {self.position:,}")
        return Verdict(kind)

    def _judge_directory(self, kind: str, file: IO[bytes]) -> Verdict:
        return judge_zip(file, self.position, self._limits) if kind == "zip" else judge_compound(file, self.position)
