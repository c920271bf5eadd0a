"""How many questions and runs of its own code a session may have at once and in a minute: the session service counts."""

from __future__ import annotations

from services.nlq.errors import TooManyQuestions
from shared.auth import BusReservations
from shared.rpc import QuotaKind

AT_ONCE: QuotaKind = "concurrent_questions"
KINDS: dict[QuotaKind, str] = {AT_ONCE: "at once", "questions_per_minute": "in a minute"}


class BusQuotas:
    """A `Quotas` whose reservations have the question's id: making one twice changes nothing."""

    def __init__(self, reservations: BusReservations) -> None:
        self._reservations = reservations

    async def reserve(self, session_id: str, query_id: str) -> None:
        for kind, words in KINDS.items():
            answer = await self._reservations.reserve(session_id, kind, query_id)
            if not answer.granted:
                await self.release(session_id, query_id)
                raise TooManyQuestions(
                    f"This session may have {answer.limit} questions and runs of code {words}.",
                    hint="Wait for some of its questions to end, then ask again.",
                    retry_after=answer.retry_after or 1,
                )

    async def release(self, session_id: str, query_id: str) -> None:
        await self._reservations.release(session_id, AT_ONCE, query_id)
