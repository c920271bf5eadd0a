"""Composition root of dataproc: the only place that constructs its clients."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from redis.asyncio import Redis

from services.dataproc.api import router
from services.dataproc.consumers import build_consumers
from services.dataproc.evaluation import EvaluatorPool, Limits
from services.dataproc.jail import Jail, JailLimits, Tier
from services.dataproc.jail.places import FairPlaces
from services.dataproc.parsing import ParserPool
from services.dataproc.preview import Previewer
from services.dataproc.service import (
    Changes,
    DescribeTable,
    EvaluatePlans,
    Forget,
    ParseFile,
    RunCode,
    Tables,
    TakeReading,
    Versions,
)
from services.dataproc.settings import Settings
from services.dataproc.storage.cache_sweeping import CacheSweeper
from services.dataproc.storage.cancelling import BusCancellations
from services.dataproc.storage.dictionaries import RedisDictionaries
from services.dataproc.storage.quota import SessionTableQuota
from services.dataproc.storage.registry import RedisTableRegistry
from services.dataproc.tables.arrow_cache import ArrowTableCache
from shared import rpc, web
from shared.auth import BusReservations, BusVerifier
from shared.bus import Bus, Consumers, Stops, Supervised, following_stops
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from shared.redis import redis_client
from shared.telemetry.health import Check

SUMMARY = "Files become typed, profiled tables; validated code runs over them in a jail."

EVALUATIONS_AT_ONCE = 2  # in one copy, which has two processors: each is bounded to seconds, most take milliseconds
RUNS_AT_ONCE = 4  # runs of code in one copy; twice the processors that a copy is given, since many runs wait for memory


@dataclass(frozen=True)
class Adapters:
    """The clients and processes that the use cases stand on."""

    bus: Bus
    redis: Redis
    objects: S3ObjectStore
    registry: RedisTableRegistry
    cache: ArrowTableCache
    parser: ParserPool
    jail: Jail
    evaluator: EvaluatorPool
    previewer: Previewer
    scratch: Path

    @classmethod
    async def of(cls, settings: Settings) -> Adapters:
        """Connected; the processes are begun by `start`."""
        redis, objects, scratch = (
            redis_client(settings),
            S3ObjectStore(s3_store(settings)),
            settings.data_dir / "scratch",
        )
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed process left of its jobs, which are done again
        return cls(
            bus=await Bus.connect(settings.nats_url, "dataproc"),
            redis=redis,
            objects=objects,
            registry=RedisTableRegistry(redis, objects),
            cache=ArrowTableCache(settings.data_dir / "cache", objects, settings.cache_bytes),
            parser=ParserPool(
                jobs=settings.parse_jobs,
                memory_bytes=settings.parse_memory_bytes,
                seconds=settings.parse_seconds,
                decoded_bytes=settings.upload_max_session_bytes,
            ),
            jail=Jail(minimum=Tier[settings.jail_minimum.upper()], concurrency=RUNS_AT_ONCE),
            evaluator=EvaluatorPool(
                scratch / "evaluation",
                places=EVALUATIONS_AT_ONCE,
                memory_bytes=settings.evaluate_memory_bytes,
                spill_bytes=settings.evaluate_spill_bytes,
                limits=Limits(seconds=settings.evaluate_seconds),
            ),
            previewer=Previewer(settings.preview_bytes),
            scratch=scratch,
        )

    async def close(self) -> None:
        self.previewer.close()
        await self.evaluator.close()
        await self.jail.close()
        self.parser.close()
        await self.bus.close()
        await self.redis.aclose()


def create_app(settings: Settings) -> FastAPI:
    state: dict[str, Any] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        has = await Adapters.of(settings)
        has.parser.start()
        warming = asyncio.create_task(has.jail.start())
        stops = Stops()
        consumers = _consumers(settings, has, stops)
        loops = [
            following_stops(has.bus, stops, "dataproc"),
            Supervised("dataproc-sweep-cache", CacheSweeper(has.bus, has.cache).run),
        ]
        _serve_people(app, has)
        state.update(bus=has.bus, consumers=consumers, registry=has.registry, objects=has.objects)
        state.update(parser=has.parser, jail=has.jail)
        await warming
        await has.evaluator.warm()
        await _serve_services(has, app.state.changes)
        for loop in loops:
            loop.start()
        await consumers.start(has.bus)
        try:
            yield
        finally:
            for loop in loops:
                await loop.stop()
            await consumers.stop()
            await has.close()

    def check(name: str) -> Check:
        async def answer() -> None:
            await state[name].ping()

        return answer

    checks = {name: check(name) for name in ("bus", "consumers", "registry", "objects", "parser")}
    app = web.build(
        "dataproc", SUMMARY, lifespan, checks, lambda: {"jail": state["jail"].describe()} if "jail" in state else {}
    )
    app.include_router(router)
    return app


def _serve_people(app: FastAPI, has: Adapters) -> None:
    """What the HTTP adapter finds in the app's state."""
    registry, objects, scratch = has.registry, has.objects, has.scratch
    app.state.tables = Tables(
        registry=registry,
        objects=objects,
        cache=has.cache,
        parser=has.parser,
        previewer=has.previewer,
        scratch=scratch,
    )
    app.state.changes = Changes.over(
        Versions(registry=registry, objects=objects, cache=has.cache, cleaner=has.parser, bus=has.bus, scratch=scratch)
    )
    app.state.describe = DescribeTable(RedisDictionaries(has.redis, objects), registry, objects, has.bus)
    app.state.verifier = BusVerifier(has.bus)


async def _serve_services(has: Adapters, changes: Changes) -> None:
    """What other services ask over the bus."""
    evaluate = EvaluatePlans(has.cache, has.evaluator, FairPlaces(EVALUATIONS_AT_ONCE))
    await rpc.serve(has.bus, rpc.EVALUATE_PLANS, evaluate)
    await rpc.serve(has.bus, rpc.TAKE_READING, TakeReading(changes.versions, changes.columns))


def _consumers(settings: Settings, has: Adapters, stops: Stops) -> Consumers:
    cancellations, quota = BusCancellations(has.bus), SessionTableQuota(BusReservations(has.bus))
    parse_file = ParseFile(
        objects=has.objects,
        registry=has.registry,
        cache=has.cache,
        parser=has.parser,
        bus=has.bus,
        cancellations=cancellations,
        quota=quota,
        scratch=has.scratch,
        clock=lambda: datetime.now(UTC),
    )
    run_code = RunCode(
        objects=has.objects,
        cache=has.cache,
        runner=has.jail,
        places=FairPlaces(RUNS_AT_ONCE),
        clock=time.time,
        bus=has.bus,
        scratch=has.scratch,
        limits=_limits(settings),
        stops=stops,
    )
    forget = Forget(has.registry, has.cache, has.bus, cancellations, quota)
    return build_consumers(parse_file, run_code, forget, settings.nats_url)


def _limits(settings: Settings) -> JailLimits:
    return JailLimits(
        seconds=settings.run_seconds,
        cpu_seconds=int(settings.run_seconds) + 1,
        memory_bytes=settings.run_memory_bytes,
        result_rows=settings.run_result_rows,
    )
