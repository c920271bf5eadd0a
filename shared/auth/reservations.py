"""What a session may have: asked of the session service over the bus, which counts for everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from shared.errors import Unavailable

if TYPE_CHECKING:
    from shared.bus import Bus

RESERVE_SUBJECT = "rpc.session.reserve"
RELEASE_SUBJECT = "rpc.session.release"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reservation:
    """The answer for all that was asked for together. `retry_after` is in seconds, 0 when waiting does not help."""

    granted: bool
    used: int
    limit: int
    retry_after: float = 0.0
    ended: bool = False


class BusReservations:
    """A client of the session service's quotas. Reserving or releasing the same id again changes nothing."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def reserve(self, session_id: str, kind: str, *ids: str) -> Reservation:
        """A place for each id, or for none. Raises `Unavailable` while nobody can say."""
        answer = await self._ask(RESERVE_SUBJECT, session_id, kind, ids)
        return Reservation(
            bool(answer["granted"]),
            int(answer["used"]),
            int(answer["limit"]),
            float(answer.get("retry_after") or 0),
            bool(answer.get("ended")),
        )

    async def release(self, session_id: str, kind: str, *ids: str) -> None:
        """A release that is lost costs a place for a while, never the work: it is not worth failing for."""
        try:
            await self._ask(RELEASE_SUBJECT, session_id, kind, ids)
        except Unavailable as error:
            log.warning("quota_not_released", kind=kind, ids=ids[:5], error=error.detail)

    async def _ask(self, subject: str, session_id: str, kind: str, ids: tuple[str, ...]) -> dict[str, Any]:
        request = {"session_id": session_id, "kind": kind, "ids": ids}
        answer: dict[str, Any] = json.loads(await self._bus.request(subject, json.dumps(request).encode()))
        if "error" in answer:
            log.warning("quota_not_answered", kind=kind, **answer["error"])
            raise Unavailable("Quotas cannot be looked up right now.", hint="Try again in a moment.", retry_after=2)
        return answer
