"""The bus's streams, read from any point, in order and without a gap, through consumers that leave nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import Error as JetStreamError

from services.session.ports import StoredEvent
from shared.bus import Bus, BusUnavailable
from shared.bus.bodies import json_object

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription

BEAT = 5.0  # seconds between signs of life of an idle consumer
TROUBLE = (NatsError, JetStreamError, OSError, TimeoutError)
log = structlog.get_logger(__name__)


class StreamBroken(BusUnavailable):
    """The consumer went away or a message is missing; reading goes on from where it was."""

    code = "event_stream_broken"


class JetStreamLog:
    """An `EventLog`. Each reading is an unacknowledged push consumer with heartbeats, held by this connection alone."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def last(self, stream: str) -> int:
        return (await self._bounds(stream))[1]

    async def first(self, stream: str) -> int:
        return (await self._bounds(stream))[0]

    async def read(self, stream: str, after: int, up_to: int | None = None) -> AsyncIterator[StoredEvent]:
        """Raises `BusUnavailable` when the bus goes away; who wants more asks again from the last sequence it has seen."""
        if up_to is not None and up_to <= after:
            return
        try:
            async with self._consumer(stream, after) as messages:
                expected = 1
                while True:
                    message = await messages.next_msg(timeout=2.5 * BEAT)
                    if await self._is_status(message):
                        if up_to is not None and not message.reply:
                            return  # a heartbeat: nothing that is asked for is left
                        continue
                    if message.metadata.sequence.consumer != expected:
                        raise StreamBroken(f"A message of {stream} is missing.")
                    expected += 1
                    event = _stored(stream, message)
                    yield event
                    if up_to is not None and (event.sequence >= up_to or not message.metadata.num_pending):
                        return
        except TROUBLE as error:
            raise StreamBroken(f"Reading {stream} was interrupted.") from error

    async def _bounds(self, stream: str) -> tuple[int, int]:
        try:
            state = (await self._bus.client.jsm().stream_info(stream)).state
        except TROUBLE as error:
            raise BusUnavailable("The message bus did not answer.") from error
        return int(state.first_seq), int(state.last_seq)

    @asynccontextmanager
    async def _consumer(self, stream: str, after: int) -> AsyncIterator[Subscription]:
        client = self._bus.client
        inbox = client.new_inbox()
        subscription = await client.subscribe(inbox)
        try:
            await client.jsm().add_consumer(
                stream,
                ConsumerConfig(
                    deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                    opt_start_seq=after + 1,
                    ack_policy=AckPolicy.NONE,
                    deliver_subject=inbox,
                    idle_heartbeat=BEAT,
                    flow_control=True,
                    inactive_threshold=3 * BEAT,
                    mem_storage=True,
                    max_deliver=1,
                    num_replicas=1,
                ),
            )
            yield subscription
        finally:
            if not client.is_closed:
                await subscription.unsubscribe()

    async def _is_status(self, message: Msg) -> bool:
        """Heartbeats and flow control are no events; flow control wants an answer."""
        headers = message.headers or {}
        if "Status" not in headers:
            return False
        if message.reply:
            await self._bus.client.publish(message.reply)
        elif stalled := headers.get("Nats-Consumer-Stalled"):
            await self._bus.client.publish(stalled)
        return True


def _stored(stream: str, message: Msg) -> StoredEvent:
    metadata = message.metadata
    return StoredEvent(
        stream, metadata.sequence.stream, message.subject, metadata.timestamp.timestamp(), _body(message.data)
    )


def _body(data: bytes) -> dict[str, Any]:
    """Streams may hold what somebody published by hand; what is no JSON object of a session reaches nobody."""
    body = json_object(data) or {}
    return body if isinstance(body.get("session_id"), str) else {}
