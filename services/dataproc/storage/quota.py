"""How many tables a session may have, and how many bytes it may keep: the session service counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.auth import BusReservations
from shared.errors import Unavailable
from shared.formats import Refusal
from shared.rpc import QuotaKind, Reservation

KIND: QuotaKind = "tables"
BYTES: QuotaKind = "bytes"
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; what was parsed is worth some waiting before it is parsed again


class SessionTableQuota:
    """A `TableQuota` whose reservations have the tables' and files' ids: reserving for the same file again changes nothing."""

    def __init__(self, reservations: BusReservations, pauses: Sequence[float] = PAUSES) -> None:
        self._reservations = reservations
        self._pauses = pauses

    async def reserve(self, session_id: str, table_ids: Sequence[str]) -> bool:
        if not table_ids:
            return True
        answer = await self._answer(session_id, KIND, table_ids)
        if not answer.granted and not answer.ended:
            wanted = "a table" if len(table_ids) == 1 else f"{len(table_ids):,} tables"
            raise Refusal.TOO_MANY_TABLES.because(wanted=wanted, used=answer.used, limit=answer.limit)
        return answer.granted

    async def release(self, session_id: str, table_ids: Sequence[str]) -> None:
        if table_ids:
            await self._reservations.release(session_id, KIND, *table_ids)

    async def keep(self, session_id: str, file_id: str, size: int) -> bool:
        answer = await self._answer(session_id, BYTES, [file_id], size)
        if not answer.granted and not answer.ended:
            raise Refusal.KEEPS_TOO_MUCH.because(wanted=size, used=answer.used, limit=answer.limit)
        return answer.granted

    async def drop(self, session_id: str, file_id: str) -> None:
        await self._reservations.release(session_id, BYTES, file_id)

    async def _answer(self, session_id: str, kind: QuotaKind, ids: Sequence[str], amount: int = 1) -> Reservation:
        for pause in self._pauses:
            try:
                return await self._reservations.reserve(session_id, kind, *ids, amount=amount)
            except Unavailable:
                await asyncio.sleep(pause)
        return await self._reservations.reserve(session_id, kind, *ids, amount=amount)
