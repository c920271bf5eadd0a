"""dataproc's ports in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa

from services.dataproc.cleaning import Cleaned, Suggestion, Trial
from services.dataproc.domain import StoredTable, unique_name
from services.dataproc.jail import JailLimits, Language, RunOutcome, TableInput
from services.dataproc.parsing import CleaningSpec, cleaning_job
from services.dataproc.ports import StoredDictionary
from services.dataproc.reading import Column, FileRefused, ReadResult, read_file
from services.dataproc.reading.model import Progress
from shared.columns import ColumnType
from shared.dictionary import Dictionary
from shared.objects import ObjectStore, keys

DEFAULT_LIMITS = JailLimits()


class MemoryTableRegistry:
    """A `TableRegistry`. Objects are removed from `objects` as the real one does."""

    def __init__(self, objects: ObjectStore) -> None:
        self.tables: dict[tuple[str, str], StoredTable] = {}
        self.names: dict[str, dict[str, str]] = {}
        self.gone: set[str] = set()
        self.versions: dict[str, int] = {}
        self._objects = objects

    async def save(self, table: StoredTable) -> bool:
        if await self.is_forgotten(table.file_id, table.session_id):
            await self.remove(table.session_id, table.table_id)
            return False
        self.tables[table.session_id, table.table_id] = table
        return True

    async def get(self, session_id: str, table_id: str) -> StoredTable | None:
        return self.tables.get((session_id, table_id))

    async def of_session(self, session_id: str) -> list[StoredTable]:
        return sorted(
            (t for (owner, _), t in self.tables.items() if owner == session_id),
            key=lambda t: (t.created_at, t.table_id),
        )

    async def of_file(self, session_id: str, file_id: str) -> list[StoredTable]:
        return [t for t in await self.of_session(session_id) if t.file_id == file_id]

    async def name_for(self, session_id: str, table_id: str, wanted: str) -> str:
        taken = self.names.setdefault(session_id, {})
        mine = next((name for name, owner in taken.items() if owner == table_id), None)
        name = mine or unique_name(wanted, taken)
        taken[name] = table_id
        return name

    async def next_version(self, table: StoredTable) -> int:
        self.versions[table.table_id] = max(self.versions.get(table.table_id, 0), table.version) + 1
        return self.versions[table.table_id]

    async def replace(self, table: StoredTable, expected_version: int) -> bool:
        held = self.tables.get((table.session_id, table.table_id))
        if held is None or held.version != expected_version:
            return False
        return await self.save(table)

    async def remove(self, session_id: str, table_id: str) -> None:
        self.tables.pop((session_id, table_id), None)
        names = self.names.get(session_id, {})
        self.names[session_id] = {name: owner for name, owner in names.items() if owner != table_id}
        await self._objects.delete_prefix(keys.table(session_id, table_id))

    async def remove_session(self, session_id: str) -> int:
        self.tables = {key: t for key, t in self.tables.items() if key[0] != session_id}
        self.names.pop(session_id, None)
        return await self._objects.delete_prefix(
            f"{keys.session(session_id)}tables/"
        ) + await self._objects.delete_prefix(f"{keys.session(session_id)}results/")

    async def forget(self, thing_id: str) -> None:
        self.gone.add(thing_id)

    async def is_forgotten(self, *thing_ids: str) -> bool:
        return bool(self.gone & set(thing_ids))


class MemoryDictionaries:
    """A `DictionaryStore` over the registry that knows which tables there are."""

    def __init__(self, registry: MemoryTableRegistry) -> None:
        self.held: dict[tuple[str, str], StoredDictionary] = {}
        self._registry = registry

    async def current(self, table: StoredTable) -> StoredDictionary:
        return self.held.get((table.session_id, table.table_id), StoredDictionary("", Dictionary()))

    async def replace(
        self, table: StoredTable, held: StoredDictionary, dictionary: Dictionary
    ) -> StoredDictionary | None:
        there = await self._registry.get(table.session_id, table.table_id)
        if there is None or await self.current(table) != held:
            return None
        key = keys.table_dictionary(table.session_id, table.table_id, dictionary.version, "x")
        self.held[table.session_id, table.table_id] = StoredDictionary(key, dictionary)
        return self.held[table.session_id, table.table_id]


class CountingQuota:
    """A `TableQuota` of `limit` tables, and of `most_bytes`, for each session."""

    def __init__(self, limit: int = 1000, most_bytes: int = 2 << 30) -> None:
        self.limit = limit
        self.most_bytes = most_bytes
        self.kept: dict[str, dict[str, int]] = {}
        self.held: dict[str, set[str]] = {}
        self.ended: set[str] = set()

    async def reserve(self, session_id: str, table_ids: Sequence[str]) -> bool:
        if session_id in self.ended:
            return False
        wanted = self.held.get(session_id, set()) | set(table_ids)
        if len(wanted) > self.limit:
            raise FileRefused("too_many_tables", "No room.", "Delete files.")
        self.held[session_id] = wanted
        return True

    async def release(self, session_id: str, table_ids: Sequence[str]) -> None:
        self.held.get(session_id, set()).difference_update(table_ids)

    async def keep(self, session_id: str, file_id: str, size: int) -> bool:
        if session_id in self.ended:
            return False
        mine = self.kept.setdefault(session_id, {})
        if sum(mine.values()) + size > self.most_bytes:
            raise FileRefused("session_quota_exceeded", "No room.", "Delete files.")
        mine[file_id] = size
        return True

    async def drop(self, session_id: str, file_id: str) -> None:
        self.kept.get(session_id, {}).pop(file_id, None)


class NoCache:
    """A `TableCache` that remembers what it was given."""

    def __init__(self) -> None:
        self.adopted: list[str] = []
        self.dropped: list[str] = []

    async def path(self, data_key: str) -> Path:
        return Path(data_key)

    async def adopt(self, data_key: str, parquet: Path) -> None:
        self.adopted.append(data_key)

    def drop(self, prefix: str) -> int:
        self.dropped.append(prefix)
        return 0


class InProcessParser:
    """The real reading engine without the process around it; `before` runs first, to let things happen meanwhile."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self._before = before

    def room(self, size: int) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    async def read(
        self, path: Path, filename: str, into: Path, progress: Progress, overrides: Mapping[str, Any] | None = None
    ) -> ReadResult:
        self._before()
        return read_file(path, filename=filename, into=into, on_progress=progress, overrides=overrides)

    async def write_raw(self, path: Path, filename: str, reading: Mapping[str, Any], out: Path) -> None:
        out.write_bytes(path.read_bytes())


