"""A column is read as the person chose, before the question that hung on it is answered."""

from __future__ import annotations

from services.nlq.domain import Question
from services.nlq.ports import Catalog, ColumnReadings
from services.nlq.service.asking import chosen
from shared.errors import Conflict, InvalidRequest, NotFound

UNSETTLED = (NotFound, Conflict, InvalidRequest)
"""Why a column cannot be read so: it has gone, or has cells that do not fit. The question ends with the reason."""


class SettleReading:
    """Where dataproc does not answer, or is not done yet, the question is delivered again: taking a reading twice changes nothing."""

    def __init__(self, readings: ColumnReadings, catalog: Catalog) -> None:
        self._readings = readings
        self._catalog = catalog

    async def __call__(self, question: Question) -> Question:
        """The question over the table as it is read from now on; as it was where nothing was chosen."""
        taken = question.settling
        if taken is None:
            return question
        table = await self._readings.take(question.session_id, taken)
        await self._catalog.add(table)  # its event may be on its way still
        tables = (chosen(table) if known.table_id == table.table_id else known for known in question.tables)
        return question.model_copy(update={"tables": tuple(tables), "settling": None})
