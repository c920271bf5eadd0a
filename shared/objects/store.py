"""Objects in an S3-compatible store. obstore was chosen over the `minio` client for its memory (docs/decisions/0004)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from shared.objects.port import ObjectMissing, StorageUnavailable, ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.settings import CommonSettings

CHUNK = 8 << 20
BATCH = 500
FETCHED_TOGETHER = 2  # ranges of one object


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Map the client's errors to this house's."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise ObjectMissing(f"There is no object {key}.") from error
    except (BaseError, OSError) as error:
        raise StorageUnavailable("The object store did not answer.", hint="Try again in a moment.") from error


def s3_store(settings: CommonSettings, *, retry_seconds: float = 20.0) -> S3Store:
    """The raw client, for adapters that need multipart uploads. It retries by itself for `retry_seconds`."""
    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key.get_secret_value(),
        secret_access_key=settings.s3_secret_key.get_secret_value(),
        virtual_hosted_style_request=False,
        client_options={"allow_http": True, "timeout": timedelta(seconds=120), "connect_timeout": timedelta(seconds=5)},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=retry_seconds)},
    )


class S3ObjectStore:
    """An `ObjectStore` over any server that speaks S3."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def put(self, key: str, content: bytes) -> None:
        with translated(key):
            await obstore.put_async(self._store, key, content)

    async def put_file(self, key: str, path: Path) -> None:
        with translated(key):
            await obstore.put_async(self._store, key, path, chunk_size=CHUNK)

    async def get(self, key: str) -> bytes:
        with translated(key):
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def fetch_to(self, key: str, path: Path) -> None:
        part = path.with_name(f"{path.name}.part")
        waiting = ranges(0, await self.size(key))

        async def fetch(out: IO[bytes]) -> None:
            for first, last in waiting:
                place = first
                async for piece in self._range(key, first, last):
                    out.seek(place)
                    place += out.write(piece)

        try:
            with part.open("wb") as out:
                async with asyncio.TaskGroup() as group:
                    for _ in range(FETCHED_TOGETHER):
                        group.create_task(fetch(out))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        part.replace(path)

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        for first, last in ranges(start, await self.size(key) if end is None else end):
            async for piece in self._range(key, first, last):
                yield piece

    async def _range(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        with translated(key):
            found = await obstore.get_async(self._store, key, options={"range": (start, end)})
            async for piece in found.stream(min_chunk_size=1 << 20):
                yield bytes(piece)

    async def size(self, key: str) -> int:
        with translated(key):
            return int((await obstore.head_async(self._store, key))["size"])

    async def keys_under(self, prefix: str) -> list[str]:
        with translated(prefix):
            return [
                item["path"] async for batch in obstore.list(self._store, prefix, chunk_size=1000) for item in batch
            ]

    async def delete(self, keys: Iterable[str]) -> int:
        wanted = list(keys)
        for start in range(0, len(wanted), BATCH):
            with translated(wanted[start]):
                try:
                    await obstore.delete_async(self._store, wanted[start : start + BATCH])
                except (NotFoundError, FileNotFoundError):
                    await self._delete_one_by_one(wanted[start : start + BATCH])
        return len(wanted)

    async def _delete_one_by_one(self, keys: list[str]) -> None:
        """A store that reports missing keys as errors must not keep the others from being deleted."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except (NotFoundError, FileNotFoundError):
                continue

    async def delete_prefix(self, prefix: str) -> int:
        return await self.delete(await self.keys_under(prefix))

    async def ping(self) -> None:
        with translated("ping"):
            async for _ in obstore.list(self._store, "ping/", chunk_size=1):
                break
