"""What people say of a table: its dictionary, read over the columns that there are and replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.dataproc.domain import StoredTable
from services.dataproc.errors import DictionaryChanged, DictionaryNotValid, TableNotFound
from services.dataproc.ports import DictionaryStore, StoredDictionary, TableRegistry
from shared.bus import EventBus
from shared.dictionary import Dictionary, DictionaryDocument, DoesNotFit, bind, fit
from shared.events import TableDictionaryChanged

WRITE_TRIES = 20  # of somebody who replaces whatever is there, among others who do


@dataclass(frozen=True)
class Described:
    """`dictionary` fits the table's columns; `at_rest` says what is stored and does not."""

    dictionary: Dictionary
    at_rest: tuple[str, ...] = ()


class DescribeTable:
    """The use cases behind `/v1/tables/{id}/dictionary`."""

    def __init__(self, store: DictionaryStore, registry: TableRegistry, bus: EventBus) -> None:
        self._store = store
        self._registry = registry
        self._bus = bus

    async def read(self, table: StoredTable) -> Described:
        held = await self._store.current(table)
        fitted = fit(held.dictionary, table.name, table.columns)
        return Described(fitted.dictionary, fitted.at_rest)

    async def write(self, table: StoredTable, document: DictionaryDocument, expected: Sequence[int]) -> Described:
        """Replaces all of it. `expected` are versions that the caller has seen; any other in force is left as it is."""
        try:
            wished = bind(document, table.name, table.columns)
        except DoesNotFit as error:
            raise DictionaryNotValid.at((fault.place, fault.sentence) for fault in error.faults) from error
        for _ in range(WRITE_TRIES):
            held = await self._store.current(table)
            if any(version != held.dictionary.version for version in expected):
                break
            following = wished.model_copy(update={"version": held.dictionary.version + 1})
            if stored := await self._store.replace(table, held, following):
                await self._tell(table, stored)
                return Described(following)
            if await self._registry.get(table.session_id, table.table_id) is None:
                raise TableNotFound(table.table_id)
        await self._tell(table, held)  # whoever was faster may have died before it could
        raise DictionaryChanged.since(table.name, held.dictionary.version)

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
