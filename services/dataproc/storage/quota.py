"""How many tables a session may have: the session service counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.auth import BusReservations
from shared.errors import Unavailable
from shared.formats import Refusal
from shared.rpc import QuotaKind, Reservation

KIND: QuotaKind = "tables"
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; what was parsed is worth some waiting before it is parsed again


class SessionTableQuota:
    """A `TableQuota` whose reservations have the tables' ids: reserving for the same file again changes nothing."""

    def __init__(self, reservations: BusReservations, pauses: Sequence[float] = PAUSES) -> None:
        self._reservations = reservations
        self._pauses = pauses

    async def reserve(self, session_id: str, table_ids: Sequence[str]) -> bool:
        if not table_ids:
            return True
        answer = await self._answer(session_id, table_ids)
        if not answer.granted and not answer.ended:
            wanted = "a table" if len(table_ids) == 1 else f"{len(table_ids):,} tables"
            raise Refusal.TOO_MANY_TABLES.because(wanted=wanted, used=answer.used, limit=answer.limit)
        return answer.granted

    async def release(self, session_id: str, table_ids: Sequence[str]) -> None:
        if table_ids:
            await self._reservations.release(session_id, KIND, *table_ids)

    async def _answer(self, session_id: str, table_ids: Sequence[str]) -> Reservation:
        for pause in self._pauses:
            try:
                return await self._reservations.reserve(session_id, KIND, *table_ids)
            except Unavailable:
                await asyncio.sleep(pause)
        return await self._reservations.reserve(session_id, KIND, *table_ids)
