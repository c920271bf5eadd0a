"""How much a session may have and do: reserved atomically, shown with what is used."""

from __future__ import annotations

from collections.abc import Mapping

from services.session.domain import QuotaKind, Reserved
from services.session.ports import Clock, ReservationStore
from services.session.service.registry import Overview

MINUTE = 60.0
LONGEST_QUESTION = 600.0  # seconds after which a question that nobody released no longer counts as running


class Quotas:
    """Bytes and tables are held until released; a question counts for a minute, and as running until it ends."""

    def __init__(self, store: ReservationStore, limits: Mapping[QuotaKind, int], clock: Clock) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock

    async def reserve(self, session_id: str, kind: QuotaKind, amount: int, reservation: str) -> Reserved:
        limit = self._limits[kind]
        if kind in ("bytes", "tables"):
            return await self._store.hold(session_id, kind, amount, limit, reservation)
        seconds = MINUTE if kind == "questions_per_minute" else LONGEST_QUESTION
        return await self._store.hold_for(session_id, kind, seconds, limit, reservation, self._clock())

    async def release(self, session_id: str, kind: QuotaKind, reservation: str) -> None:
        """Give back what the reservation holds. Questions of the last minute stay asked."""
        if kind != "questions_per_minute":
            await self._store.release(session_id, kind, reservation)

    async def shown(self, session_id: str, overview: Overview) -> dict[QuotaKind, Reserved]:
        """Use and limit of each kind. What the registry knows and what is reserved are the same things: the larger counts."""
        held = await self._store.used(session_id, self._clock())
        known = {"bytes": overview.bytes, "tables": overview.counts.get("table", 0), "questions_per_minute": overview.asked_lately,
                 "concurrent_questions": overview.unanswered}
        used = {kind: max(known[kind], held.get(kind, 0)) for kind in self._limits}
        return {kind: Reserved(used[kind] < limit, used[kind], limit) for kind, limit in self._limits.items()}
