"""Redis goes away and comes back: callers are told to wait, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.local.programs import program
from shared.auth import BusVerifier
from shared.bus import Bus
from shared.errors import Unavailable
from tests.integration.session.conftest import Start, until

pytestmark = pytest.mark.integration


class Valkey:
    """A server of this test's own, that it may kill."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                program("valkey-server"),
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(self._folder),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--save",
                "",
            ],
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.kill()


async def test_a_restart_loses_no_session_and_while_it_lasts_everybody_is_told_to_wait(
    start: Start, bus: Bus, valkey: Valkey
) -> None:
    running = await start(redis_url=SecretStr(f"redis://127.0.0.1:{valkey.port}/0"))
    opened = await until(lambda: opened_or_none(running))
    async with running.client(opened["token"]) as client:
        valkey.kill()
        away = await client.get("/v1/sessions/current")
        assert (
            away.status_code == 503
            and int(away.headers["retry-after"]) >= 1
            and away.json()["code"] == "sessions_unavailable"
        )
        assert (await client.post("/v1/sessions")).status_code == 503
        assert (await client.get("/readyz")).status_code == 503
        with pytest.raises(Unavailable):
            await BusVerifier(bus).verify(opened["token"])
        valkey.start()
        await until(lambda: answers(client, 200))
        assert (await client.get("/readyz")).status_code == 200
    assert (await BusVerifier(bus).verify(opened["token"])).session_id == opened["session_id"]


async def opened_or_none(running: Any) -> Any:
    async with running.client() as client:
        response = await client.post("/v1/sessions")
    return response.json() if response.status_code == 201 else None


async def answers(client: Any, code: int) -> bool:
    await asyncio.sleep(0.05)
    return bool((await client.get("/v1/sessions/current")).status_code == code)
