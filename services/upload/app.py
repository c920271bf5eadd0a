"""The composition root of the upload service: the only place that makes clients and puts the parts together."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI, Request, Response
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.upload.api import FORM_OVERHEAD, ROUTERS, STREAMED, UploadProtocol
from services.upload.consumers import build_consumers
from services.upload.errors import ClientGone
from services.upload.inspection import ContentLimits
from services.upload.ports import Clock, FileBus, FileLedger, Limits, PartStore, Scanner, TransferLedger
from services.upload.service import FileService, TransferService
from services.upload.service.acceptance import Acceptance
from services.upload.service.announcing import Announcer
from services.upload.service.buffers import BufferPool
from services.upload.service.concatenation import Concatenation
from services.upload.service.direct import DirectService
from services.upload.service.policy import Policy
from services.upload.service.reconciler import Reconciler
from services.upload.settings import Settings
from services.upload.storage.clamd import Clamd
from services.upload.storage.files import RedisFiles
from services.upload.storage.multipart import S3Parts
from services.upload.storage.objects import WireObjects
from services.upload.storage.signing import Signer
from services.upload.storage.transfers import RedisTransfers
from shared import web
from shared.auth import BusVerifier
from shared.bus import Bus, Consumers
from shared.objects import ObjectStore
from shared.telemetry.health import Check

CLIENT_GONE = 499  # nobody reads it; it is for the log


@dataclass(frozen=True)
class UploadService:
    """The use cases, as the routes find them in `app.state.service`."""

    files: FileService
    uploads: TransferService
    concatenation: Concatenation
    direct: DirectService
    reconciler: Reconciler


@dataclass(frozen=True)
class Adapters:
    """What the use cases work with."""

    files: FileLedger
    transfers: TransferLedger
    store: PartStore
    objects: ObjectStore
    bus: FileBus
    scanner: Scanner | None = None


@dataclass
class Connections:
    """What `/readyz` asks; empty until the lifespan has connected."""

    bus: Bus | None = None
    redis: Redis | None = None
    objects: ObjectStore | None = None
    consumers: Consumers | None = None


def policy_of(settings: Settings) -> Policy:
    return Policy(
        file_bytes=settings.upload_max_file_bytes,
        session=Limits(settings.upload_max_session_bytes, settings.upload_max_open, settings.upload_max_files),
        content=ContentLimits(settings.upload_max_inflated_bytes, settings.upload_max_inflation),
        ttl=timedelta(seconds=settings.upload_ttl),
        idle=settings.upload_idle_timeout,
        parts_in_flight=settings.upload_parts_in_flight,
        orphan_age=timedelta(seconds=settings.upload_orphan_age),
    )


def now() -> datetime:
    return datetime.now(UTC)


def compose(settings: Settings, adapters: Adapters, clock: Clock, random_hex: Callable[[], str]) -> UploadService:
    """The use cases over any adapters."""
    ledger, transfers, store, objects, bus = (
        adapters.files,
        adapters.transfers,
        adapters.store,
        adapters.objects,
        adapters.bus,
    )
    policy, announcer = policy_of(settings), Announcer(bus, objects)
    pool = BufferPool(settings.upload_buffers, settings.upload_part_bytes, settings.upload_small_buffers)
    acceptance = Acceptance(ledger, transfers, store, objects, announcer, policy, clock, adapters.scanner)
    files = FileService(ledger, transfers, store, objects, bus, announcer, clock)
    uploads = TransferService(files, ledger, transfers, store, acceptance, announcer, pool, policy, clock, random_hex)
    return UploadService(
        files=files,
        uploads=uploads,
        concatenation=Concatenation(uploads, files, ledger, transfers, store, objects, pool),
        direct=DirectService(
            uploads,
            files,
            transfers,
            store,
            clock,
            enabled=settings.upload_direct,
            part_bytes=settings.upload_direct_part_bytes,
            expiry=settings.upload_direct_expiry,
        ),
        reconciler=Reconciler(
            uploads,
            files,
            ledger,
            transfers,
            store,
            objects,
            policy,
            clock,
            settings.upload_reconcile_every,
            settings.upload_sweep_every,
        ),
    )


def connect_redis(settings: Settings) -> Redis:
    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        health_check_interval=10,
        socket_connect_timeout=3,
        socket_timeout=10,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 4),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
    )


def part_store(settings: Settings) -> S3Parts:
    signer = Signer(
        settings.s3_endpoint,
        settings.s3_bucket,
        settings.s3_region,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
    )
    return S3Parts(signer, now, settings.upload_store_connections, settings.s3_public_endpoint)


def create_app(settings: Settings) -> FastAPI:
    held = Connections()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        held.bus = await Bus.connect(settings.nats_url, "upload")
        held.redis, parts = connect_redis(settings), part_store(settings)
        held.objects = WireObjects(parts)
        adapters = Adapters(
            RedisFiles(held.redis, settings.upload_rate, settings.upload_burst),
            RedisTransfers(held.redis, settings.upload_ttl),
            parts,
            held.objects,
            held.bus,
            Clamd(settings.upload_clamd) if settings.upload_clamd else None,
        )
        service = compose(settings, adapters, now, lambda: secrets.token_hex(10))
        app.state.verifier, app.state.service = BusVerifier(held.bus), service
        held.consumers = build_consumers(service.files, settings.nats_url)
        await held.consumers.start(held.bus)
        reconciling = asyncio.create_task(service.reconciler.run())
        try:
            yield
        finally:
            reconciling.cancel()
            with suppress(asyncio.CancelledError):
                await reconciling
            await held.consumers.stop()
            parts.close()
            await held.redis.aclose()
            await held.bus.close()

    app = web.build(
        "upload",
        "Takes files in, checks them and keeps them.",
        lifespan,
        checks_of(held),
        larger_bodies=dict.fromkeys(STREAMED, settings.upload_max_file_bytes + FORM_OVERHEAD),
    )
    app.state.public_url = settings.public_url
    app.add_middleware(UploadProtocol, origins=settings.upload_cors_origins.split(","))
    app.add_exception_handler(ClientGone, on_client_gone)
    for router in ROUTERS:
        app.include_router(router)
    return app


def checks_of(held: Connections) -> dict[str, Check]:
    async def bus() -> None:
        assert held.bus and held.consumers, "not connected"
        await held.bus.ping()
        await held.consumers.ping()

    async def state() -> None:
        assert held.redis, "not connected"
        await held.redis.ping()

    async def store() -> None:
        assert held.objects, "not connected"
        await held.objects.ping()

    return {"bus": bus, "state": state, "object_store": store}


async def on_client_gone(_: Request, __: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)
