"""Messages that no parser takes, on a real server: each is a dead letter, and what comes after it is handled."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from deploy.local.servers import Endpoints
from shared.bus import Bus
from shared.bus.connection import MessageTooLarge
from shared.events import FileDeleted
from tests.integration.bus.conftest import Probe, consume, dead_letter_of

pytestmark = pytest.mark.integration
DEEP = b'{"session_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
JSON = {"content-type": "application/json"}
POISONS: dict[str, tuple[bytes, dict[str, str]]] = {
    "nested 100,000 deep": (DEEP, JSON),
    "nested deeper than can be written again": (b'{"a":' * 230 + b"1" + b"}" * 230, JSON),
    "bytes that are no UTF-8": (b'{"session_id": "\xff\xfe"}', JSON),
    "half of a surrogate pair": (b'{"session_id": "s", "file_id": 1, "note": "\\ud800"}', JSON),
    "a number of 5,000 digits": (b'{"session_id": ' + b"7" * 5000 + b"}", JSON),
    "not JSON, and said to be": (b"\x00\x01\x02", JSON),
    "a content type that does not exist": (b"{}", {"content-type": "\x7f;;;=,"}),
    "almost too large to be published": (json.dumps({"session_id": "s", "blob": "x" * 1_000_000}).encode(), JSON),
    "nothing": (b"", {}),
}


@pytest.mark.parametrize("poison", POISONS)
async def test_poison_is_a_dead_letter_and_the_next_message_is_handled(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str, poison: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        probe.done.set()

    body, headers = POISONS[poison]
    consumers = await consume(provisioned, bus, probe, handler)
    await bus.publish_stored(FileDeleted.subject, body, {**headers, "Nats-Msg-Id": some_id})
    await bus.publish(FileDeleted(session_id="s", file_id=f"{some_id}-good"))
    await asyncio.wait_for(probe.done.wait(), 10)
    letter = await dead_letter_of(bus, probe)
    await consumers.ping()
    await consumers.stop()
    assert probe.handled == [f"{some_id}-good"]
    assert letter["subject"] == FileDeleted.subject
    assert letter["deliveries"] == 1, "none of this would go better another time"


@pytest.mark.parametrize("poison", POISONS)
async def test_poison_whose_worker_always_dies_is_buried_and_so_is_the_next(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str, poison: str
) -> None:
    """The way of the server's advisories: here one such message ended the watch of every service."""
    body, headers = POISONS[poison]
    await bus.publish_stored(FileDeleted.subject, body, {**headers, "Nats-Msg-Id": some_id})
    await bus.publish(FileDeleted(session_id="s", file_id=f"{some_id}-second"))
    pull = await bus.client.jetstream().pull_subscribe_bind(probe.durable.name, probe.durable.stream)
    for _ in range(2 * probe.durable.max_deliver):
        await (await pull.fetch(1, timeout=5))[0].nak()
    with pytest.raises(TimeoutError):
        await pull.fetch(1, timeout=0.5)  # it is this look that lets the server say that the deliveries are used up
    await pull.unsubscribe()

    async def handler(event: FileDeleted) -> None:
        raise AssertionError("not reached: all deliveries are used up")

    consumers = await consume(provisioned, bus, probe, handler)
    found = [await dead_letter_of(bus, probe, nth=nth) for nth in (0, 1)]
    await consumers.ping()
    await consumers.stop()
    assert [letter["deliveries"] for letter in found] == [3, 3]
    assert {"session_id": "s", "file_id": f"{some_id}-second"} in [letter["body"] for letter in found]


ADVISORIES = {
    "nested": b"[" * 100_000,
    "no JSON": b"\xff",
    "nothing of what it should say": b"{}",
    "a stream that does not exist": b'{"stream": "NOWHERE", "consumer": "x", "stream_seq": 1}',
    "a number that is none": b'{"stream": "FILES", "consumer": "x", "stream_seq": "many"}',
}


@pytest.mark.parametrize("advisory", ADVISORIES)
async def test_an_advisory_that_says_nothing_does_not_end_the_burial_of_what_follows(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str, advisory: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        raise AssertionError("not reached: all deliveries are used up")

    subject = f"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.FILES.{some_id}"
    await bus.publish_stored(subject, ADVISORIES[advisory], {})
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))
    pull = await bus.client.jetstream().pull_subscribe_bind(probe.durable.name, probe.durable.stream)
    for _ in range(probe.durable.max_deliver):
        await (await pull.fetch(1, timeout=5))[0].nak()
    with pytest.raises(TimeoutError):
        await pull.fetch(1, timeout=0.5)
    await pull.unsubscribe()
    consumers = await consume(provisioned, bus, probe, handler)
    letter = await dead_letter_of(bus, probe)
    await consumers.ping()
    await consumers.stop()
    assert letter["body"] == {"session_id": "s", "file_id": some_id}


HEADERS = {
    "no colons": b"NATS/1.0\r\nwhat is this\r\n\r\n",
    "no text": b"NATS/1.0\r\nce-id: \xff\xfe\xfa\r\n\r\n",
    "a name of control characters": b"NATS/1.0\r\n\x01\x02: x\r\n\r\n",
    "a trace that is none": b"NATS/1.0\r\ntraceparent: 00-zz-zz-zz\r\nce-id: a\r\n\r\n",
    "none at all": b"NATS/1.0\r\n\r\n",
}


@pytest.mark.parametrize("garbage", HEADERS)
async def test_headers_that_are_garbage_keep_nothing_from_being_handled(
    provisioned: Endpoints, bus: Bus, probe: Probe, some_id: str, garbage: str
) -> None:
    async def handler(event: FileDeleted) -> None:
        probe.handled.append(event.file_id)
        if len(probe.handled) == 2:
            probe.done.set()

    consumers = await consume(provisioned, bus, probe, handler)
    body = FileDeleted(session_id="s", file_id=some_id).model_dump_json().encode()
    await publish_raw(provisioned.nats_url, FileDeleted.subject, HEADERS[garbage], body)
    await bus.publish(FileDeleted(session_id="s", file_id=f"{some_id}-good"))
    await asyncio.wait_for(probe.done.wait(), 10)
    await consumers.stop()
    assert sorted(probe.handled) == [some_id, f"{some_id}-good"]


async def test_what_the_bus_does_not_take_is_refused_at_once_and_the_connection_stays(bus: Bus, some_id: str) -> None:
    """With its headers a message may be too large where the body alone is not: the server then hangs up."""
    for size in (bus.client.max_payload - 20, bus.client.max_payload + 1):
        with pytest.raises(MessageTooLarge) as refused:
            await bus.publish_stored(FileDeleted.subject, b"x" * size, {"Nats-Msg-Id": some_id})
        assert not refused.value.retryable
    await bus.publish(FileDeleted(session_id="s", file_id=some_id))


async def publish_raw(url: str, subject: str, headers: bytes, body: bytes) -> None:
    """The client library writes no such headers; a stranger's may."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    await reader.readline()
    said = {"verbose": False, "headers": True, "user": address.username, "pass": address.password}
    writer.write(b"CONNECT %s\r\n" % json.dumps(said).encode())
    writer.write(b"HPUB %s %d %d\r\n" % (subject.encode(), len(headers), len(headers) + len(body)))
    writer.write(headers + body + b"\r\nPING\r\n")
    await writer.drain()
    assert b"PONG" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
