"""Servers for the tests: the embedded ones from wheels, or containers when `TEST_SERVERS=containers` and an engine answers."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import nats
import pytest

from deploy.local.servers import Endpoints, embedded_servers
from shared.bus import Bus
from shared.bus.connection import connection_options
from shared.bus.provision import ProvisionSettings, provision

# A gate gives the same answer to the same code, on a busy machine too: examples are drawn from the test itself, and no clock fails them.
# `make search` draws new ones.
UNHURRIED: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("gate", derandomize=True, database=None, **UNHURRIED)
hypothesis.settings.register_profile("search", print_blob=True, **UNHURRIED)
hypothesis.settings.load_profile("gate")


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """One set of servers for all tests: whoever uses it brings ids of its own."""
    if os.environ.get("TEST_SERVERS") == "containers":
        from tests.containers import container_servers, engine_answers

        if engine_answers():
            with container_servers() as found:
                yield found
            return
        print("TEST_SERVERS=containers, but no container engine answers: using the embedded servers", file=sys.stderr)
    with embedded_servers(tmp_path_factory.mktemp("servers")) as found:
        yield found


@pytest.fixture(scope="session")
async def provisioned(endpoints: Endpoints) -> Endpoints:
    """The servers, with streams and consumers on the bus."""
    client = await nats.connect(endpoints.nats_url, **connection_options("tests"))
    await provision(client.jetstream(), ProvisionSettings(nats_url=endpoints.nats_url, stream_max_bytes=64 << 20))
    await client.close()
    return endpoints


@pytest.fixture
async def bus(provisioned: Endpoints) -> AsyncIterator[Bus]:
    connected = await Bus.connect(provisioned.nats_url, "tests")
    yield connected
    await connected.close()


@pytest.fixture
def some_id() -> str:
    """An id that no other test has."""
    return secrets.token_hex(8)


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[1]
