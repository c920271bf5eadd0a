"""Composition root of nlq: the only place that constructs its clients."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from fastapi import FastAPI

from services.nlq.api import router
from services.nlq.consumers import UseCases, build_consumers
from services.nlq.evaluator import BusEvaluator
from services.nlq.quotas import BusQuotas
from services.nlq.readings import BusColumnReadings
from services.nlq.rendering.renderer import Renderer
from services.nlq.service import (
    AnswerQuery,
    Ask,
    Classify,
    Compose,
    Download,
    EndQueries,
    FindAbsent,
    Flow,
    Generate,
    HandOver,
    Read,
    RunSnippet,
    StopQuestion,
    ValidateCode,
    VerifyResult,
)
from services.nlq.service.planning import PlanOffline
from services.nlq.service.rehearsing import rehearse
from services.nlq.service.relating import RelateTables
from services.nlq.service.replying import ReplyToTalk
from services.nlq.service.settling import SettleReading
from services.nlq.settings import Settings
from services.nlq.storage import RedisCatalog, RedisQueryStore
from shared import web
from shared.auth import BusReservations, BusVerifier
from shared.bus import Bus, announce_stop
from shared.events import Engine
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from shared.redis import redis_client

SUMMARY = "Questions become code, code becomes answers: classify, generate offline, validate, explain."


def create_app(settings: Settings) -> FastAPI:
    state: dict[str, Any] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        bus = await Bus.connect(settings.nats_url, "nlq")
        redis = redis_client(settings)
        objects, store = S3ObjectStore(s3_store(settings)), RedisQueryStore(redis)
        use = _use_cases(app, settings, bus, objects, store, RedisCatalog(redis, objects))
        consumers = build_consumers(use, settings.nats_url)
        state.update(bus=bus, consumers=consumers, store=store, objects=objects)
        await asyncio.to_thread(rehearse, today())
        await consumers.start(bus)
        sweeper = asyncio.create_task(use.end.run())
        try:
            yield
        finally:
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper
            await consumers.stop()
            await bus.close()
            await redis.aclose()

    checks = {name: (lambda name=name: state[name].ping()) for name in ("bus", "consumers", "store", "objects")}
    app = web.build("nlq", SUMMARY, lifespan, checks, lambda: {"engine": engine_of(settings)})
    app.include_router(router)
    return app


def engine_of(settings: Settings) -> Engine:
    """Which generator writes the code."""
    if settings.engine == "auto":
        return "claude" if settings.claude_available or settings.model_provider != "anthropic" else "offline"
    return settings.engine


def _use_cases(
    app: FastAPI, settings: Settings, bus: Bus, objects: S3ObjectStore, store: RedisQueryStore, catalog: RedisCatalog
) -> UseCases:
    quotas = BusQuotas(BusReservations(bus))
    flow = Flow(store, bus, quotas)
    ask = Ask(
        catalog=catalog,
        store=store,
        flow=flow,
        quotas=quotas,
        clock=time.time,
        new_id=new_query_id,
        seconds=settings.question_seconds,
        takes_words=engine_of(settings) == "claude",
        privacy=settings.house_privacy,
        verify=settings.verify,
    )
    _serve_people(app, settings, bus, objects, store, quotas, ask, flow)
    evaluator = BusEvaluator(bus)
    hand_over = HandOver(objects, settings.max_steps)
    compose = Compose(objects=objects, catalog=catalog, clock=time.time)
    verify = VerifyResult(objects=objects, catalog=catalog, compose=compose, clock=time.time)
    classify = Classify(
        catalog=catalog,
        store=store,
        hand_over=hand_over,
        flow=flow,
        engine=engine_of(settings),
        plan=PlanOffline(evaluator, today, settings.max_wrong),
        settle=SettleReading(BusColumnReadings(bus), catalog),
        relate=RelateTables(evaluator),
        reply=ReplyToTalk(compose),
        keep=compose.keep,
    )
    generate = Generate(
        store=store,
        flow=flow,
        hand_over=hand_over,
        compose=compose,
        bus=bus,
        max_repairs=settings.max_repairs,
        verify=verify,
    )
    answer = AnswerQuery(
        objects=objects,
        catalog=catalog,
        flow=flow,
        absent=FindAbsent(catalog, evaluator),
        compose=compose,
        hand_over=hand_over,
        verify=verify,
    )
    return UseCases(
        catalog=catalog,
        ask=ask,
        classify=classify,
        generate=generate,
        validate=ValidateCode(catalog, flow, hand_over, verify),
        answer=answer,
        end=EndQueries(store=store, catalog=catalog, flow=flow, compose=compose, verify=verify, clock=time.time),
    )


def _serve_people(
    app: FastAPI,
    settings: Settings,
    bus: Bus,
    objects: S3ObjectStore,
    store: RedisQueryStore,
    quotas: BusQuotas,
    ask: Ask,
    flow: Flow,
) -> None:
    """What the routes call."""
    read = Read(store, bus)
    app.state.verifier = BusVerifier(bus)
    app.state.ask = ask
    app.state.read = read
    app.state.stop = StopQuestion(ask, flow, partial(announce_stop, bus))
    app.state.download = Download(read, Renderer(objects, settings.data_dir / "downloads"))
    app.state.snippets = RunSnippet(
        ask=ask,
        read=read,
        store=store,
        flow=flow,
        quotas=quotas,
        new_id=new_query_id,
        seconds=settings.snippet_seconds,
    )


def new_query_id() -> str:
    return f"q_{secrets.token_hex(12)}"


def today() -> date:
    return datetime.now(UTC).date()
