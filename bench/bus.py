"""Hops of an event: Askframe's bus (FastStream, envelope, delivery policy) beside raw nats-py on the same JetStream server.

A hop is publish → stored → delivered to a durable pull consumer in the same process → its handler publishes the next one.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

from bench.report import Result, printed
from deploy.local.servers import embedded_servers
from shared.bus import Bus, Consumers, topology
from shared.bus.connection import connection_options
from shared.bus.provision import ProvisionSettings, consumer_config, provision
from shared.events import (
    Event,
    FileDeleted,
    FileRejected,
    LlmConversationDeleted,
    QueryFailed,
    TableDeleted,
    TableParsingStarted,
)

EVENTS: tuple[type[Event], ...] = (
    FileDeleted,
    FileRejected,
    TableDeleted,
    TableParsingStarted,
    LlmConversationDeleted,
    QueryFailed,
)
HOPS = len(EVENTS)
ROUNDS = 40


class RawChain:
    """Six hops with nothing but nats-py: fetch, publish, ack."""

    def __init__(self, client: nats.NATS) -> None:
        self._client = client
        self._js = client.jetstream()
        self._tag = secrets.token_hex(4)
        self._done: dict[bytes, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._js.add_stream(name=f"RAW{self._tag}", subjects=[f"raw{self._tag}.>"])
        for hop in range(HOPS):
            sub = await self._js.pull_subscribe(
                f"raw{self._tag}.{hop}", durable=f"raw{self._tag}-{hop}", stream=f"RAW{self._tag}"
            )
            self._tasks.append(asyncio.create_task(self._serve(sub, hop)))

    async def _serve(self, sub: object, hop: int) -> None:
        while True:
            try:
                message = (await sub.fetch(1, timeout=5))[0]  # type: ignore[attr-defined]
            except TimeoutError:
                continue
            if hop + 1 < HOPS:
                await self._js.publish(f"raw{self._tag}.{hop + 1}", message.data)
            else:
                self._done[message.data].set()
            await message.ack()

    async def chain(self) -> float:
        key = secrets.token_hex(8).encode()
        self._done[key] = asyncio.Event()
        started = time.perf_counter()
        await self._js.publish(f"raw{self._tag}.0", key)
        await self._done[key].wait()
        return (time.perf_counter() - started) / HOPS

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()


class AskframeChain:
    """Six hops with the whole bus: pydantic events, CloudEvents headers, traces, metrics, the delivery policy."""

    def __init__(self, bus: Bus, url: str) -> None:
        self._bus = bus
        self._consumers = Consumers("upload", url)
        self._done: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        for hop, event in enumerate(EVENTS):
            durable = topology.Durable(f"upload-bench-{hop}", event.subject, workers=1)
            topology.DURABLES[durable.name] = durable
            config: ConsumerConfig = consumer_config(durable)
            config.deliver_policy = DeliverPolicy.NEW
            await self._bus.client.jetstream().add_consumer(durable.stream, config)
            self._consumers.on(durable.name)(self._handler(hop, event))
        await self._consumers.start(self._bus)

    def _handler(self, hop: int, kind: type[Event]) -> Callable[[Event], Awaitable[None]]:
        async def on_event(event: Event) -> None:
            if hop + 1 < HOPS:
                await self._publish(hop + 1, event.session_id)
            else:
                self._done[event.session_id].set()

        on_event.__annotations__["event"] = kind
        return on_event

    async def _publish(self, hop: int, key: str) -> None:
        await self._bus.publish(
            EVENTS[hop](
                **dict.fromkeys(("session_id", "file_id", "table_id", "conversation_id", "query_id"), key),
                filename="f",
                code="c",
                reason="r",
            )
        )

    async def chain(self) -> float:
        key = secrets.token_hex(8)
        self._done[key] = asyncio.Event()
        started = time.perf_counter()
        await self._publish(0, key)
        await self._done[key].wait()
        return (time.perf_counter() - started) / HOPS

    async def stop(self) -> None:
        await self._consumers.stop()


async def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, embedded_servers(Path(folder)) as endpoints:
        client = await nats.connect(endpoints.nats_url, **connection_options("bench"))
        await provision(client.jetstream(), ProvisionSettings(nats_url=endpoints.nats_url))
        bus = await Bus.connect(endpoints.nats_url, "bench")
        raw, ours = RawChain(client), AskframeChain(bus, endpoints.nats_url)
        await raw.start()
        await ours.start()
        for _ in range(5):
            await raw.chain()
            await ours.chain()
        pairs = [(await raw.chain(), await ours.chain()) for _ in range(ROUNDS)]
        await raw.stop()
        await ours.stop()
        await bus.close()
        await client.close()
    theirs, mine = ([pair[i] * 1000 for pair in pairs] for i in (0, 1))
    return [Result("event hop, p50", statistics.median(mine), statistics.median(theirs), "ms", "raw nats-py", goal=2.5)]


def main() -> list[Result]:
    return printed(asyncio.run(measure()))


if __name__ == "__main__":
    main()
