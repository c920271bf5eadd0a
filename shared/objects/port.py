"""What the services need of an object store, and what can go wrong with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from shared.errors import NotFound, Unavailable

RANGE = 32 << 20  # bytes asked for at once: SeaweedFS gives 500 MB in one answer at 12 MB/s, in ranges at 140


def ranges(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The bytes from `start` up to `end` in ranges for one request each."""
    return ((first, min(first + RANGE, end)) for first in range(start, end, RANGE))


class StorageUnavailable(Unavailable):
    """The object store did not answer; the same call may succeed later."""

    code = "storage_unavailable"


class ObjectMissing(NotFound):
    """No object under this key."""

    code = "object_missing"


class ObjectStore(Protocol):
    """What the services need of a store. Every method raises `StorageUnavailable` when the store does not answer."""

    async def put(self, key: str, content: bytes) -> None: ...
    async def put_file(self, key: str, path: Path) -> None: ...
    async def get(self, key: str) -> bytes:
        """The whole object; `ObjectMissing` when there is none."""
        ...

    async def fetch_to(self, key: str, path: Path) -> None:
        """Stream the object to a local file, atomically: the file appears whole or not at all."""
        ...

    def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Bytes from `start` up to, not including, `end`."""
        ...

    async def size(self, key: str) -> int: ...
    async def keys_under(self, prefix: str) -> list[str]: ...
    async def delete(self, keys: Iterable[str]) -> int:
        """Delete these; those that do not exist are no error. Returns how many were asked for."""
        ...

    async def delete_prefix(self, prefix: str) -> int: ...
    async def ping(self) -> None: ...
