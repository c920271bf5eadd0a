"""How much a session may have and do: reserved atomically, shown with what is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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

    async def reserve(
        self, session_id: str, kind: QuotaKind, reservations: Sequence[str], amount: int = 1, files: int = 0
    ) -> Reserved:
        """For all of the reservations or for none. `amount` is of bytes, held one reservation at a time beside the bytes of the session's `files`."""
        limit = self._limits[kind]
        if kind == "bytes":
            held = await self._store.hold(session_id, kind, amount, limit - files, reservations[0])
            return replace(held, used=held.used + files, limit=limit)
        return await self._store.take_places(session_id, kind, PLACES[kind], limit, reservations, self._clock())

    async def release(self, session_id: str, kind: QuotaKind, reservations: Sequence[str]) -> None:
        """Give back what the reservations hold. Questions of the last minute stay asked."""
        if kind != "questions_per_minute":
            await self._store.release(session_id, kind, reservations)

    async def shown(self, session_id: str, overview: Overview) -> dict[QuotaKind, Reserved]:
        """Use and limit of each kind. Tables that the registry knows and places that are reserved are the same things: the larger counts.
        Bytes that are reserved are those of tables, beside the files'."""
        held = await self._store.used(session_id, self._clock())
        used = {kind: held.get(kind, 0) for kind in self._limits}
        used["tables"] = max(used["tables"], overview.counts.get("table", 0))
        used["bytes"] += overview.bytes
        return {kind: Reserved(used[kind] < limit, used[kind], limit) for kind, limit in self._limits.items()}
