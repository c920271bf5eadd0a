"""A file deleted at any moment of its reading leaves no table: in no registry, no catalogue, no store and no cache.

The deletion comes between every two steps of the reading, before and after each, and a reader looks after every step: what
is read back from a manifest at a bad moment must not bring the table back either.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.dataproc.cleaning import recipe_from_json
from services.dataproc.errors import TableChanged, TableNotFound
from services.dataproc.ports import Progress
from services.dataproc.reading import ReadResult
from services.dataproc.service import Changes, DescribeTable, Forget, ParseFile, Versions
from services.dataproc.storage.dictionaries import RedisDictionaries
from services.dataproc.storage.registry import RedisTableRegistry
from services.dataproc.tables.arrow_cache import ArrowTableCache
from services.nlq.storage import RedisCatalog
from shared.dictionary import DictionaryDocument
from shared.events import (
    Event,
    FileDeleted,
    FileUploaded,
    SessionExpired,
    TableDeleted,
    TableDictionaryChanged,
    TableReady,
)
from shared.objects import MemoryObjectStore, ObjectMissing, keys
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import CountingQuota, InProcessCleaner, LocalCancellations

pytestmark = pytest.mark.integration
TWO_TABLES = b'{"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}, {"y": 2}]}'
READ: dict[Path, ReadResult] = {}
Step = Callable[[], Awaitable[None]]


class Died(BaseException):
    """The worker's process is gone; nothing of it runs on."""


class ReadOnce(InProcessCleaner):
    """Reads the file once for all houses of a test; what is tested begins with what was read."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    async def read(
        self, path: Path, filename: str, into: Path, progress: Progress, overrides: Mapping[str, Any] | None = None
    ) -> ReadResult:
        if not self._folder.exists():
            self._folder.mkdir(parents=True)
            READ[self._folder] = await super().read(path, filename, self._folder, progress, overrides)
        shutil.copytree(self._folder, into, dirs_exist_ok=True)
        result = READ[self._folder]
        moved = [replace(table, data_path=into / table.data_path.name) for table in result.tables]
        return replace(result, tables=tuple(moved))


class Interrupted:
    """A port whose every call is a moment at which something else may happen."""

    def __init__(self, real: Any, house: House) -> None:
        self._real, self._house = real, house

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found) or name in ("drop", "of", "progress"):
            return found

        async def call(*args: Any, **options: Any) -> Any:
            await self._house.moment()
            done = await found(*args, **options)
            await self._house.moment()
            return done

        return call


class House:
    """dataproc and nlq's catalogue over a real Redis; `at` is the moment, counted from 1, at which `then` happens."""

    def __init__(self, redis: Redis, folder: Path) -> None:
        self.session_id, self.file_id = f"s_{secrets.token_hex(6)}", f"f_{secrets.token_hex(6)}"
        self.redis, self.store, self.told = redis, MemoryObjectStore(), RecordingBus()
        self.registry, self.catalog = RedisTableRegistry(redis, self.store), RedisCatalog(redis, self.store)
        self.cache = ArrowTableCache(folder / "cache", self.store, 1 << 30)
        self.cancellations, self.quota = LocalCancellations(), CountingQuota()
        self.forget = Forget(self.registry, self.cache, self.told, self.cancellations, self.quota)
        self.folder, self.moments, self.at = folder, 0, 0
        self.then: Step = self.delete
        ports: dict[str, Any] = {
            "objects": Interrupted(self.store, self),
            "registry": Interrupted(self.registry, self),
            "cache": Interrupted(self.cache, self),
            "bus": Interrupted(self.told, self),
            "scratch": folder / "scratch",
        }
        cleaner = ReadOnce(folder.parent / "read")
        self.parse = ParseFile(
            parser=cleaner,
            cancellations=self.cancellations,
            quota=self.quota,
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            **ports,
        )
        self.changes = Changes.over(Versions(cleaner=cleaner, **ports))
        self.describe = DescribeTable(
            RedisDictionaries(redis, ports["objects"]), ports["registry"], ports["objects"], ports["bus"]
        )

    async def moment(self) -> None:
        self.moments += 1
        if self.moments == self.at:
            await self.then()
        await self.look()

    async def look(self) -> None:
        """A person's page and a question ask for the tables all the time, and read back what Redis does not know."""
        for table in await self.registry.of_session(self.session_id):
            await self.registry.get(self.session_id, table.table_id)
            await self.catalog.get(self.session_id, table.table_id)
        await self.catalog.of_session(self.session_id)

    async def delete(self) -> None:
        await self.store.delete_prefix(keys.file(self.session_id, self.file_id))  # upload's part
        await self.forget.file(FileDeleted(session_id=self.session_id, file_id=self.file_id))

    async def end_session(self) -> None:
        await self.forget.session(SessionExpired(session_id=self.session_id, reason="deleted"))
        await self.catalog.forget_session(self.session_id)

    async def die(self) -> None:
        raise Died

    async def upload(self) -> FileUploaded:
        key = keys.raw_file(self.session_id, self.file_id)
        await self.store.put(key, TWO_TABLES)
        return FileUploaded(
            session_id=self.session_id,
            file_id=self.file_id,
            object_key=key,
            filename="two.json",
            media_type="application/json",
            size=len(TWO_TABLES),
            sha256="0" * 64,
        )

    async def hear(self, events: list[Event] | None = None) -> None:
        """What nlq's consumers make of the events, in the order in which they were published, or another one."""
        for event in self.told.events if events is None else events:
            if isinstance(event, TableReady):
                await self.catalog.add(event)
            if isinstance(event, TableDeleted):
                await self.catalog.remove(event)
            if isinstance(event, TableDictionaryChanged):
                await self.catalog.describe(event)

    async def left(self) -> dict[str, object]:
        await self.hear()
        await self.look()
        tables = f"{keys.session(self.session_id)}tables/"
        described = [f"{service}:session:{self.session_id}:dictionaries" for service in ("dataproc", "nlq")]
        return {
            "dictionaries": [key for key in described if await self.redis.exists(key)],
            "registry": [table.table_id for table in await self.registry.of_session(self.session_id)],
            "catalogue": [table.table_id for table in await self.catalog.of_session(self.session_id)],
            "objects": [key for key in self.store.objects if key.startswith(tables)],
            "cache": [path.name for path in (self.folder / "cache").rglob("*.arrow")],
            "places": sorted(self.quota.held.get(self.session_id, ())) if not self.told.of(TableReady) else [],
        }


