"""How many tables a session may have: the session service counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from services.dataproc.reading import ReadError
from shared.auth import BusReservations, Reservation
from shared.errors import Unavailable

KIND = "tables"
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
            raise ReadError(
                "too_many_tables",
                _sentence(len(table_ids), answer),
                "Delete files that you no longer need, then upload this one again.",
            )
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


def _sentence(wanted: int, answer: Reservation) -> str:
    tables = "a table" if wanted == 1 else f"{wanted:,} tables"
    return f"This file has {tables}; the session has {answer.used:,} already and may have {answer.limit:,}."
