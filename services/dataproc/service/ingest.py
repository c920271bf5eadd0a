"""A file becomes tables: fetch, read in a process of its own, store, register, tell."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from services.dataproc.domain import StoredTable, table_id_of
from services.dataproc.interrupting import Interrupted, unless
from services.dataproc.ports import Cancellations, Parser, TableCache, TableQuota, TableRegistry
from services.dataproc.reading import ReadResult, TableDraft
from services.dataproc.reading.model import DEFAULT_LIMITS, Progress
from services.dataproc.reading.totals import totals_rows_from
from shared.bus import EventBus
from shared.events import FileUploaded, TableFact, TableParsingFailed, TableParsingFinished, TableParsingStarted
from shared.formats.refusals import FileRefused, Refusal
from shared.objects import ObjectMissing, ObjectStore, keys
from shared.telemetry import metrics

FIRST_VERSION = 1
log = structlog.get_logger(__name__)


class ParseFile:
    """Handles `file.uploaded`. Every step can be done again: ids, keys and names are the same the second time."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        registry: TableRegistry,
        cache: TableCache,
        parser: Parser,
        bus: EventBus,
        cancellations: Cancellations,
        quota: TableQuota,
        scratch: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._objects = objects
        self._registry = registry
        self._cache = cache
        self._parser = parser
        self._bus = bus
        self._cancellations = cancellations
        self._quota = quota
        self._scratch = scratch
        self._clock = clock

    async def __call__(self, event: FileUploaded) -> None:
        if not await self._is_gone(event):
            await self._bus.publish(
                TableParsingStarted(session_id=event.session_id, file_id=event.file_id, attempt=event.attempt)
            )
            async with self._parser.room(event.size):
                await self._parse_or_refuse(event)
        if await self._is_gone(event):
            await self._leave_nothing(event)

    async def _parse_or_refuse(self, event: FileUploaded) -> None:
        """In a folder of its own, which goes with whatever comes."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="parse-", dir=self._scratch))
        try:
            await self._parse(event, folder)
        except FileRefused as error:
            await self._refuse(event, error)
        except ObjectMissing:
            if not await self._is_gone(event):
                await self._refuse(event, Refusal.CONTENT_MISSING.because())
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _parse(self, event: FileUploaded, folder: Path) -> None:
        if await self._is_gone(event):
            return
        raw, into = folder / "raw", folder / "out"
        into.mkdir()
        await self._objects.fetch_to(event.object_key, raw)
        started = time.perf_counter()
        result = await self._read_unless_gone(event, raw, into)
        if result is None:
            return
        metrics.PARSE_SECONDS.labels(format=result.format).observe(time.perf_counter() - started)
        if not await self._has_room(event, result):
            return
        tables = [await self._store(event, draft, index, result) for index, draft in enumerate(result.tables)]
        if await self._is_gone(event):
            return
        for table in tables:
            await self._bus.publish(table.ready_event())
        facts = tuple(TableFact(table_id=t.table_id, name=t.name, rows=t.rows, columns=len(t.columns)) for t in tables)
        await self._bus.publish(
            TableParsingFinished(
                session_id=event.session_id,
                file_id=event.file_id,
                tables=facts,
                warnings=result.warnings,
                attempt=event.attempt,
            )
        )
        metrics.PARSE_ROWS.labels(format=result.format).inc(sum(t.rows for t in tables))
        log.info(
            "file_parsed",
            format=result.format,
            tables=len(tables),
            rows=sum(t.rows for t in tables),
            seconds=round(time.perf_counter() - started, 3),
        )

    async def _has_room(self, event: FileUploaded, result: ReadResult) -> bool:
        """False when the session has ended; FileRefused says why there is no room in one that goes on."""
        table_ids = [table_id_of(event.file_id, index) for index in range(len(result.tables))]
        if not await self._quota.keep(event.session_id, event.file_id, bytes_beyond_file(result, event.size)):
            return False
        try:
            return await self._quota.reserve(event.session_id, table_ids)
        except FileRefused:
            await self._quota.drop(event.session_id, event.file_id)
            raise

    async def _read_unless_gone(self, event: FileUploaded, raw: Path, into: Path) -> ReadResult | None:
        """None as soon as the file or its session goes; the process that read it is ended."""
        async with self._cancellations.heard(event.session_id, event.file_id, event.session_id) as gone:
            if await self._is_gone(event):
                return None
            with suppress(Interrupted):
                return await unless(gone, self._parser.read(raw, event.filename, into, self._reporter(event)))
            return None

    async def _store(self, event: FileUploaded, draft: TableDraft, index: int, result: ReadResult) -> StoredTable:
        """A table that a person has changed since stays as it is."""
        table_id = table_id_of(event.file_id, index)
        known = await self._registry.get(event.session_id, table_id)
        if known is not None and known.version > FIRST_VERSION:
            return known
        name = await self._registry.name_for(event.session_id, table_id, draft.name)
        table = StoredTable(
            table_id=table_id,
            session_id=event.session_id,
            file_id=event.file_id,
            version=FIRST_VERSION,
            name=name,
            rows=draft.rows,
            columns=draft.columns,
            filename=event.filename,
            file_key=event.object_key,
            source_sha256=event.sha256,
            created_at=f"{self._clock().isoformat()}#{index:04}",
            reading=draft.reading,
            warnings=draft.warnings,
            totals_rows=totals_rows_from(draft.profile["totals"]["rows"]),
            position=index,
            origin_name=draft.name,
        )
        await self._objects.put_file(table.data_key, draft.data_path)
        await self._objects.put(table.profile_key, _json(draft.profile))
        await self._objects.put(table.values_key, _json(draft.values))
        await self._objects.put(table.description_key, table.description().model_dump_json().encode())
        await self._cache.adopt(table.data_key, draft.data_path)
        await self._registry.save(table)
        return table

    async def _leave_nothing(self, event: FileUploaded) -> None:
        """Remove what this try or an earlier one stored of a file that is gone. A table that a newer file has taken over stays."""
        mine = {table_id_of(event.file_id, index) for index in range(DEFAULT_LIMITS.max_tables)}
        stored = {
            key.split("/")[3] for key in await self._objects.keys_under(f"{keys.session(event.session_id)}tables/")
        }
        for table_id in sorted(mine & stored):
            held = await self._registry.get(event.session_id, table_id)
            if held is not None and held.file_id != event.file_id:
                mine.remove(table_id)
                continue
            await self._registry.remove(event.session_id, table_id)
        for table_id in mine:
            self._cache.drop(keys.table(event.session_id, table_id))
        await self._quota.release(event.session_id, sorted(mine))
        await self._quota.drop(event.session_id, event.file_id)

    async def _refuse(self, event: FileUploaded, error: FileRefused) -> None:
        reason = f"{error.detail} {error.hint}".strip()
        await self._bus.publish(
            TableParsingFailed(
                session_id=event.session_id,
                file_id=event.file_id,
                code=error.code,
                reason=reason,
                attempt=event.attempt,
            )
        )
        log.info("file_refused", code=error.code)

    async def _is_gone(self, event: FileUploaded) -> bool:
        return await self._registry.is_forgotten(event.file_id, event.session_id)

    def _reporter(self, event: FileUploaded) -> Progress:
        """Progress is lossy on purpose: a report that cannot be sent must not hold the job up."""
        pending: set[asyncio.Task[None]] = set()

        def report(done: int, total: int, rows: int) -> None:
            facts = {"stage": "parsing", "bytes": done, "total": total, "rows": rows}
            task = asyncio.ensure_future(self._bus.progress(event.session_id, "file", event.file_id, facts))
            pending.add(task)
            task.add_done_callback(pending.discard)

        return report


def bytes_beyond_file(result: ReadResult, size: int) -> int:
    """What a file's tables take beyond its own bytes where they take most: stored beside it, or unpacked on the workers' disks."""
    stored = sum(table.data_path.stat().st_size for table in result.tables)
    return max(stored, sum(table.decoded_bytes for table in result.tables) - size)


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, default=str).encode()
