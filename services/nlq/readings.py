"""Columns are read where the files are: in dataproc, asked over the bus."""

from __future__ import annotations

from shared.events import TableReady
from shared.open_choices import ReadingTaken
from shared.rpc import TAKE_READING, ReadingRequest, ask
from shared.rpc.procedure import Asking


class BusColumnReadings:
    """A `ColumnReadings`."""

    def __init__(self, bus: Asking) -> None:
        self._bus = bus

    async def take(self, session_id: str, taken: ReadingTaken) -> TableReady:
        request = ReadingRequest(
            session_id=session_id, table_id=taken.table_id, column=taken.column, option=taken.option
        )
        return (await ask(self._bus, TAKE_READING, request)).table
