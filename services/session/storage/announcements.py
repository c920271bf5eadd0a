"""What the session service says and asks on the bus beyond events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from nats.errors import Error as NatsError
from nats.js.api import ConsumerInfo
from nats.js.errors import Error as JetStreamError

from services.session.domain import Handled
from shared.auth import CHANGED_SUBJECT, REVOKED_SUBJECT, SessionChanged, TokensRevoked
from shared.bus import DURABLES, Bus, BusUnavailable
from shared.events import SessionExpired

STREAM = "SESSIONS"
FORGETTERS = tuple(durable for durable in DURABLES.values() if durable.subject == SessionExpired.subject)


class BusAnnouncements:
    """An `Announcements` over NATS."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def revoked(self, session_id: str, digests: Iterable[str], *, ends_streams: bool = False) -> None:
        if self._bus.client.is_connected:
            said = TokensRevoked(session_id=session_id, token_sha256=frozenset(digests), ends_streams=ends_streams)
            await self._bus.client.publish(REVOKED_SUBJECT, said.model_dump_json().encode())

    async def changed(self, session_id: str) -> None:
        if self._bus.client.is_connected:
            said = SessionChanged(session_id=session_id)
            await self._bus.client.publish(CHANGED_SUBJECT, said.model_dump_json().encode())

    async def handled(self) -> Handled:
        """By the acknowledgements of each service's consumer of `session.expired`; a dead letter counts as acknowledged."""
        last = await self.last()
        with answered():
            infos = [await self._bus.client.jsm().consumer_info(STREAM, durable.name) for durable in FORGETTERS]
        return Handled(last, min([last, *(_handled(info, last) for info in infos)]))

    async def last(self) -> int:
        with answered():
            return int((await self._bus.client.jsm().stream_info(STREAM)).state.last_seq)


@contextmanager
def answered() -> Iterator[None]:
    try:
        yield
    except (NatsError, JetStreamError, OSError, TimeoutError) as error:
        raise BusUnavailable("The message bus did not answer.") from error


def _handled(info: ConsumerInfo, last: int) -> int:
    if not info.num_pending and not info.num_ack_pending:
        return last
    return int(info.ack_floor.stream_seq) if info.ack_floor else 0
