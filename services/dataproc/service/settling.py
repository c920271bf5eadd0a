"""A column whose reading was open is read as a person chose, when nlq asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from services.dataproc.domain import StoredTable
from services.dataproc.errors import CellsDoNotFit, TableChanged, UnknownColumn
from services.dataproc.reading import Column
from services.dataproc.service.columns import ChangeColumns
from services.dataproc.service.versions import Versions
from services.dataproc.tables.overrides import ColumnChange
from shared.columns import ColumnType
from shared.errors import InvalidRequest, Unavailable
from shared.events import TableReady
from shared.open_choices import OpenChoice
from shared.rpc import ReadingRequest, ReadingSettled

PATIENCE = 7.0  # seconds: less than who asks waits for an answer (`TAKE_READING.timeout`)
TRIES = 3  # when others change the table meanwhile


class TakeReading:
    """Answers `TAKE_READING`. A file that takes longer is read on, and whoever asks again is told of the same job."""

    def __init__(self, versions: Versions, columns: ChangeColumns, patience: float = PATIENCE) -> None:
        self._versions = versions
        self._columns = columns
        self._patience = patience
        self._jobs: dict[ReadingRequest, asyncio.Task[TableReady]] = {}

    async def __call__(self, request: ReadingRequest) -> ReadingSettled:
        if request not in self._jobs:
            self._jobs = {known: job for known, job in self._jobs.items() if not job.done()}
            self._jobs[request] = asyncio.create_task(self._settled(request))
        job = self._jobs[request]
        await asyncio.wait({job}, timeout=self._patience)
        if not job.done():
            raise Unavailable(f"The column {request.column[:80]} is being read again.", retry_after=2)
        self._jobs.pop(request, None)
        return ReadingSettled(table=job.result())

    async def _settled(self, request: ReadingRequest) -> TableReady:
        for _ in range(TRIES - 1):
            try:
                return await self._settle(request)
            except TableChanged:
                continue
        return await self._settle(request)

    async def _settle(self, request: ReadingRequest) -> TableReady:
        table = await self._versions.current(request.session_id, request.table_id)
        column = next((column for column in table.columns if column.name == request.column), None)
        if column is None:
            raise UnknownColumn(f"The table {table.name} has no column {request.column[:80]!r} any more.")
        if column.open_choice is None:
            return table.ready_event()
        if request.option not in column.open_choice.options:
            raise InvalidRequest(f"{request.option[:80]!r} is no way in which {column.name} can be read.")
        missing = await self._missing(table, column)

        def loses_nothing(profile: Mapping[str, Any]) -> None:
            if (more := nulls_of(profile, column.name) - missing) > 0:
                raise CellsDoNotFit(
                    f"{more:,} cells of {column.name} cannot be read so; nothing was changed.",
                    hint="Look at the column's cells, and choose another reading.",
                )

        wish = wish_of(column, column.open_choice, request.option)
        changed = await self._columns(table, {column.name: wish}, lose_misfits=True, accept=loses_nothing)
        return changed.table.ready_event()

    async def _missing(self, table: StoredTable, column: Column) -> int:
        """Cells that the column lacks as it is read now: those may stay missing."""
        return nulls_of(await self._versions.profile(table), column.name)


def nulls_of(profile: Mapping[str, Any], column: str) -> int:
    return int(profile["columns"][column]["nulls"])


def wish_of(column: Column, choice: OpenChoice, option: str) -> ColumnChange:
    """With a format the type is said, too, for the cells are read anew: days with a time of day stay such. Whole numbers may have parts by
    another sign."""
    match choice.answered_by:
        case "unit":
            return ColumnChange(unit=option)
        case "type":
            return ColumnChange(type=ColumnType(option))
        case _:
            kind = ColumnType.DECIMAL if column.type.is_number and option != choice.taken else column.type
            return ColumnChange(type=kind, format=option)
