"""A durable of its own for each test, with a handler that the test gives, and the dead letters of that durable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import structlog
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from deploy.local.servers import Endpoints
from shared.bus import Bus, Consumers, topology
from shared.bus.provision import consumer_config
from shared.events import FileDeleted

Handler = Callable[[FileDeleted], Awaitable[None]]


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """As services write them. Structlog's default for terminals draws every frame's variables: 40 s for one RecursionError."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.dev.set_exc_info, renderer])


class Probe:
    """A durable of its own, a handler that follows a script, and a record of what happened."""

    def __init__(self, name: str) -> None:
        self.durable = topology.Durable(name, FileDeleted.subject, workers=1, ack_wait=2.0, retry_delays=(0.1, 0.2))
        self.handled: list[str] = []
        self.done = asyncio.Event()


@pytest.fixture
async def probe(
    provisioned: Endpoints, bus: Bus, some_id: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Probe]:
    found = Probe(f"upload-probe-{some_id}")
    monkeypatch.setitem(topology.DURABLES, found.durable.name, found.durable)
    config = consumer_config(found.durable)
    config.deliver_policy = DeliverPolicy.NEW
    await bus.client.jetstream().add_consumer(found.durable.stream, config)
    yield found
    await bus.client.jsm().delete_consumer(found.durable.stream, found.durable.name)


async def consume(endpoints: Endpoints, bus: Bus, probe: Probe, handler: Handler) -> Consumers:
    consumers = Consumers("upload", endpoints.nats_url)
    consumers.on(probe.durable.name)(handler)
    await consumers.start(bus)
    return consumers


async def dead_letter_of(bus: Bus, probe: Probe, within: float = 20.0, *, nth: int = 0) -> dict[str, object]:
    pull = await bus.client.jetstream().pull_subscribe(
        f"dlq.{probe.durable.name}", stream="DLQ", config=ConsumerConfig(ack_policy=AckPolicy.NONE)
    )
    message = [(await pull.fetch(1, timeout=within))[0] for _ in range(nth + 1)][-1]
    await pull.unsubscribe()
    letter: dict[str, object] = json.loads(message.data)
    return letter
