"""A question's result as a file, in the form that was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.nlq.errors import NoChart
from services.nlq.ports import ResultRenderer
from services.nlq.rendering.model import Format, Picture
from services.nlq.service.reading import Read


class Download:
    """Behind `GET /v1/queries/{id}/result`."""

    def __init__(self, read: Read, renderer: ResultRenderer) -> None:
        self._read = read
        self._renderer = renderer

    async def __call__(self, session_id: str, query_id: str, form: Format) -> AsyncIterator[bytes]:
        question = await self._read.answered(session_id, query_id)
        if question.table_key:
            return await self._renderer.of_table(session_id, question.table_key, form)
        answer = question.answer or {}
        return await self._renderer.of_value(session_id, answer.get("value", answer.get("text")), form)

    async def chart(self, session_id: str, query_id: str, form: Picture, *, dark: bool) -> AsyncIterator[bytes]:
        """Behind `GET /v1/queries/{id}/chart.svg` and `.png`."""
        question = await self._read.answered(session_id, query_id)
        spec = (question.answer or {}).get("chart")
        if spec is None:
            raise NoChart(
                "This answer has no chart.", hint="A chart comes with a table of groups, periods or pairs of numbers."
            )
        return await self._renderer.of_chart(session_id, spec, form, dark=dark)
