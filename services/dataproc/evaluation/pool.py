"""Engines for several evaluations at once, each in a thread: the event loop computes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from services.dataproc.evaluation.engine import Engine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits, Outcome
from services.dataproc.evaluation.sources import Sources
from shared.plan import Group, Measure, Plan, Query

THREADS = 2  # of one engine: a copy of dataproc is given two processors


class EvaluatorPool:
    """A `PlanEvaluator` with `places` engines; whoever comes when all are at work waits."""

    def __init__(self, spill: Path, *, places: int, memory_bytes: int, spill_bytes: int, limits: Limits) -> None:
        sources = Sources()
        self._limits = limits
        self._engines = [
            Engine(spill / str(place), threads=THREADS, memory_mb=memory_bytes >> 20, spill_mb=spill_bytes >> 20)
            for place in range(places)
        ]
        self._free: asyncio.Queue[Evaluator] = asyncio.Queue()
        for engine in self._engines:
            self._free.put_nowait(Evaluator(engine, sources))

    async def evaluate(self, plans: Sequence[Plan], tables: Mapping[str, Path | pa.Table]) -> list[Outcome]:
        evaluator = await self._free.get()
        # A thread cannot be stopped: who gives up waiting must not hand an engine at work to somebody else.
        working = asyncio.ensure_future(asyncio.to_thread(evaluator.evaluate, plans, tables, self._limits))
        working.add_done_callback(lambda _: self._free.put_nowait(evaluator))
        return await asyncio.shield(working)

    async def warm(self) -> None:
        """The first plan of a process takes a quarter of a second, which no question should wait for."""
        plan = Query(table="warm", steps=(Group(measures=(Measure(name="rows", function="count"),)),))
        for _ in self._engines:
            await self.evaluate([plan], {"warm": pa.table({"x": [1]})})

    async def close(self) -> None:
        """When what is at work has ended, which it does within its bound of time."""
        for _ in self._engines:
            await self._free.get()
        for engine in self._engines:
            engine.close()
