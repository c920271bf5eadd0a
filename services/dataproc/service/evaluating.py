"""Plans of nlq are evaluated over the tables of their session."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from services.dataproc.errors import TableNotFound
from services.dataproc.evaluation import Outcome, Refusal
from services.dataproc.evaluation.results import plan_outcome
from services.dataproc.jail.places import FairPlaces
from services.dataproc.ports import PlanEvaluator, TableCache
from shared.objects import ObjectMissing, keys
from shared.plan.walking import tables_of
from shared.rpc import Evaluation, EvaluationRequest, PlanOutcome
from shared.telemetry import metrics


class EvaluatePlans:
    """Answers `EVALUATE_PLANS`. Sessions take turns, as they do with runs of code."""

    def __init__(self, cache: TableCache, evaluator: PlanEvaluator, places: FairPlaces) -> None:
        self._cache = cache
        self._evaluator = evaluator
        self._places = places

    async def __call__(self, request: EvaluationRequest) -> Evaluation:
        tables = await self._tables(request)
        async with self._places.place(request.session_id):
            begun = time.perf_counter()
            outcomes = await self._evaluator.evaluate(request.plans, tables)
            metrics.EVALUATION_SECONDS.observe(time.perf_counter() - begun)
        return Evaluation(outcomes=await asyncio.to_thread(_told, outcomes))

    async def _tables(self, request: EvaluationRequest) -> dict[str, Path]:
        """Those that a plan names, and no others are fetched."""
        named = frozenset().union(*map(tables_of, request.plans))
        wanted = [table for table in request.tables if table.name in named]
        return {table.name: await self._path(request.session_id, table.table_id, table.version) for table in wanted}

    async def _path(self, session_id: str, table_id: str, version: int) -> Path:
        try:
            return await self._cache.path(keys.table_data(session_id, table_id, version))
        except ObjectMissing as error:
            raise TableNotFound(table_id) from error


def _told(outcomes: list[Outcome]) -> tuple[PlanOutcome, ...]:
    for outcome in outcomes:
        metrics.EVALUATIONS.labels(outcome=outcome.code if isinstance(outcome, Refusal) else "ok").inc()
    return tuple(map(plan_outcome, outcomes))
