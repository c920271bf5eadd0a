"""Whole objects over the same wire that carries the parts: the service that must be small holds one S3 client, not two."""

from __future__ import annotations

import base64
import hashlib
import mmap
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape  # nosec B406 - it writes, it parses nothing

from services.upload.ports import MultipartGone
from services.upload.storage.multipart import S3Parts, expect, parse
from services.upload.storage.wire import Answer, Body
from shared.objects import ObjectMissing, StorageUnavailable, ranges

STEP = 1 << 18  # bytes read at a time
BATCH = 1000  # keys that S3 deletes in one request


class WireObjects:
    """An `ObjectStore`."""

    def __init__(self, parts: S3Parts) -> None:
        self._parts = parts

    async def put(self, key: str, content: bytes) -> None:
        await self._parts.put(key, (), memoryview(content))

    async def put_file(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            if not path.stat().st_size:
                await self.put(key, b"")
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
                await self._parts.put(key, (), view)

    async def get(self, key: str) -> bytes:
        return (await self._ask("GET", key)).body

    async def fetch_to(self, key: str, path: Path) -> None:
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as out:
            async for piece in self.stream(key):
                out.write(piece)
        part.replace(path)

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """A slow reader holds a connection, but none of the threads."""
        for first, last in ranges(start, await self.size(key) if end is None else end):
            async for piece in self._range(key, first, last):
                yield piece

    async def _range(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        reading = await self._parts.run(lambda: self._parts.wire.open(key, start, end))
        try:
            if reading.refused and reading.refused.status == 416:
                return
            if reading.refused:
                raise_for(reading.refused, key)
            while piece := await self._parts.run(lambda: reading.read(STEP)):
                yield piece
        finally:
            reading.close()

    async def size(self, key: str) -> int:
        return int((await self._ask("HEAD", key)).headers.get("content-length", 0))

    async def keys_under(self, prefix: str) -> list[str]:
        return [stored.key async for stored in self._parts.objects(prefix)]

    async def delete(self, keys: Iterable[str]) -> int:
        wanted = list(keys)
        for start in range(0, len(wanted), BATCH):
            await self._delete_together(wanted[start : start + BATCH])
        return len(wanted)

    async def delete_prefix(self, prefix: str) -> int:
        return await self.delete(await self.keys_under(prefix))

    async def ping(self) -> None:
        await self._translated(
            "ping", lambda: self._parts.wire.call("GET", "", {"list-type": "2", "prefix": "ping/", "max-keys": "1"})
        )

    async def _delete_together(self, keys: list[str]) -> None:
        rows = "".join(f"<Object><Key>{escape(key)}</Key></Object>" for key in keys)
        document = f"<Delete><Quiet>true</Quiet>{rows}</Delete>".encode()
        digest = base64.b64encode(hashlib.md5(document, usedforsecurity=False).digest()).decode()
        body = Body(view=memoryview(document), size=len(document))
        answer = await self._translated(
            "delete", lambda: self._parts.wire.call("POST", "", {"delete": ""}, body, {"content-md5": digest})
        )
        failed = [row.findtext("{*}Code") for row in parse(answer).findall("{*}Error")] if answer.body else []
        if any(code != "NoSuchKey" for code in failed):
            raise StorageUnavailable(
                "The object store did not delete what it was told to.", hint="Try again in a moment."
            )

    async def _ask(self, method: str, key: str, headers: Mapping[str, str] | None = None) -> Answer:
        return await self._translated(key, lambda: self._parts.wire.call(method, key, headers=headers))

    async def _translated(self, key: str, call: Callable[[], Answer]) -> Answer:
        return raise_for(await self._parts.run(call), key)


def raise_for(answer: Answer, key: str) -> Answer:
    """The answer, unless it says that the object is missing or that the store cannot."""
    try:
        return expect(answer, key)
    except MultipartGone:
        raise ObjectMissing(f"There is no object {key}.") from None
