"""The offline engine's replies to what asks nothing of the data: in the shape of an answer, over the answer before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.nlq.domain import Question
from services.nlq.planner.facts import TableFacts
from services.nlq.service.rounds.composing import Compose
from services.nlq.small_talk import explained, talk_in

WELCOME = "You are welcome."
NO_CHART = "That answer has nothing that a chart would show: one needs several rows with a number."


class ReplyToTalk:
    """Says nothing new of the data: what it repeats was computed and checked when it was answered."""

    def __init__(self, compose: Compose) -> None:
        self._compose = compose

    def __call__(self, question: Question, facts: Sequence[TableFacts], earlier: Sequence[Question]) -> Question | None:
        """None where it is a question, or there is no answer that it could be about."""
        names = [name for table in facts for name in (table.name, *(column.name for column in table.columns))]
        talk = talk_in(question.question, names)
        if talk is None:
            return None
        if talk == "thanks":
            return self._replied(question, {"kind": "text", "text": WELCOME, "value": WELCOME})
        before = next((turn for turn in reversed(earlier) if turn.state == "answered" and not turn.is_talk), None)
        if before is None or before.answer is None:
            return None
        if talk == "plot" and before.answer.get("chart"):
            kept = {"result_key": before.result_key, "table_key": before.table_key}
            text = f"The chart of “{before.question}”: {before.answer['text']}"
            return self._replied(question, {**before.answer, "text": text}, before, **kept)
        text = NO_CHART if talk == "plot" else explained(before)
        return self._replied(question, {"kind": "text", "text": text, "value": text}, before)

    def _replied(
        self, question: Question, answer: dict[str, Any], before: Question | None = None, **kept: Any
    ) -> Question:
        of_before: dict[str, Any] = {}
        if before is not None:
            of_before = {"code": before.code, "explanation": before.explanation, "warnings": before.warnings}
        told = question.moved("classified", engine="offline", is_talk=True, **of_before, **kept)
        return self._compose.ended(told, answer, before.receipt if before else None)
