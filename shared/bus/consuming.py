"""A service's consumers: FastStream subscribers over durable pull consumers, settled by one delivery policy.

Each worker is a subscriber of its own that fetches one message, handles it and fetches the next: no message waits
unacknowledged in a client's buffer while a long job runs, and other copies of the service can take it instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from faststream import AckPolicy, BaseMiddleware
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.errors import NotFoundError

from shared.bus.burial import Burial
from shared.bus.connection import Bus, connection_options
from shared.bus.delivery import handle
from shared.bus.topology import DURABLES
from shared.errors import Unavailable
from shared.events import Event

FETCH_TIMEOUT = 5.0
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[None]])


class NotProvisioned(Unavailable):
    """A durable consumer is missing on the server."""

    code = "bus_not_provisioned"


class Consumers:
    """The consuming half of a service: collect handlers with `on`, then `start`. Nothing connects before `start`."""

    def __init__(self, service: str, nats_url: str, *, publishes: tuple[type[Event], ...] = ()) -> None:
        self.service = service
        self.publishes = publishes
        self.durables: list[str] = []
        self._burial: Burial | None = None
        self.broker = NatsBroker(
            nats_url.split(","),
            logger=None,
            middlewares=[self._settling()],
            graceful_timeout=10.0,
            **connection_options(service),
        )
        for event in publishes:
            self.broker.publisher(event.subject, schema=event, title=event.subject, description=event.__doc__)

    def on(self, durable_name: str) -> Callable[[Handler], Handler]:
        """Register the handler of a durable; its argument is the event."""
        durable = DURABLES[durable_name]
        self.durables.append(durable_name)

        def register(handler: Handler) -> Handler:
            for worker in range(durable.workers):
                subscriber = self.broker.subscriber(
                    durable.subject,
                    durable=durable.name,
                    stream=JStream(durable.stream, declare=False),
                    pull_sub=PullSub(batch_size=1, timeout=FETCH_TIMEOUT),
                    ack_policy=AckPolicy.MANUAL,
                    title=durable.name,
                    include_in_schema=worker == 0,
                )
                subscriber(handler)
            return handler

        return register

    async def start(self, bus: Bus, *, patience: float = 30.0) -> None:
        """Connect and consume. Waits up to `patience` seconds for `shared.bus.provision` to have run."""
        self._burial = Burial(bus)
        await self._wait_for_durables(bus, patience)
        await self.broker.start()
        self._burial.start()

    async def stop(self) -> None:
        if self._burial:
            await self._burial.stop()
        await self.broker.stop()

    async def ping(self) -> None:
        if not await self.broker.ping(timeout=2.0):
            raise Unavailable("The consumers are not connected.")
        if self._burial:
            await self._burial.ping()

    async def _wait_for_durables(self, bus: Bus, patience: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience
        for name in self.durables:
            while not await self._exists(bus, name):
                if asyncio.get_running_loop().time() > deadline:
                    raise NotProvisioned(
                        f"The consumer {name} does not exist.", hint="Run `python -m shared.bus.provision`."
                    )
                await asyncio.sleep(0.2)

    @staticmethod
    async def _exists(bus: Bus, name: str) -> bool:
        try:
            await bus.client.jsm().consumer_info(DURABLES[name].stream, name)
        except (NotFoundError, TimeoutError):
            return False
        return True

    def _settling(self) -> type[BaseMiddleware[Any, Any]]:
        """The middleware that wraps every handler in the delivery policy."""
        consumers = self

        class Settling(BaseMiddleware[Any, Any]):
            async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> None:
                assert consumers._burial is not None
                await handle(msg.raw_message, lambda: call_next(msg), consumers._burial.bury)

        return Settling
