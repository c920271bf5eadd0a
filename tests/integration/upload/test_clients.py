"""Real clients upload 200 MB while their connection breaks and the service is killed; not a byte is lost or changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import aiotus
import pytest
from tusclient.client import TusClient

from tests.integration.upload.conftest import REPOSITORY, Service
from tests.integration.upload.cutting import Tunnel
from tests.integration.upload.draft_client import DraftClient

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
MB = 1_000_000
NODE = REPOSITORY / "tests" / "node"
Client = Callable[[str, str, Path], Awaitable[str]]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """200 MB of CSV, of which no two megabytes are alike, and its digest."""
    path, digest = tmp_path_factory.mktemp("large") / "large.csv", hashlib.sha256()
    with path.open("wb") as out:
        number = 0
        while out.tell() < 200 * MB:
            block = b"".join(b"%d,%064x\n" % (i, i * 0x9E3779B97F4A7C15) for i in range(number, number + 50_000))
            number += 50_000
            digest.update(block)
            out.write(block)
    return path, digest.hexdigest()


async def with_tuspy(endpoint: str, token: str, path: Path) -> str:
    def upload() -> str:
        client = TusClient(endpoint, headers={"Authorization": f"Bearer {token}"})
        uploader = client.uploader(
            str(path), chunk_size=16 * MB, metadata={"filename": path.name}, retries=60, retry_delay=0.5
        )
        uploader.upload()
        return str(uploader.url)

    return await asyncio.to_thread(upload)


async def with_aiotus(endpoint: str, token: str, path: Path) -> str:
    config = aiotus.RetryConfiguration(retry_attempts=60, max_retry_period_seconds=1)
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session:
        with path.open("rb") as file:
            url = await aiotus.upload(
                endpoint,
                file,
                {"filename": path.name.encode()},
                client_session=session,
                config=config,
                headers=headers,
                chunksize=16 * MB,
            )
    assert url is not None
    return str(url)


async def with_tus_js(endpoint: str, token: str, path: Path, parallel: int = 1) -> str:
    if not (NODE / "node_modules").is_dir():
        pytest.fail("run `python -m tests.setup` to get tus-js-client")
    process = await asyncio.create_subprocess_exec(
        "node",
        str(NODE / "upload.mjs"),
        endpoint,
        token,
        str(path),
        str(parallel),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-2000:]
    return out.decode().strip()


async def with_tus_js_in_parallel(endpoint: str, token: str, path: Path) -> str:
    return await with_tus_js(endpoint, token, path, parallel=3)


async def with_the_ietf_draft(endpoint: str, token: str, path: Path) -> str:
    client = DraftClient(endpoint, token, path)
    url = await client.upload()
    assert [(answer.status, answer.headers["upload-draft-interop-version"]) for answer in client.interims] == [
        (104, "8")
    ]
    return url


@pytest.mark.parametrize("client", [with_tuspy, with_aiotus, with_tus_js, with_tus_js_in_parallel, with_the_ietf_draft])
async def test_client_completes_through_a_broken_connection_and_a_killed_service(
    service: Service, token: str, large: tuple[Path, str], client: Client
) -> None:
    path, digest = large

    async def kill_at_the_second_cut() -> None:
        if tunnel.cuts_made == 2:
            await service.kill()
            await service.start()

    async with Tunnel(service.port, [60 * MB, 130 * MB], kill_at_the_second_cut).running() as tunnel:
        url = await client(f"http://127.0.0.1:{tunnel.port}/v1/uploads", token, path)
        assert tunnel.cuts_made == 2
    async with service.client(token) as http:
        shown = (await http.get(f"/v1/files/{url.rsplit('/', 1)[1]}")).json()
        received = hashlib.sha256()
        async with http.stream("GET", f"/v1/files/{shown['file_id']}/content") as answer:
            async for piece in answer.aiter_bytes():
                received.update(piece)
    assert (shown["state"], shown["sha256"], shown["filename"]) == ("received", digest, "large.csv")
    assert received.hexdigest() == digest
