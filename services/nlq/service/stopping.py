"""A person does not want an answer any more: the question ends, and with it whatever works on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.nlq.domain import Question
from services.nlq.errors import AlreadyEnded, ChangedMeanwhile
from services.nlq.service.asking import Ask
from services.nlq.service.flow import Flow, failed

STOPPED = "stopped"
TRIES = 5  # a question that is moved on by workers at the same time changes a few times a second


class StopQuestion:
    """Behind `DELETE /v1/queries/{id}`. `announce` tells the model's and the jail's side, given the session and the question."""

    def __init__(self, ask: Ask, flow: Flow, announce: Callable[[str, str], Awaitable[None]]) -> None:
        self._ask = ask
        self._flow = flow
        self._announce = announce

    async def __call__(self, session_id: str, query_id: str) -> None:
        """Stopping twice is the same as once. Raises `QueryNotFound`, or `AlreadyEnded` where there is an answer or another reason."""
        for left in reversed(range(TRIES)):
            question = await self._ask.owned(session_id, query_id)
            if _is_stopped(question):
                break
            if question.ended:
                raise AlreadyEnded(
                    f"This question is {question.state} already.", hint="GET /v1/queries/{id} shows how it ended."
                )
            try:
                await self._flow.commit(question, failed(question, STOPPED, "The question was stopped. Ask it again."))
                break
            except ChangedMeanwhile:
                if not left:
                    raise
        await self._announce(session_id, query_id)


def _is_stopped(question: Question) -> bool:
    return question.error is not None and question.error.code == STOPPED
