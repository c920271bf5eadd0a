"""How much a session may have and do: reserved atomically, shown with what is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.session.domain import Reserved
from services.session.ports import Clock, ReservationStore
from services.session.service.registry import Overview
from shared.rpc import QuotaKind

# Seconds for which a reserved place counts at most. A table is stored within its time, or was never going to be; once it is
# ready the registry holds its place. A question that nobody released no longer counts as running after its time.
PLACES: Mapping[QuotaKind, float] = {"tables": 3600.0, "questions_per_minute": 60.0, "concurrent_questions": 600.0}


class Quotas:
    """Bytes are held until released, and tables until they go; a question counts for a minute, and as running until it ends."""

    def __init__(self, store: ReservationStore, limits: Mapping[QuotaKind, int], clock: Clock) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock

    async def reserve(self, session_id: str, kind: QuotaKind, reservations: Sequence[str], amount: int = 1) -> Reserved:
        """For all of the reservations or for none. `amount` is of bytes, which are held one reservation at a time."""
        limit = self._limits[kind]
        if kind == "bytes":
            return await self._store.hold(session_id, kind, amount, limit, reservations[0])
        return await self._store.take_places(session_id, kind, PLACES[kind], limit, reservations, self._clock())

    async def release(self, session_id: str, kind: QuotaKind, reservations: Sequence[str]) -> None:
        """Give back what the reservations hold. Questions of the last minute stay asked."""
        if kind != "questions_per_minute":
            await self._store.release(session_id, kind, reservations)

    async def shown(self, session_id: str, overview: Overview) -> dict[QuotaKind, Reserved]:
        """Use and limit of each kind. Files and tables that the registry knows and what is reserved are the same things: the larger counts."""
        held = await self._store.used(session_id, self._clock())
        known = {"bytes": overview.bytes, "tables": overview.counts.get("table", 0)}
        used = {kind: max(known.get(kind, 0), held.get(kind, 0)) for kind in self._limits}
        return {kind: Reserved(used[kind] < limit, used[kind], limit) for kind, limit in self._limits.items()}
