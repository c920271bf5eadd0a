"""The one connection that publishes: events with acknowledgement, progress without, requests with an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import nats
import structlog
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from shared.bus.bodies import json_object
from shared.bus.delivery import current_delivery
from shared.bus.envelope import headers_of
from shared.errors import AppError, Unavailable
from shared.events import Event
from shared.telemetry import metrics

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

ATTEMPTS = 4
PAUSE = 0.25  # seconds before publishing again, doubled each time
ACK_TIMEOUT = 5.0
HEADER_FRAME = 12  # bytes around the headers; the client library counts none of them, and the server then hangs up
log = structlog.get_logger(__name__)


class BusUnavailable(Unavailable):
    """The message bus did not acknowledge; nothing was promised."""

    code = "bus_unavailable"


class MessageTooLarge(AppError):
    """More than the bus takes in one message. Trying again would not help: events carry keys, and lists have bounds."""

    code, title = "message_too_large", "The message is larger than the bus takes"


class EventBus(Protocol):
    """What use cases need of the bus."""

    async def publish(self, event: Event) -> None:
        """Returns when the event is stored; raises `BusUnavailable` when it is not known to be."""
        ...

    async def progress(self, session_id: str, kind: str, thing_id: str, facts: dict[str, Any]) -> None:
        """Tell whoever listens right now; may be lost."""
        ...


class Bus:
    """An `EventBus` over NATS JetStream."""

    def __init__(self, client: Client, source: str) -> None:
        self.client = client
        self._source = source
        self._stream: JetStreamContext = client.jetstream(timeout=ACK_TIMEOUT)

    @classmethod
    async def connect(cls, url: str, source: str) -> Bus:
        """Connect and stay connected: the client reconnects by itself for as long as the service runs."""
        return cls(await nats.connect(url.split(","), **connection_options(source)), source)

    async def publish(self, event: Event) -> None:
        delivery = current_delivery()
        headers = headers_of(
            event, source=self._source, time=datetime.now(UTC), cause=delivery.event_id if delivery else None
        )
        await self.publish_stored(event.subject, event.model_dump_json().encode(), headers)
        metrics.EVENTS_PUBLISHED.labels(subject=event.subject).inc()

    async def publish_stored(self, subject: str, payload: bytes, headers: dict[str, str]) -> None:
        """Publish until it is stored; `Nats-Msg-Id` makes the retries harmless. Raises `MessageTooLarge`, `BusUnavailable`."""
        size = len(payload) + sum(len(name) + len(value.encode()) + 4 for name, value in headers.items())
        if size > self.client.max_payload - HEADER_FRAME:
            raise MessageTooLarge(
                f"A message for {subject} has {size:,} bytes; the bus takes {self.client.max_payload:,}."
            )
        for attempt in range(ATTEMPTS):
            try:
                await self._stream.publish(subject, payload, headers=headers)
                return
            except (NatsError, JetStreamError, OSError, TimeoutError) as error:
                log.warning("publish_failed", subject=subject, attempt=attempt + 1, error=type(error).__name__)
                if attempt + 1 == ATTEMPTS:
                    raise BusUnavailable("The message bus did not answer.", hint="Try again in a moment.") from error
                await asyncio.sleep(PAUSE * 2**attempt)

    async def progress(self, session_id: str, kind: str, thing_id: str, facts: dict[str, Any]) -> None:
        payload = json.dumps(facts).encode()
        if not self.client.is_connected:
            return
        if len(payload) > self.client.max_payload:
            log.warning("progress_too_large", kind=kind, size=len(payload))
            return
        await self.client.publish(progress_subject(session_id, kind, thing_id), payload)

    @asynccontextmanager
    async def listen(self, subject: str) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, Any]]]]:
        """Core subscription for the duration of the block: yields (subject, facts); slow readers lose the oldest."""
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(maxsize=1000)

        async def receive(message: Msg) -> None:
            facts = json_object(message.data)
            if facts is None:
                log.warning("progress_not_understood", subject=message.subject)
                return
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((message.subject, facts))

        subscription = await self.client.subscribe(subject, cb=receive)
        # The server must know of the subscription before the caller reads the state that it then follows.
        await self.client.flush()
        try:
            yield Hints(queue)
        finally:
            if not self.client.is_closed:
                await subscription.unsubscribe()

    async def request(self, subject: str, payload: bytes, timeout: float = 2.0) -> bytes:
        """Ask whoever serves `subject`; raises `BusUnavailable` when nobody answers in `timeout` seconds."""
        try:
            return bytes((await self.client.request(subject, payload, timeout=timeout)).data)
        except (NatsError, OSError, TimeoutError) as error:
            raise BusUnavailable(f"Nobody answers on {subject}.", hint="Try again in a moment.") from error

    async def serve(self, subject: str, queue: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Answer requests on `subject`, shared with the other copies of the service in `queue`; one does not wait for another."""
        answering: set[asyncio.Task[None]] = set()

        async def respond(message: Msg) -> None:
            try:
                await message.respond(await answer(message.data))
            except Exception as error:
                log.error(
                    "request_not_answered", subject=subject, error=f"{type(error).__name__}: {error}", exc_info=error
                )

        async def begin(message: Msg) -> None:
            task = asyncio.create_task(respond(message))
            answering.add(task)
            task.add_done_callback(answering.discard)

        await self.client.subscribe(subject, queue=queue, cb=begin)

    async def ping(self) -> None:
        if not self.client.is_connected:
            raise BusUnavailable("The message bus is not connected.")
        await self.client.flush(timeout=2)

    async def close(self) -> None:
        if not self.client.is_closed:
            await self.client.drain()


class Hints:
    """What a subscription receives, endlessly. Giving up on one wait (a timeout) does not end the iteration."""

    def __init__(self, queue: asyncio.Queue[tuple[str, dict[str, Any]]]) -> None:
        self._queue = queue

    def __aiter__(self) -> Hints:
        return self

    async def __anext__(self) -> tuple[str, dict[str, Any]]:
        return await self._queue.get()


def progress_subject(session_id: str, kind: str, thing_id: str) -> str:
    """`progress.<session>.<kind>.<id>`; the parts are generated ids and hold no dots."""
    return f"progress.{session_id}.{kind}.{thing_id}"


def connection_options(source: str) -> dict[str, Any]:
    """Options of every NATS connection of the house: reconnect forever, quickly, and say so in the log."""

    async def on_error(error: Exception) -> None:
        log.warning("bus_error", service=source, error=f"{type(error).__name__}: {error}")

    return {
        "name": source,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.25,
        "connect_timeout": 5,
        "ping_interval": 10,
        "drain_timeout": 3,
        "error_cb": on_error,
    }
