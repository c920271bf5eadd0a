"""How many questions a session may have at once and in a minute: asked of the session service, which counts for everybody."""

from __future__ import annotations

import json
from typing import Any

import structlog

from services.nlq.errors import TooManyQuestions
from shared.bus import Bus, BusUnavailable
from shared.errors import Unavailable

RESERVE_SUBJECT = "rpc.session.reserve"
RELEASE_SUBJECT = "rpc.session.release"
AT_ONCE = "concurrent_questions"
KINDS = {AT_ONCE: "at once", "questions_per_minute": "in a minute"}
log = structlog.get_logger(__name__)


class BusQuotas:
    """A `Quotas` over NATS request-reply. A reservation has the question's id: making it twice changes nothing."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def reserve(self, session_id: str, query_id: str) -> None:
        for kind, words in KINDS.items():
            answer = await self._ask(RESERVE_SUBJECT, session_id, kind, query_id)
            if not answer.get("granted"):
                await self.release(session_id, query_id)
                raise TooManyQuestions(f"This session may ask {answer.get('limit')} questions {words}.",
                                       hint="Wait for some of its questions to end, then ask again.", retry_after=answer.get("retry_after") or 1)

    async def release(self, session_id: str, query_id: str) -> None:
        """A release that is lost costs one place for some minutes, never an answer: it is not worth failing for."""
        try:
            await self._ask(RELEASE_SUBJECT, session_id, AT_ONCE, query_id)
        except Unavailable as error:
            log.warning("quota_not_released", query_id=query_id, error=error.detail)

    async def _ask(self, subject: str, session_id: str, kind: str, query_id: str) -> dict[str, Any]:
        request = {"session_id": session_id, "kind": kind, "amount": 1, "id": query_id}
        answer: dict[str, Any] = json.loads(await self._bus.request(subject, json.dumps(request).encode()))
        if "error" in answer:
            raise BusUnavailable("Quotas cannot be looked up right now.", hint="Try again in a moment.", retry_after=2)
        return answer
