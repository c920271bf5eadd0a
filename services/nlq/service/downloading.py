"""A question's result as a file, in the form that was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.nlq.domain import Question
from services.nlq.errors import NoChart, NoResult
from services.nlq.ports import ResultRenderer
from services.nlq.rendering.model import Format, Picture
from services.nlq.service.reading import Read


class Download:
    """Behind `GET /v1/queries/{id}/result`."""

    def __init__(self, read: Read, renderer: ResultRenderer) -> None:
        self._read = read
        self._renderer = renderer

    async def __call__(
        self, session_id: str, query_id: str, form: Format, name: str | None = None
    ) -> AsyncIterator[bytes]:
        """`name`: of one of several results; the answer's own without."""
        question = await self._read.answered(session_id, query_id)
        if name is not None:
            return await self._named(question, name, form)
        if question.table_key:
            return await self._renderer.of_table(session_id, question.table_key, form)
        answer = question.answer or {}
        return await self._renderer.of_value(session_id, answer.get("value", answer.get("text")), form)

    async def _named(self, question: Question, name: str, form: Format) -> AsyncIterator[bytes]:
        step = next((step for step in question.results if step.name == name), None)
        if step is None:
            known = ", ".join(step.name or "" for step in question.results)
            raise NoResult(
                f"This question has no result {name[:60]!r}.",
                hint=f"Its results: {known}." if known else "Leave the name out.",
            )
        if step.table_key:
            return await self._renderer.of_table(question.session_id, step.table_key, form)
        shown = (question.answer or {}).get("results", ())
        value = next((one["value"] for one in shown if one["name"] == name), (question.answer or {}).get("value"))
        return await self._renderer.of_value(question.session_id, value, form)

    async def chart(self, session_id: str, query_id: str, form: Picture, *, dark: bool) -> AsyncIterator[bytes]:
        """Behind `GET /v1/queries/{id}/chart.svg` and `.png`."""
        question = await self._read.answered(session_id, query_id)
        spec = (question.answer or {}).get("chart")
        if spec is None:
            raise NoChart(
                "This answer has no chart.", hint="A chart comes with a table of groups, periods or pairs of numbers."
            )
        return await self._renderer.of_chart(session_id, spec, form, dark=dark)
