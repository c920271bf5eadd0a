"""Dead letters: published by the handler's own service, or, when its process died each time, from the server's advisories."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from nats.js.errors import NotFoundError
from pydantic_core import from_json

from shared.bus.connection import Bus
from shared.bus.delivery import body_of, sentence_of
from shared.bus.envelope import MESSAGE_ID
from shared.bus.supervision import Supervised
from shared.bus.topology import ADVISORIES, BURIAL
from shared.errors import Unavailable
from shared.events import DeadLetter
from shared.telemetry import metrics

if TYPE_CHECKING:
    from nats.aio.msg import Msg

RETRY = 5.0  # seconds before an advisory that could not be handled now is delivered again
FETCH = 10.0  # seconds that one look for advisories waits
PASSING = (NatsError, JetStreamError, OSError, TimeoutError, Unavailable)
log = structlog.get_logger(__name__)


class Burial:
    """Writes dead letters. Every service runs one; they share the advisories' consumer.

    It is the last resort of every message, so nothing that a message or an advisory holds may end it: an advisory that can
    not be understood is logged, counted and given up, and whatever else goes wrong, the watch begins again.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._watch = Supervised("bus-burial", self._read_advisories)

    async def bury(self, letter: DeadLetter) -> None:
        """Store a dead letter on `dlq.<durable>`; the id makes it one, however often it is buried."""
        headers = {
            MESSAGE_ID: f"dlq:{letter.stream}:{letter.stream_sequence}:{letter.durable}",
            "content-type": "application/json",
        }
        await self._bus.publish_stored(f"dlq.{letter.durable}", letter.model_dump_json().encode(), headers)
        metrics.DEAD_LETTERS.labels(durable=letter.durable).inc()

    def start(self) -> None:
        self._watch.start()

    async def stop(self) -> None:
        await self._watch.stop()

    async def ping(self) -> None:
        await self._watch.ping()

    async def _read_advisories(self) -> None:
        stream = self._bus.client.jetstream()
        pull = await stream.pull_subscribe_bind(BURIAL, ADVISORIES)
        try:
            while True:
                with suppress(TimeoutError):
                    for message in await pull.fetch(1, timeout=FETCH):
                        await self._settle(message)
                self._watch.went_well()
        finally:
            with suppress(NatsError):
                await pull.unsubscribe()

    async def _settle(self, advisory: Msg) -> None:
        try:
            await self._bury_exhausted(advisory)
        except PASSING as error:
            log.warning("advisory_will_be_retried", error=sentence_of(error))
            await advisory.nak(delay=RETRY)
            return
        except Exception as error:
            metrics.DEAD_LETTERS_LOST.inc()
            log.error("advisory_not_understood", subject=advisory.subject, error=sentence_of(error), exc_info=error)
        await advisory.ack()

    async def _bury_exhausted(self, advisory: Msg) -> None:
        facts: dict[str, Any] = from_json(advisory.data)
        stream, durable = str(facts["stream"]), str(facts["consumer"])
        try:
            stored = await self._bus.client.jsm().get_msg(stream, int(facts["stream_seq"]))
        except NotFoundError:
            return
        reason = facts.get("reason") or f"No worker finished this in {facts.get('deliveries', '?')} deliveries."
        log.error("delivery_exhausted", durable=durable, stream=stream, sequence=facts["stream_seq"])
        await self.bury(
            DeadLetter(
                durable=durable,
                subject=stored.subject or "",
                reason=str(reason),
                error=str(facts.get("type", "")).rsplit(".", 1)[-1],
                deliveries=max(1, int(facts.get("deliveries", 1))),
                stream=stream,
                stream_sequence=int(facts["stream_seq"]),
                event_id=(stored.headers or {}).get("ce-id", ""),
                body=body_of(stored.data or b""),
            )
        )
