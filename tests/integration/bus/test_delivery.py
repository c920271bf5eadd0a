"""What happens to a message around its handler, on a real server: fakes do not redeliver."""

from __future__ import annotations

import asyncio

import pytest

from deploy.local.servers import Endpoints
from shared.bus import Bus
from shared.errors import InvalidRequest, Unavailable
from shared.events import FileDeleted
from tests.integration.bus.conftest import Probe, consume, dead_letter_of

pytestmark = pytest.mark.integration


async def test_success_is_acknowledged_once(provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    await asyncio.wait_for(probe.done.wait(), 5)
    await consumers.stop()
    info = await bus.client.jsm().consumer_info(probe.durable.stream, probe.durable.name)
    assert probe.handled == [some_id]
    assert info.num_ack_pending == 0


async def test_duplicate_publish_is_handled_once(provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        if event.file_id.endswith("last"):
            probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    for _ in range(3):
        await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    await bus.publish(FileDeleted(session_id="s", file_id=f"{some_id}-last"))
    await asyncio.wait_for(probe.done.wait(), 5)
    await consumers.stop()
    assert probe.handled == [some_id, f"{some_id}-last"]


async def test_retryable_error_is_redelivered_after_a_delay_until_it_succeeds(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    times: list[float] = []

    async def handler(event: FileDeleted) -> None:
        times.append(asyncio.get_running_loop().time())
        if len(times) < 3:
            raise Unavailable("not now")
        probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    await asyncio.wait_for(probe.done.wait(), 10)
    await consumers.stop()
    assert times[1] - times[0] >= 0.09
    assert times[2] - times[1] >= 0.19


async def test_permanent_error_is_dead_lettered_at_once_with_its_reason(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        raise InvalidRequest("this will never work")

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    letter = await dead_letter_of(bus, probe)
    await consumers.stop()
    assert probe.handled == [some_id]
    assert letter["subject"] == FileDeleted.subject
    assert letter["deliveries"] == 1
    assert "this will never work" in str(letter["reason"])
    assert letter["body"] == {"session_id": "s", "file_id": some_id}


async def test_exhausted_retries_are_dead_lettered_with_the_delivery_count(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        raise Unavailable("still not")

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    letter = await dead_letter_of(bus, probe)
    await consumers.stop()
    assert probe.handled == [some_id] * 3
    assert letter["deliveries"] == 3


async def test_invalid_payload_never_reaches_the_handler(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish_stored(
        FileDeleted.subject, b'{"wrong": true}', {"Nats-Msg-Id": some_id, "content-type": "application/json"}
    )
    letter = await dead_letter_of(bus, probe)
    await consumers.stop()
    assert probe.handled == []
    assert letter["body"] == {"wrong": True}


async def test_poison_does_not_block_its_neighbours(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        if event.file_id == some_id:
            raise Unavailable("poison")
        probe.handled.append(event.file_id)
        probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    await bus.publish(FileDeleted(session_id="s", file_id=f"{some_id}-good"))
    await asyncio.wait_for(probe.done.wait(), 5)
    await consumers.stop()
    assert probe.handled == [f"{some_id}-good"]


async def test_long_work_is_not_delivered_twice(provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        await asyncio.sleep(5)  # longer than ack_wait: heartbeats must cover it
        probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    await asyncio.wait_for(probe.done.wait(), 10)
    await asyncio.sleep(0.5)
    await consumers.stop()
    assert probe.handled == [some_id]


async def test_message_whose_worker_always_dies_is_buried_from_the_servers_advisory(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str
) -> None:
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    pull = await bus.client.jetstream().pull_subscribe_bind(probe.durable.name, probe.durable.stream)

    async def handler(event: FileDeleted) -> None:
        raise AssertionError("not reached: all deliveries are used up")

    for _ in range(probe.durable.max_deliver):
        await (await pull.fetch(1, timeout=5))[0].nak()
    consumers = await consume(provisioned, bus, probe, handler)
    with pytest.raises(TimeoutError):
        await pull.fetch(1, timeout=1)
    letter = await dead_letter_of(bus, probe)
    await consumers.stop()
    assert letter["body"] == {"session_id": "s", "file_id": some_id}
    assert letter["deliveries"] == 3
