"""Validated code runs in the jail; its result goes to the object store."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from services.dataproc.jail import Failure, JailLimits, RunOutcome, TableInput
from services.dataproc.jail.places import FairPlaces
from services.dataproc.ports import CodeRunner, TableCache
from shared.bus import EventBus, Stops, WorkStopped
from shared.errors import NotFound
from shared.events import QueryExecuted, QueryExecutionFailed, QueryValidated
from shared.objects import ObjectMissing, ObjectStore, keys
from shared.telemetry import metrics

log = structlog.get_logger(__name__)


class RunCode:
    """Handles `query.validated`. Running again gives the same object under the same key.

    `clock` counts seconds since the epoch. Code that nobody waits for any more is not run: a session that asks for more than its
    share would otherwise keep its own next questions waiting.
    """

    def __init__(
        self,
        *,
        objects: ObjectStore,
        cache: TableCache,
        runner: CodeRunner,
        places: FairPlaces,
        clock: Callable[[], float],
        bus: EventBus,
        scratch: Path,
        limits: JailLimits,
        stops: Stops,
    ) -> None:
        self._stops = stops
        self._objects = objects
        self._cache = cache
        self._runner = runner
        self._places = places
        self._clock = clock
        self._bus = bus
        self._scratch = scratch
        self._limits = limits

    async def __call__(self, event: QueryValidated) -> None:
        try:
            await self._stops.unless_stopped(event.query_id, self._run_in_turn(event))
        except WorkStopped:
            log.info("run_stopped", query_id=event.query_id)

    async def _run_in_turn(self, event: QueryValidated) -> None:
        async with self._places.place(event.session_id):
            if event.deadline is not None and self._clock() > event.deadline:
                log.info("run_came_too_late", query_id=event.query_id)
                return
            await self._run_and_tell(event)

    async def _run_and_tell(self, event: QueryValidated) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=self._scratch))
        try:
            outcome = await self._run(event, folder)
            metrics.JAIL_RUNS.labels(outcome=outcome.outcome).inc()
            metrics.JAIL_SECONDS.observe(outcome.seconds)
            await (self._store(event, outcome) if outcome.outcome == "ok" else self._report(event, outcome))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _run(self, event: QueryValidated, folder: Path) -> RunOutcome:
        try:
            tables = await self._tables(event, event.columns_used)
        except ObjectMissing:
            return RunOutcome(outcome="failed", reasons=("A table of this question is no longer stored.",))
        outcome = await self._run_over(tables, event, folder)
        if event.columns_used is None or outcome.failure is not Failure.NAME_NOT_FOUND:
            return outcome
        # Which columns the code touches was read off its text: when that left one out, all of them are offered.
        return await self._run_over(await self._tables(event, None), event, folder)

    async def _run_over(self, tables: Sequence[TableInput], event: QueryValidated, folder: Path) -> RunOutcome:
        return await self._runner.run(event.code, tables, out_dir=folder, limits=self._limits, language=event.language)

    async def _tables(self, event: QueryValidated, used: Mapping[str, Sequence[str]] | None) -> list[TableInput]:
        home = keys.session(event.session_id)
        inputs = []
        for table in event.tables:
            if not table.data_key.startswith(home):
                raise NotFound("A table of another session was named.")
            columns = None if used is None else tuple(used.get(table.name, ()))
            inputs.append(TableInput(table.name, await self._cache.path(table.data_key), columns))
        return inputs

    async def _store(self, event: QueryValidated, outcome: RunOutcome) -> None:
        prefix = f"{keys.result(event.session_id, event.query_id)}s{event.step}a{event.attempt}"
        table_key = f"{prefix}.parquet" if outcome.result_path else None
        await asyncio.gather(
            self._objects.put(f"{prefix}.json", json.dumps(_body(outcome)).encode()),
            self._store_table(table_key, outcome.result_path),
        )
        await self._bus.publish(
            QueryExecuted(
                session_id=event.session_id,
                query_id=event.query_id,
                attempt=event.attempt,
                step=event.step,
                result_key=f"{prefix}.json",
                table_key=table_key,
                seconds=outcome.seconds,
            )
        )

    async def _store_table(self, key: str | None, arrow: Path | None) -> None:
        if key is None or arrow is None:
            return
        parquet = arrow.with_suffix(".parquet")
        await asyncio.to_thread(to_parquet, arrow, parquet)
        await self._objects.put_file(key, parquet)

    async def _report(self, event: QueryValidated, outcome: RunOutcome) -> None:
        kind = "failed" if outcome.outcome == "ok" else outcome.outcome
        await self._bus.publish(
            QueryExecutionFailed(
                session_id=event.session_id,
                query_id=event.query_id,
                attempt=event.attempt,
                step=event.step,
                outcome=kind,
                reasons=outcome.reasons,
                seconds=outcome.seconds,
            )
        )


def _body(outcome: RunOutcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "value": outcome.value,
        "columns": list(outcome.columns),
        "rows": [list(row) for row in outcome.preview],
        "total_rows": outcome.total_rows,
        "warnings": list(outcome.warnings),
        "notes": list(outcome.notes),
        "checks": [list(check) for check in outcome.checks],
        "rows_in": dict(outcome.rows_in),
        "joins": [asdict(join) for join in outcome.joins],
        "seconds": outcome.seconds,
    }


def to_parquet(arrow: Path, parquet: Path) -> None:
    """The jail writes Arrow; what is kept is Parquet."""
    with pa.memory_map(str(arrow)) as mapped:
        pq.write_table(pa.ipc.open_file(mapped).read_all(), parquet, compression="zstd")
