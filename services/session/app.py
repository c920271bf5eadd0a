"""Composition root of the session service: the only place that constructs clients."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.session import rpc
from services.session.api import router
from services.session.consumers import build_consumers
from services.session.domain import Lifetimes
from services.session.live.hub import Hub
from services.session.live.position import STREAMS
from services.session.live.pump import Pump
from services.session.live.streams import LiveEvents, Pace
from services.session.service import (
    Access,
    Archive,
    Forgetting,
    PrivacyChoice,
    Quotas,
    Recovery,
    Registry,
    SessionService,
)
from services.session.service.access import CREATIONS, FAILURES, Randomness
from services.session.service.forgetting import Patience
from services.session.service.recovery import Sources
from services.session.settings import Settings
from services.session.storage import redis
from services.session.storage.announcements import BusAnnouncements
from services.session.storage.event_log import JetStreamLog
from services.session.storage.identity import OidcProvider
from services.session.storage.limits import Bucket, RedisRateLimits
from services.session.storage.manifests import S3Manifests
from services.session.storage.registry import RedisRegistryStore
from services.session.storage.reservations import RedisReservations
from services.session.storage.sessions import RedisSessionStore
from services.session.sweeper import Sweeper
from services.session.verifier import LocalVerifier
from shared import web
from shared.bus import Bus, Supervised
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from shared.rpc import QuotaKind
from shared.telemetry.health import Check

CHOICE_BYTES = 1 << 10  # what somebody without a session may send with the wish for one: a choice of a few words


def create_app(settings: Settings) -> FastAPI:
    """The service's app; it connects in its lifespan and not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            bus = await Bus.connect(settings.nats_url, "session")
            stack.push_async_callback(bus.close)
            client = redis.connect(settings.redis_url.get_secret_value())
            stack.push_async_callback(client.aclose)
            await _start(app, settings, bus, client, stack)
            yield

    def check(name: str) -> Check:
        async def answer() -> None:
            await app.state.checks[name]()

        return answer

    checks = {name: check(name) for name in ("bus", "redis", "objects", "consumers", "background")}
    app = web.build(
        "session",
        "Sessions, their history and their live events.",
        lifespan,
        checks,
        bodies_of_strangers={f"{router.prefix}/sessions": CHOICE_BYTES},
    )
    app.state.settings = settings
    app.include_router(router)
    return app


async def _start(app: FastAPI, settings: Settings, bus: Bus, client: redis.Client, stack: AsyncExitStack) -> None:
    holder, hub = secrets.token_hex(8), Hub()
    service = build_service(settings, bus, client, hub, holder)
    consumers = build_consumers(service, settings.nats_url)
    store, pump = RedisSessionStore(client, lifetimes(settings)), Pump(JetStreamLog(bus), hub)
    app.state.service, app.state.verifier = service, LocalVerifier(service.access)
    app.state.checks = {
        "bus": bus.ping,
        "redis": store.ping,
        "objects": S3ObjectStore(s3_store(settings)).ping,
        "consumers": consumers.ping,
    }
    stack.push_async_callback(consumers.stop)
    await consumers.start(bus)
    await pump.prepare()
    await rpc.serve(bus, service)
    sweeper = Sweeper(service.forgetting, store, holder, settings.session_sweep_seconds, time.time)
    works: dict[str, Callable[[], Awaitable[None]]] = {
        "session-recovery": service.recovery.watch,
        "session-revocations": service.live.follow_revocations,
        "session-sweep": sweeper.run,
        **{f"session-follow-{stream.lower()}": partial(pump.follow, stream) for stream in STREAMS},
    }
    supervised = [Supervised(name, work) for name, work in works.items()]
    app.state.checks["background"] = lambda: _all_well(supervised)
    stack.push_async_callback(_stopped, supervised)
    for work in supervised:
        work.start()
    stack.callback(hub.close)


def build_service(settings: Settings, bus: Bus, client: redis.Client, hub: Hub, holder: str) -> SessionService:
    """`holder` names this copy of the service in leases."""
    raw = s3_store(settings)
    objects, events, announcements = S3ObjectStore(raw), JetStreamLog(bus), BusAnnouncements(bus)
    store, entries, manifests = (
        RedisSessionStore(client, lifetimes(settings)),
        RedisRegistryStore(client),
        S3Manifests(objects, raw, time.time),
    )
    registry = Registry(entries, objects)
    privacy = PrivacyChoice(settings.house_privacy, store, manifests, announcements, asyncio.sleep)
    access = Access(
        store,
        manifests,
        bus,
        announcements,
        rate_limits(settings, client),
        lifetimes(settings),
        time.time,
        Randomness(new_session_id, secrets.token_urlsafe),
        privacy,
        identities(settings),
    )
    patience = Patience(settings.session_forget_seconds, settings.session_linger_seconds)
    pace = Pace(settings.event_heartbeat_seconds, settings.event_buffer, settings.event_replay_limit)
    return SessionService(
        access=access,
        privacy=privacy,
        registry=registry,
        forgetting=Forgetting(store, manifests, objects, bus, announcements, time.time, patience),
        recovery=Recovery(store, entries, registry, Sources(manifests, events), lifetimes(settings), time.time, holder),
        quotas=quotas(settings, client),
        archive=Archive(registry, objects),
        live=LiveEvents(hub, events, bus.listen, pace),
    )


def lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(settings.session_idle_seconds, settings.session_max_seconds)


def rate_limits(settings: Settings, client: redis.Client) -> RedisRateLimits:
    return RedisRateLimits(
        client,
        {
            CREATIONS: Bucket(settings.session_creation_burst, settings.session_creation_rate),
            FAILURES: Bucket(settings.session_failure_burst, settings.session_failure_rate),
        },
    )


def quotas(settings: Settings, client: redis.Client) -> Quotas:
    limits: dict[QuotaKind, int] = {
        "bytes": settings.upload_max_session_bytes,
        "tables": settings.quota_tables,
        "questions_per_minute": settings.quota_questions_per_minute,
        "concurrent_questions": settings.quota_concurrent_questions,
    }
    return Quotas(RedisReservations(client), limits, time.time)


def identities(settings: Settings) -> OidcProvider | None:
    if not settings.oidc_issuer:
        return None
    return OidcProvider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks)


def new_session_id() -> str:
    """Random like a token, though it opens nothing: it is part of object keys and subjects."""
    return f"s_{secrets.token_hex(12)}"


async def _all_well(supervised: list[Supervised]) -> None:
    for work in supervised:
        await work.ping()


async def _stopped(supervised: list[Supervised]) -> None:
    await asyncio.gather(*(work.stop() for work in supervised))
