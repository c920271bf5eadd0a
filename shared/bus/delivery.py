"""What happens to a message around its handler: heartbeat, acknowledgement, retry with growing delay, dead letter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from opentelemetry import propagate, trace

from shared.bus.bodies import json_object
from shared.bus.topology import DURABLES, Durable
from shared.errors import AppError
from shared.events import DeadLetter
from shared.telemetry import metrics

if TYPE_CHECKING:
    from nats.aio.msg import Msg

log = structlog.get_logger(__name__)
tracer = trace.get_tracer("askframe.bus")
_current: ContextVar[Delivery | None] = ContextVar("delivery", default=None)
PASSING = (ConnectionError, TimeoutError, OSError)  # trouble around the handler, not in the message
LOGGED_IDS = ("session_id", "query_id", "file_id", "table_id", "conversation_id", "attempt")
LARGEST_BODY = 128 << 10  # bytes that a dead letter keeps whole: written again they may grow, and the bus takes 1 MB
LONGEST_TEXT = 10_000  # characters of what is no JSON object
SHORT, FIELDS_KEPT = 500, 100  # of a large body: fields of so many characters, and so many of them

Bury = Callable[[DeadLetter], Awaitable[None]]


@dataclass(frozen=True)
class Delivery:
    """One delivery of one message to one durable."""

    durable: Durable
    event_id: str
    subject: str
    number: int
    stream_sequence: int

    @property
    def is_last(self) -> bool:
        return self.number >= self.durable.max_deliver

    @property
    def delay(self) -> float:
        return self.durable.retry_delays[min(self.number, len(self.durable.retry_delays)) - 1]


def current_delivery() -> Delivery | None:
    """The delivery that the running handler serves, or None outside of one."""
    return _current.get()


def delivery_of(message: Msg) -> Delivery:
    metadata = message.metadata
    return Delivery(
        durable=DURABLES[str(metadata.consumer)],
        event_id=(message.headers or {}).get("ce-id", ""),
        subject=message.subject,
        number=metadata.num_delivered,
        stream_sequence=metadata.sequence.stream,
    )


def is_retryable(error: BaseException) -> bool:
    """Application errors say it themselves; trouble with the surroundings passes; the rest would fail again."""
    if isinstance(error, AppError):
        return error.retryable
    return isinstance(error, PASSING)


async def handle(message: Msg, handler: Callable[[], Awaitable[Any]], bury: Bury) -> None:
    """Run `handler` for `message` and settle it, whatever happens. Never raises but for cancellation.

    What could not be settled is delivered again by the server, or buried from its advisory when that was the last time.
    """
    try:
        await _handle(message, delivery_of(message), handler, bury)
    except Exception as error:
        log.error("delivery_not_settled", subject=message.subject, error=sentence_of(error), exc_info=error)


async def _handle(message: Msg, delivery: Delivery, handler: Callable[[], Awaitable[Any]], bury: Bury) -> None:
    token = _current.set(delivery)
    structlog.contextvars.bind_contextvars(durable=delivery.durable.name, **_logged_ids(message.data))
    started = time.perf_counter()
    outcome = "failed"
    try:
        with tracer.start_as_current_span(delivery.durable.name, context=propagate.extract(message.headers or {})):
            outcome = await _settle(message, delivery, handler, bury)
    finally:
        metrics.EVENTS_HANDLED.labels(durable=delivery.durable.name, outcome=outcome).inc()
        metrics.HANDLING_SECONDS.labels(durable=delivery.durable.name).observe(time.perf_counter() - started)
        structlog.contextvars.unbind_contextvars("durable", *LOGGED_IDS)
        _current.reset(token)


async def _settle(message: Msg, delivery: Delivery, handler: Callable[[], Awaitable[Any]], bury: Bury) -> str:
    try:
        async with _heartbeat(message, delivery.durable.heartbeat):
            await handler()
    except Exception as error:
        if is_retryable(error) and not delivery.is_last:
            log.warning(
                "delivery_will_be_retried", delivery=delivery.number, delay=delivery.delay, error=sentence_of(error)
            )
            await message.nak(delay=delivery.delay)
            return "retried"
        log.error("delivery_dead_lettered", delivery=delivery.number, error=sentence_of(error), exc_info=error)
        await bury(dead_letter(message, delivery, sentence_of(error), type(error).__name__))
        await message.ack()
        return "dead_lettered"
    await message.ack()
    return "done"


def dead_letter(message: Msg, delivery: Delivery, reason: str, error: str) -> DeadLetter:
    return DeadLetter(
        durable=delivery.durable.name,
        subject=message.subject,
        reason=reason,
        error=error,
        deliveries=delivery.number,
        stream=delivery.durable.stream,
        stream_sequence=delivery.stream_sequence,
        event_id=delivery.event_id,
        body=body_of(message.data),
    )


def body_of(data: bytes) -> dict[str, Any] | str:
    """The JSON object that a message carries, or the beginning of its text when it is none; what is large is cut. Never raises."""
    body = json_object(data)
    if body is None:
        return data[:LONGEST_TEXT].decode("utf-8", "replace")
    return body if len(data) <= LARGEST_BODY else _short_fields(body)


def _short_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Ids, numbers and short texts: enough to know what the message was about. The rest stays where it was published."""
    short = ((name, value) for name, value in body.items() if isinstance(value, str | int | float | None))
    kept = [(name, value) for name, value in short if len(name) + len(str(value)) <= SHORT]
    return dict(kept[:FIELDS_KEPT])


def _logged_ids(data: bytes) -> dict[str, Any]:
    body = body_of(data)
    return (
        {name: body[name] for name in LOGGED_IDS if isinstance(body.get(name), str | int)}
        if isinstance(body, dict)
        else {}
    )


def sentence_of(error: BaseException) -> str:
    """An exception in a line that can be stored: messages may quote what is no Unicode text."""
    return f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace").decode()


@asynccontextmanager
async def _heartbeat(message: Msg, interval: float) -> AsyncIterator[None]:
    """Tell the server that work goes on, so that a long job is not delivered a second time."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(interval)
            with suppress(*PASSING):
                await message.in_progress()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
