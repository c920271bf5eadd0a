"""The upload service as its own process on real servers, with a verifier that takes every session's id for its token."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from obstore.store import S3Store

from deploy.local.servers import REGION, Endpoints
from services.upload.storage.multipart import S3Parts
from services.upload.storage.signing import Signer
from shared import rpc
from shared.auth import hash_token
from shared.bus import Bus
from shared.errors import Unauthorized
from shared.objects import S3ObjectStore
from shared.rpc import VERIFY_TOKEN, TokenRequest, VerifiedToken

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass
class Service:
    """One copy of the service. It can be killed at any moment and started again on the same port."""

    port: int
    env: dict[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.upload",
                env=self.env | {"ASKFRAME_PORT": str(self.port)},
                cwd=REPOSITORY,
                stdout=out,
                stderr=out,
            )
        async with asyncio.timeout(30), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert self.process.returncode is None, self.log.read_text()[-2000:]
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    def client(self, token: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def parts(endpoints: Endpoints) -> AsyncIterator[S3Parts]:
    signer = Signer(
        endpoints.s3_endpoint, endpoints.s3_bucket, REGION, endpoints.s3_access_key, endpoints.s3_secret_key
    )
    store = S3Parts(signer, now, 4)
    yield store
    store.close()


@pytest.fixture
def objects(endpoints: Endpoints) -> S3ObjectStore:
    return S3ObjectStore(
        S3Store(
            endpoints.s3_bucket,
            endpoint=endpoints.s3_endpoint,
            region=REGION,
            access_key_id=endpoints.s3_access_key,
            secret_access_key=endpoints.s3_secret_key,
            virtual_hosted_style_request=False,
            client_options={"allow_http": True},
        )
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
async def tokens(provisioned: Endpoints) -> AsyncIterator[dict[str, str]]:
    """Session ids by the hash of their token; who is in here is verified."""
    known: dict[str, str] = {}
    bus = await Bus.connect(provisioned.nats_url, "test-sessions")

    async def verify(request: TokenRequest) -> VerifiedToken:
        session_id = known.get(request.token_sha256)
        if session_id is None:
            raise Unauthorized("The session token is unknown.")
        return VerifiedToken(session_id=session_id, expires_at=datetime.now(UTC) + timedelta(hours=1))

    await rpc.serve(bus, VERIFY_TOKEN, verify)
    yield known
    await bus.close()


@pytest.fixture
def token(tokens: dict[str, str]) -> str:
    """The token of a session that no other test has; it is the session's id, too."""
    session_id = f"s_{secrets.token_hex(10)}"
    tokens[hash_token(session_id)] = session_id
    return session_id


@pytest.fixture(scope="module")
async def service(
    provisioned: Endpoints, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "ASKFRAME_UPLOAD_RECONCILE_EVERY": "0.5",
        **provisioned.environment(),
    }
    running = Service(free_port(), env, tmp_path_factory.mktemp("upload") / "service.log")
    await running.start()
    yield running
    await running.kill()