class InProcessCleaner(InProcessParser):
    """The real cleaning engine without the process around it; its answers are JSON, as they are between processes."""

    async def clean(self, source: Path, spec: CleaningSpec, into: Path) -> Cleaned:
        return cleaning_job.cleaned_from(self._run("clean", source, spec, into))

    async def try_steps(self, source: Path, spec: CleaningSpec, into: Path) -> Trial:
        return cleaning_job.trial_from(self._run("try", source, spec, into))

    async def suggest(self, source: Path, spec: CleaningSpec, into: Path) -> list[Suggestion]:
        return cleaning_job.suggestions_from(self._run("suggest", source, spec, into))

    @staticmethod
    def _run(kind: str, source: Path, spec: CleaningSpec, into: Path) -> Any:
        spec.store(into)
        return json.loads(json.dumps(cleaning_job.run(kind, source, into, 400_000_000), default=str))


class LocalCancellations:
    """`Cancellations` within one process."""

    def __init__(self) -> None:
        self.announced: list[tuple[str, str]] = []
        self._heard: list[tuple[str, tuple[str, ...], asyncio.Event]] = []

    async def announce(self, session_id: str, gone_id: str) -> None:
        self.announced.append((session_id, gone_id))
        for session, things, gone in self._heard:
            if session == session_id and gone_id in things:
                gone.set()

    @asynccontextmanager
    async def heard(self, session_id: str, *thing_ids: str) -> AsyncIterator[asyncio.Event]:
        entry = (session_id, thing_ids, asyncio.Event())
        self._heard.append(entry)
        try:
            yield entry[2]
        finally:
            self._heard.remove(entry)


class ScriptedRunner:
    """A `CodeRunner` that gives the outcomes it was made with, in turn, the last one ever after, and records what it was asked."""

    def __init__(self, *outcomes: RunOutcome) -> None:
        self.ran: list[tuple[str, Sequence[TableInput]]] = []
        self.languages: list[Language] = []
        self._outcomes = outcomes

    async def run(
        self,
        code: str,
        tables: Sequence[TableInput],
        *,
        out_dir: Path,
        limits: JailLimits = DEFAULT_LIMITS,
        language: Language = "python",
    ) -> RunOutcome:
        self.ran.append((code, tables))
        self.languages.append(language)
        return self._outcomes[min(len(self.ran), len(self._outcomes)) - 1]


def stored_table(table: pa.Table) -> StoredTable:
    """What the registry would say of a table of a CSV file; its columns' types are all text."""
    columns = tuple(
        Column(name=n, source_name=n, type=ColumnType.TEXT, nullable=True, unit=None, evidence="")
        for n in table.column_names
    )
    return StoredTable(
        table_id="t",
        session_id="s",
        file_id="f",
        version=1,
        name="people",
        rows=table.num_rows,
        columns=columns,
        filename="f.csv",
        file_key="k",
        source_sha256="",
        created_at="2026-01-01",
    )
