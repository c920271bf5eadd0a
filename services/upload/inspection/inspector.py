"""One content's inspection: fed in order as the bytes pass, finished on the stored object."""

from __future__ import annotations

import asyncio
import hashlib
from typing import IO

from services.upload.inspection.archives import judge_zip
from services.upload.inspection.inflation import DECODERS, Inflation
from services.upload.inspection.model import ContentLimits, ReadRange, Verdict
from services.upload.inspection.ranges import RangeFile
from shared.formats import Family, Format
from shared.formats.compound import check_compound
from shared.formats.ends import ENDS, TAIL
from shared.formats.refusals import empty_file
from shared.formats.signatures import HEAD, format_of
from shared.formats.text import encoding_label


class Inspector:
    """Digest and format of `position` bytes so far. `feed` blocks for as long as its bytes take: run it in a thread."""

    def __init__(self, limits: ContentLimits) -> None:
        self._limits = limits
        self._digest = hashlib.sha256()
        self._head = b""
        self._format: Format | None = None
        self._inflation: Inflation | None = None
        self.position = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Raises FileRefused as soon as the content shows that it cannot be taken."""
        self._digest.update(data)
        self.position += len(data)
        if self._format is None:
            self._look(data)
        elif self._inflation:
            self._inflation.feed(data)

    def sha256(self) -> str:
        return self._digest.hexdigest()

    async def finish(self, read: ReadRange) -> Verdict:
        """All bytes were fed: what they are. `read` gives ranges of the stored object, for what its end or directory tells."""
        if not self.position:
            raise empty_file()
        found = await asyncio.to_thread(self._decide) if self._format is None else self._format
        if self._inflation:
            return Verdict(found, encoding_label(await asyncio.to_thread(self._inflation.finish)))
        if check := ENDS.get(found):
            check(self._head, await read(max(0, self.position - TAIL), self.position), self.position)
        elif found in (Format.ZIP, Format.XLS):
            file = RangeFile(read, self.position, asyncio.get_running_loop()).buffered()
            return Verdict(await asyncio.to_thread(self._look_inside, found, file))
        is_text = found.family in (Family.TEXT, Family.JSON)
        return Verdict(found, encoding_label(self._head) if is_text else None)

    def _look(self, data: bytes | memoryview) -> None:
        """Collect the head until there is enough of it; what follows the head in `data` is not lost on an inflation."""
        wanted = HEAD - len(self._head)
        self._head += bytes(data[:wanted])
        if len(self._head) < HEAD:
            return
        self._decide()
        if self._inflation and len(data) > wanted:
            self._inflation.feed(data[wanted:])

    def _decide(self) -> Format:
        self._format = format_of(self._head)
        if self._format in DECODERS:
            self._inflation = Inflation(self._format, self._limits)
            self._inflation.feed(self._head)
        return self._format

    def _look_inside(self, container: Format, file: IO[bytes]) -> Format:
        if container is Format.ZIP:
            return judge_zip(file, self.position, self._limits)
        check_compound(file, self.position)
        return container
