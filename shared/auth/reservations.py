"""What a session may have: asked of the session service over the bus, which counts for everybody."""

from __future__ import annotations

import structlog

from shared.errors import Unavailable
from shared.rpc import RELEASE, RESERVE, QuotaKind, ReleaseRequest, Reservation, ReservationRequest, ask
from shared.rpc.procedure import Asking

log = structlog.get_logger(__name__)


class BusReservations:
    """A client of the session service's quotas. Reserving or releasing the same id again changes nothing."""

    def __init__(self, bus: Asking) -> None:
        self._bus = bus

    async def reserve(self, session_id: str, kind: QuotaKind, *ids: str, amount: int = 1) -> Reservation:
        """A place for each id, or for none; of bytes so many for one id. Raises `Unavailable` while nobody can say."""
        return await ask(
            self._bus, RESERVE, ReservationRequest(session_id=session_id, kind=kind, amount=amount, ids=ids)
        )

    async def release(self, session_id: str, kind: QuotaKind, *ids: str) -> None:
        """A release that is lost costs a place for a while, never the work: it is not worth failing for."""
        try:
            await ask(self._bus, RELEASE, ReleaseRequest(session_id=session_id, kind=kind, ids=ids))
        except Unavailable as error:
            log.warning("quota_not_released", kind=kind, ids=ids[:5], error=error.detail)
