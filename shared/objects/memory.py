"""An object store in memory, for unit tests: the same contract suite runs over it and over a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from shared.objects.port import ObjectMissing


class MemoryObjectStore:
    """An `ObjectStore` that forgets everything with the process."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, key: str, content: bytes) -> None:
        self.objects[key] = bytes(content)

    async def put_file(self, key: str, path: Path) -> None:
        self.objects[key] = path.read_bytes()

    async def get(self, key: str) -> bytes:
        try:
            return self.objects[key]
        except KeyError:
            raise ObjectMissing(f"There is no object {key}.") from None

    async def fetch_to(self, key: str, path: Path) -> None:
        path.write_bytes(await self.get(key))

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        yield (await self.get(key))[start:end]

    async def size(self, key: str) -> int:
        return len(await self.get(key))

    async def keys_under(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    async def delete(self, keys: Iterable[str]) -> int:
        wanted = list(keys)
        for key in wanted:
            self.objects.pop(key, None)
        return len(wanted)

    async def delete_prefix(self, prefix: str) -> int:
        return await self.delete(await self.keys_under(prefix))

    async def ping(self) -> None:
        return None
