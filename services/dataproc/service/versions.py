"""Another version of a table: made from what it was, stored beside it, registered, told."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.dataproc.cleaning import AnyStep, Cleaned, recipe_to_json
from services.dataproc.domain import Base, StoredTable
from services.dataproc.errors import TableChanged, TableNotFound, error_of_job
from services.dataproc.parsing import RESULT, CleaningSpec
from services.dataproc.ports import Cleaner, TableCache, TableRegistry
from services.dataproc.reading import Column, FileRefused
from services.dataproc.reading.totals import totals_rows_from
from shared.bus import EventBus
from shared.objects import ObjectStore

CLEANED = "base"


@dataclass(frozen=True)
class OnDisk:
    """A table before a recipe, as a file of this worker."""

    path: Path
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Draft:
    """A version before it has a number: what the manifest will say, and its files. `base` is the file before the recipe, unless it is stored already."""

    table: StoredTable
    cleaned: Cleaned
    data: Path
    base: Path | None = None


class Versions:
    """What every change of a table shares. Raises AppErrors that say which step could not be applied and why."""

    def __init__(
        self,
        *,
        registry: TableRegistry,
        objects: ObjectStore,
        cache: TableCache,
        cleaner: Cleaner,
        bus: EventBus,
        scratch: Path,
    ) -> None:
        self.registry = registry
        self.objects = objects
        self.cleaner = cleaner
        self._cache = cache
        self._bus = bus
        self._scratch = scratch

    async def current(self, session_id: str, table_id: str) -> StoredTable:
        table = await self.registry.get(session_id, table_id)
        if table is None:
            raise TableNotFound(table_id)
        return table

    @staticmethod
    def expect(table: StoredTable, version: int | None) -> None:
        """A caller who has seen another version is told so."""
        if version is not None and table.version != version:
            raise _changed(table)

    @asynccontextmanager
    async def workplace(self) -> AsyncIterator[Path]:
        """A folder for one change; what a job refuses becomes this service's error."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="version-", dir=self._scratch))
        try:
            yield folder
        except FileRefused as error:
            raise error_of_job(error) from error
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def profile(self, table: StoredTable) -> dict[str, Any]:
        """What was counted of the table as it is."""
        found: dict[str, Any] = json.loads(await self.objects.get(table.profile_key))
        return found

    async def data(self, table: StoredTable, folder: Path) -> OnDisk:
        """The table as it is."""
        return await self._fetched(table.data_key, table.columns, folder / "data.parquet")

    async def base(self, table: StoredTable, folder: Path) -> OnDisk:
        """The table before its recipe."""
        return await self._fetched(table.uncleaned.key, table.uncleaned.columns, folder / "base.parquet")

    async def _fetched(self, key: str, columns: tuple[Column, ...], path: Path) -> OnDisk:
        await self.objects.fetch_to(key, path)
        return OnDisk(path, columns)

    async def apply(
        self, source: OnDisk, steps: Sequence[AnyStep], folder: Path, table: StoredTable, *, lenient: bool = False
    ) -> tuple[Cleaned, Path]:
        """Run steps over a file in a process of their own."""
        folder.mkdir()
        cleaned = await self.cleaner.clean(source.path, spec_of(table, source.columns, steps, lenient=lenient), folder)
        return cleaned, folder / RESULT

    async def publish(self, before: StoredTable, draft: Draft) -> StoredTable:
        """Store under a number of its own, then take the table's place, unless somebody else did meanwhile."""
        version = await self.registry.next_version(before)
        table = replace(draft.table, version=version, rows=draft.cleaned.rows, columns=draft.cleaned.columns,
                        warnings=tuple(draft.cleaned.profile["warnings"]),
                        totals_rows=totals_rows_from(draft.cleaned.profile["totals"]["rows"]))  # fmt: skip
        if draft.base and table.recipe:
            assert table.base is not None
            table = replace(table, base=replace(table.base, key=f"{table.prefix}{CLEANED}.parquet"))
            await self.objects.put_file(f"{table.prefix}{CLEANED}.parquet", draft.base)
        await self.objects.put_file(table.data_key, draft.data)
        await self.objects.put(table.profile_key, as_json(draft.cleaned.profile))
        await self.objects.put(table.values_key, as_json(draft.cleaned.values))
        await self.objects.put(table.description_key, table.description().model_dump_json().encode())
        await self._cache.adopt(table.data_key, draft.data)  # before it can be deleted, which drops it
        if not await self.registry.replace(table, before.version):
            await self.objects.delete_prefix(table.prefix)
            self._cache.drop(table.prefix)
            raise _changed(before)
        await self._bus.publish(table.ready_event())
        return table

    async def recleaned(self, before: StoredTable, after: StoredTable, base: OnDisk, base_rows: int, steps: Sequence[AnyStep], folder: Path, *,
                        cleaned_base: Cleaned, lenient: bool = False) -> Draft:  # fmt: skip
        """A new base with the recipe on top of it."""
        if not steps:
            return Draft(replace(after, base=None, recipe=()), cleaned_base, base.path)
        cleaned, data = await self.apply(base, steps, folder, before, lenient=lenient)
        below = Base("", base_rows, base.columns)
        return Draft(
            replace(after, base=below if cleaned.recipe else None, recipe=tuple(cleaned.recipe)),
            cleaned,
            data,
            base.path,
        )


def spec_of(
    table: StoredTable,
    columns: tuple[Column, ...],
    steps: Sequence[AnyStep],
    profile: Mapping[str, Any] | None = None,
    *,
    lenient: bool = False,
) -> CleaningSpec:
    return CleaningSpec(columns, tuple(recipe_to_json(tuple(steps))), profile or {}, comma_likely(table), lenient)


def comma_likely(table: StoredTable) -> bool:
    """Files divided by semicolons are mostly written where the decimal sign is a comma."""
    dialect = table.reading.get("dialect")
    return isinstance(dialect, Mapping) and dialect.get("delimiter") == ";"


def as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, default=str).encode()


def _changed(table: StoredTable) -> TableChanged:
    return TableChanged(
        f"The table {table.name} was changed or deleted meanwhile.",
        hint="Read the table again, then repeat the change.",
    )
