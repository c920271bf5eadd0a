"""What people say of a table: its dictionary, read over the columns that there are and replaced as a whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from services.dataproc.domain import StoredTable
from services.dataproc.errors import DictionaryChanged, DictionaryNotValid, TableNotFound
from services.dataproc.ports import DictionaryStore, StoredDictionary, TableRegistry
from services.dataproc.tables.unseen_values import asked_texts, unseen_values
from shared.bus import EventBus
from shared.dictionary import Dictionary, DictionaryDocument, DoesNotFit, bind, document_of, fit
from shared.events import TableDictionaryChanged
from shared.objects import ObjectMissing, ObjectStore

WRITE_TRIES = 20  # of somebody who replaces whatever is there, among others who do


@dataclass(frozen=True)
class Described:
    """`dictionary` fits the table's columns; `warnings` say what is stored and does not, and what asks for cells that there are none of."""

    dictionary: Dictionary
    warnings: tuple[str, ...] = ()


class DescribeTable:
    """The use cases behind `/v1/tables/{id}/dictionary`."""

    def __init__(self, store: DictionaryStore, registry: TableRegistry, objects: ObjectStore, bus: EventBus) -> None:
        self._store = store
        self._objects = objects
        self._registry = registry
        self._bus = bus

    async def read(self, table: StoredTable) -> Described:
        held = await self._store.current(table)
        fitted = fit(held.dictionary, table.name, table.columns)
        unseen = await self._unseen(table, fitted.dictionary)
        return Described(fitted.dictionary, (*fitted.at_rest, *unseen))

    async def write(self, table: StoredTable, document: DictionaryDocument, expected: Sequence[int]) -> Described:
        """Replaces all of it. `expected` are versions that the caller has seen; any other in force is left as it is."""
        try:
            wished = await asyncio.to_thread(bind, document, table.name, table.columns)
        except DoesNotFit as error:
            raise DictionaryNotValid.at((fault.place, fault.sentence) for fault in error.faults) from error
        for _ in range(WRITE_TRIES):
            held = await self._store.current(table)
            if any(version != held.dictionary.version for version in expected):
                break
            following = wished.model_copy(update={"version": held.dictionary.version + 1})
            if stored := await self._store.replace(table, held, following):
                await self._tell(table, stored)
                return Described(following, await self._unseen(table, following))
            if await self._registry.get(table.session_id, table.table_id) is None:
                raise TableNotFound(table.table_id)
        await self._tell(table, held)  # whoever was faster may have died before it could
        raise DictionaryChanged.since(table.name, held.dictionary.version)

    async def _unseen(self, table: StoredTable, dictionary: Dictionary) -> tuple[str, ...]:
        measures = document_of(dictionary).measures
        if next(asked_texts(measures), None) is None:
            return ()
        try:
            values, profile = [
                json.loads(await self._objects.get(key)) for key in (table.values_key, table.profile_key)
            ]
        except ObjectMissing:  # another version has come meanwhile, or the table went: nothing can be said of its cells
            return ()
        return tuple(unseen_values(measures, values, profile))

    async def _tell(self, table: StoredTable, stored: StoredDictionary) -> None:
        if stored.dictionary.version:
            await self._bus.publish(
                TableDictionaryChanged(
                    session_id=table.session_id,
                    table_id=table.table_id,
                    version=stored.dictionary.version,
                    dictionary_key=stored.key,
                )
            )
