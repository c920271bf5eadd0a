"""Composition root of dataproc: the only place that constructs its clients."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
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

SUMMARY = "Files become typed, profiled tables; validated code runs over them in a jail."

EVALUATIONS_AT_ONCE = 2  # in one copy, which has two processors: each is bounded to seconds, most take milliseconds
RUNS_AT_ONCE = 4  # runs of code in one copy; twice the processors that a copy is given, since many runs wait for memory


def create_app(settings: Settings) -> FastAPI:
    state: dict[str, Any] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        bus = await Bus.connect(settings.nats_url, "dataproc")
        redis = redis_client(settings)
        objects = S3ObjectStore(s3_store(settings))
        registry = RedisTableRegistry(redis, objects)
        cache = ArrowTableCache(settings.data_dir / "cache", objects, settings.cache_bytes)
        parser = ParserPool(
            jobs=settings.parse_jobs,
            memory_bytes=settings.parse_memory_bytes,
            seconds=settings.parse_seconds,
            decoded_bytes=settings.upload_max_session_bytes,
        )
        jail = Jail(minimum=Tier[settings.jail_minimum.upper()], concurrency=RUNS_AT_ONCE)
        parser.start()
        warming = asyncio.create_task(jail.start())
        scratch = settings.data_dir / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed process left of its jobs, which are done again
        evaluator = EvaluatorPool(
            scratch / "evaluation",
            places=EVALUATIONS_AT_ONCE,
            memory_bytes=settings.evaluate_memory_bytes,
            spill_bytes=settings.evaluate_spill_bytes,
            limits=Limits(seconds=settings.evaluate_seconds),
        )
        previewer = Previewer(settings.preview_bytes)
        cancellations, quota = BusCancellations(bus), SessionTableQuota(BusReservations(bus))
        stops = Stops()
        stopping = following_stops(bus, stops, "dataproc")
        sweeping = Supervised("dataproc-sweep-cache", CacheSweeper(bus, cache).run)
        app.state.tables = Tables(
            registry=registry, objects=objects, cache=cache, parser=parser, previewer=previewer, scratch=scratch
        )
        app.state.changes = Changes.over(
            Versions(registry=registry, objects=objects, cache=cache, cleaner=parser, bus=bus, scratch=scratch)
        )
        app.state.describe = DescribeTable(RedisDictionaries(redis, objects), registry, objects, bus)
        app.state.verifier = BusVerifier(bus)
        consumers = build_consumers(
            ParseFile(
                objects=objects,
                registry=registry,
                cache=cache,
                parser=parser,
                bus=bus,
                cancellations=cancellations,
                quota=quota,
                scratch=scratch,
                clock=lambda: datetime.now(UTC),
            ),
            RunCode(
                objects=objects,
                cache=cache,
                runner=jail,
                places=FairPlaces(RUNS_AT_ONCE),
                clock=time.time,
                bus=bus,
                scratch=scratch,
                limits=_limits(settings),
                stops=stops,
            ),
            Forget(registry, cache, bus, cancellations, quota),
            settings.nats_url,
        )
        state.update(bus=bus, consumers=consumers, registry=registry, objects=objects, parser=parser, jail=jail)
        await warming
        await evaluator.warm()
        await rpc.serve(bus, rpc.EVALUATE_PLANS, EvaluatePlans(cache, evaluator, FairPlaces(EVALUATIONS_AT_ONCE)))
        changes: Changes = app.state.changes
        await rpc.serve(bus, rpc.TAKE_READING, TakeReading(changes.versions, changes.columns))
        await consumers.start(bus)
        sweeping.start()
        stopping.start()
        try:
            yield
        finally:
            await sweeping.stop()
            await stopping.stop()
            previewer.close()
            await evaluator.close()
            await _stop(consumers, bus, redis, jail, parser)

    checks = {
        "bus": lambda: state["bus"].ping(),
        "consumers": lambda: state["consumers"].ping(),
        "registry": lambda: state["registry"].ping(),
        "objects": lambda: state["objects"].ping(),
        "parser": lambda: state["parser"].ping(),
    }
    app = web.build(
        "dataproc", SUMMARY, lifespan, checks, lambda: {"jail": state["jail"].describe()} if "jail" in state else {}
    )
    app.include_router(router)
    return app


def _limits(settings: Settings) -> JailLimits:
    return JailLimits(
        seconds=settings.run_seconds,
        cpu_seconds=int(settings.run_seconds) + 1,
        memory_bytes=settings.run_memory_bytes,
        result_rows=settings.run_result_rows,
    )


async def _stop(consumers: Consumers, bus: Bus, redis: Redis, jail: Jail, parser: ParserPool) -> None:
    await consumers.stop()
    await jail.close()
    parser.close()
    await bus.close()
    await redis.aclose()