NOTHING: dict[str, object] = {
    "dictionaries": [],
    "registry": [],
    "catalogue": [],
    "objects": [],
    "cache": [],
    "places": [],
}


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield client
    await client.aclose()


async def moments_of(redis: Redis, folder: Path) -> int:
    house = House(redis, folder)
    await house.parse(await house.upload())
    assert len(house.told.of(TableReady)) == 2
    return house.moments


@pytest.mark.parametrize("how", ["delete", "end_session"])
async def test_what_is_deleted_at_any_moment_of_its_reading_leaves_nothing(
    redis: Redis, tmp_path: Path, how: str
) -> None:
    moments = await moments_of(redis, tmp_path / "whole")
    assert moments > 40
    for at in range(1, moments + 1):
        house = House(redis, tmp_path / f"{at}")
        house.at, house.then = at, getattr(house, how)
        await house.parse(await house.upload())
        assert await house.left() == NOTHING, f"after moment {at} of {moments}"


async def test_what_is_deleted_while_its_worker_is_dead_leaves_nothing(redis: Redis, tmp_path: Path) -> None:
    """The worker dies at any moment; the file is deleted; the message is delivered again."""
    for at in range(1, await moments_of(redis, tmp_path / "whole") + 1):
        house = House(redis, tmp_path / f"{at}")
        house.at, house.then = at, house.die
        event = await house.upload()
        with pytest.raises(Died):
            await house.parse(event)
        await house.delete()
        house.at = 0
        await house.parse(event)
        assert await house.left() == NOTHING, f"after a death at moment {at}"


async def test_events_that_come_late_and_again_bring_nothing_back(redis: Redis, tmp_path: Path) -> None:
    house = House(redis, tmp_path)
    event = await house.upload()
    await house.parse(event)
    await house.hear()
    assert len(await house.catalog.of_session(house.session_id)) == 2
    await house.delete()
    await house.hear(list(reversed(house.told.events)))
    await house.parse(event)
    assert await house.left() == NOTHING


async def test_a_table_deleted_at_any_moment_of_a_change_stays_deleted(redis: Redis, tmp_path: Path) -> None:
    at, changed = 0, False
    while not changed:
        at += 1
        house = House(redis, tmp_path / f"{at}")
        await house.parse(await house.upload())
        table = (await house.registry.of_session(house.session_id))[0]
        house.moments, house.at = 0, at
        try:
            current = await house.changes.versions.current(house.session_id, table.table_id)
            await house.changes.cleaning.apply(current, recipe_from_json([{"step": "rename", "columns": {"x": "z"}}]))
            changed = house.moments < at  # it was through before its time came
        except (TableChanged, TableNotFound, ObjectMissing):
            pass
        if not changed:
            assert await house.left() == NOTHING, f"after moment {at} of the change"
    assert at > 10


@pytest.mark.parametrize("how", ["delete", "end_session"])
async def test_a_table_deleted_at_any_moment_of_its_description_leaves_nothing(
    redis: Redis, tmp_path: Path, how: str
) -> None:
    at, written = 0, False
    while not written:
        at += 1
        house = House(redis, tmp_path / f"{at}")
        await house.parse(await house.upload())
        table = (await house.registry.of_session(house.session_id))[0]
        house.moments, house.at, house.then = 0, at, getattr(house, how)
        try:
            await house.describe.write(table, DictionaryDocument(label="points"), [])
            written = house.moments < at  # it was through before its time came
        except TableNotFound:
            pass
        if not written:
            assert await house.left() == NOTHING, f"after moment {at} of the description"
    assert at > 8
