"""Every question ends: those that take too long, those whose message died, and those whose session is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from services.nlq.domain import PAUSES, Question
from services.nlq.errors import ChangedMeanwhile
from services.nlq.ports import Catalog, QueryStore
from services.nlq.service.flow import Flow, failed
from services.nlq.service.rounds.composing import Compose, unfinished
from services.nlq.service.rounds.verifying import VerifyResult
from shared.errors import AppError, Unavailable
from shared.events import DeadLetter, LlmConversationDeleted, SessionExpired
from shared.objects import ObjectMissing

INTERVAL = 5.0  # seconds between sweeps
BATCH = 100
# What went wrong is in the log and in the dead letter: an exception's words help nobody who asks, and may quote cells.
GIVEN_UP = "A step of this question failed for good, through no fault of yours. Ask the question again."
log = structlog.get_logger(__name__)


class EndQueries:
    """Safe in any number of copies: the compare-and-set lets one of them win."""

    def __init__(
        self,
        *,
        store: QueryStore,
        catalog: Catalog,
        flow: Flow,
        compose: Compose,
        verify: VerifyResult,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._flow = flow
        self._compose = compose
        self._verify = verify
        self._clock = clock

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.sweep()
            except Unavailable as error:
                log.warning("sweep_interrupted", error=error.detail)

    async def sweep(self) -> int:
        """End what is past its deadline; returns how many."""
        ended = 0
        for query_id in await self._store.overdue(self._clock(), BATCH):
            question = await self._store.get(query_id)
            if question is None or question.state in PAUSES:
                await self._store.dismiss(query_id)
                continue
            ended += await self._end(
                question,
                "timed_out",
                f"No answer was found in time; the question stopped at the step '{question.state}'. Ask it again.",
            )
        return ended

    async def dead_letter(self, letter: DeadLetter) -> None:
        """A message of a question was given up: so is the question."""
        query_id = letter.body.get("query_id") if isinstance(letter.body, dict) else None
        question = await self._store.get(query_id) if query_id else None
        if question and not question.ended and not letter.durable.startswith(("session-", "llm-record-")):
            log.error("step_given_up", query_id=query_id, by=letter.durable, error=letter.error, reason=letter.reason)
            await self._end(question, "internal_error", GIVEN_UP)

    async def forget_session(self, event: SessionExpired) -> None:
        await self._store.forget_session(event.session_id)
        await self._catalog.forget_session(event.session_id)

    async def forget_conversation(self, event: LlmConversationDeleted) -> None:
        await self._store.forget_conversation(event.conversation_id)

    async def _end(self, question: Question, code: str, message: str) -> int:
        """A model that had computed something has an answer, though nobody wrote it up, or computed it once more."""
        try:
            ended = await self._as_computed(question, message) or failed(question, code, message)
            await self._flow.commit(question, ended, self._compose.keep)
        except ChangedMeanwhile:
            return 0
        return 1

    async def _as_computed(self, question: Question, message: str) -> Question | None:
        if not (question.is_read_on and question.results):
            return None
        try:
            if question.second is not None:
                return await self._verify.given_up(question, "the time of the question was over")
            return await self._compose(question, warning=unfinished(message))
        except (ObjectMissing, AppError) as error:
            log.warning("result_not_shown", query_id=question.query_id, error=type(error).__name__)
            return None
