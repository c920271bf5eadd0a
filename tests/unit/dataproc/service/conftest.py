"""Tables over fakes: files are really read and really cleaned, everything around that is in memory."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.cleaning import AnyStep, recipe_from_json
from services.dataproc.domain import StoredTable
from services.dataproc.service import Changed, Changes, DescribeTable, Forget, ParseFile, Replaced, Versions
from services.dataproc.tables.overrides import ColumnChange
from shared.events import FileUploaded
from shared.objects import MemoryObjectStore, keys
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import (
    CountingQuota,
    InProcessCleaner,
    LocalCancellations,
    MemoryDictionaries,
    MemoryTableRegistry,
    NoCache,
)

SESSION = "s_1"


class Workshop:
    """A session whose files become tables that can be changed."""

    def __init__(self, scratch: Path) -> None:
        self.objects, self.bus, self.cache = MemoryObjectStore(), RecordingBus(), NoCache()
        self.registry, self.cancellations = MemoryTableRegistry(self.objects), LocalCancellations()
        self.scratch = scratch
        self.cleaner = InProcessCleaner()
        self.parse = ParseFile(
            objects=self.objects,
            registry=self.registry,
            cache=self.cache,
            parser=self.cleaner,
            bus=self.bus,
            cancellations=self.cancellations,
            quota=CountingQuota(),
            scratch=scratch,
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        self.forget = Forget(self.registry, self.cache, self.bus, self.cancellations, CountingQuota())
        self.dictionaries = MemoryDictionaries(self.registry)
        self.describe = DescribeTable(self.dictionaries, self.registry, self.objects, self.bus)
        self.changes = Changes.over(
            Versions(
                registry=self.registry,
                objects=self.objects,
                cache=self.cache,
                cleaner=self.cleaner,
                bus=self.bus,
                scratch=scratch,
            )
        )

    async def stored(self, content: str | bytes, name: str = "sales.csv", file_id: str = "f_1") -> FileUploaded:
        """The event of a file whose bytes are there."""
        key = keys.raw_file(SESSION, file_id)
        await self.objects.put(key, content if isinstance(content, bytes) else content.encode())
        return FileUploaded(
            session_id=SESSION,
            file_id=file_id,
            object_key=key,
            filename=name,
            media_type="text/csv",
            size=len(content),
            sha256="0" * 64,
        )

    async def upload(self, content: str | bytes, name: str = "sales.csv", file_id: str = "f_1") -> StoredTable:
        """The first table of a file."""
        await self.parse(await self.stored(content, name, file_id))
        return (await self.registry.of_file(SESSION, file_id))[0]

    async def now(self, table: StoredTable) -> StoredTable:
        return await self.changes.versions.current(SESSION, table.table_id)

    async def clean(self, table: StoredTable, *steps: dict[str, Any]) -> Changed:
        return await self.changes.cleaning.apply(await self.now(table), self.steps(*steps))

    @staticmethod
    def steps(*steps: dict[str, Any]) -> tuple[AnyStep, ...]:
        return recipe_from_json(list(steps))

    async def patch(self, table: StoredTable, *, lose_misfits: bool = False, **wishes: dict[str, Any]) -> Changed:
        return await self.changes.columns(
            await self.now(table),
            {name: ColumnChange(**wish) for name, wish in wishes.items()},
            lose_misfits=lose_misfits,
        )

    async def replace(self, table: StoredTable, file_id: str) -> Replaced:
        return await self.changes.replace(await self.now(table), file_id)

    async def data(self, table: StoredTable) -> pa.Table:
        """The cells of this version of a table."""
        return pq.read_table(io.BytesIO(await self.objects.get(table.data_key)))

    async def cells(self, table: StoredTable, column: str) -> list[Any]:
        found: list[Any] = (await self.data(table))[column].to_pylist()
        return found


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)
