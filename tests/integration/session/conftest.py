"""A session service over real servers, in its own Redis database and bucket, with stand-ins for the services that forget."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from minio import Minio
from pydantic import SecretStr
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.session.app import create_app
from services.session.settings import Settings
from services.session.storage.announcements import FORGETTERS
from shared.bus import Bus

DATABASE = 7


@dataclass(frozen=True)
class Running:
    """One copy of the service, listening."""

    url: str
    app: Any

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20)

    async def opened(self) -> dict[str, Any]:
        async with self.client() as client:
            response = await client.post("/v1/sessions")
        assert response.status_code == 201, response.text
        body: dict[str, Any] = response.json()
        return body


Start = Callable[..., Awaitable[Running]]


@pytest.fixture(scope="module")
def settings(provisioned: Endpoints) -> Settings:
    bucket = f"session-{secrets.token_hex(4)}"
    host = provisioned.s3_endpoint.split("://", 1)[1]
    Minio(host, provisioned.s3_access_key, provisioned.s3_secret_key, secure=False).make_bucket(bucket)
    return Settings(
        nats_url=provisioned.nats_url,
        redis_url=SecretStr(f"{provisioned.redis_url.rsplit('/', 1)[0]}/{DATABASE}"),
        s3_endpoint=provisioned.s3_endpoint,
        s3_access_key=SecretStr(provisioned.s3_access_key),
        s3_secret_key=SecretStr(provisioned.s3_secret_key),
        s3_bucket=bucket,
        session_sweep_seconds=0.2,
        session_linger_seconds=0.2,
        event_heartbeat_seconds=0.5,
    )


@pytest.fixture(scope="module")
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    client = Redis.from_url(settings.redis_url.get_secret_value(), decode_responses=True)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def start(settings: Settings, redis: Redis) -> AsyncIterator[Start]:
    """Start copies of the service, with settings changed by keyword."""
    async with AsyncExitStack() as stack:

        async def starting(**changes: Any) -> Running:
            return await stack.enter_async_context(listening(settings.model_copy(update=changes)))

        yield starting


@pytest.fixture
async def running(start: Start) -> Running:
    return await start()


@pytest.fixture
async def forgetful(provisioned: Endpoints, bus: Bus) -> AsyncIterator[None]:
    """The other services, as far as they acknowledge that sessions ended."""
    stream = bus.client.jetstream()

    async def acknowledge(durable: str) -> None:
        pull = await stream.pull_subscribe_bind(durable, "SESSIONS")
        while True:
            with suppress(TimeoutError):
                for message in await pull.fetch(1, timeout=5):
                    await message.ack()

    tasks = [asyncio.create_task(acknowledge(durable.name)) for durable in FORGETTERS]
    yield
    left = set(tasks)
    while left:  # the client can lose a cancellation
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.2)


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Running]:
    app = create_app(settings)
    async with serving(app) as url:
        yield Running(url, app)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 30.0) -> Any:
    """The first true outcome of `condition`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (outcome := await condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.02)
    return outcome
