"""The recipe of a table: suggested, tried, applied, undone, written as pandas code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from services.dataproc.cleaning import AnyStep, Cleaned, Suggestion, Trial, pandas_code, recipe_from_json
from services.dataproc.domain import StoredTable
from services.dataproc.errors import NothingToUndo
from services.dataproc.service.versions import Draft, Versions, as_json, spec_of
from shared.objects import ObjectMissing


@dataclass(frozen=True)
class Changed:
    """A new version, and what the job that made it reported."""

    table: StoredTable
    cleaned: Cleaned


class Cleaning:
    """The use cases behind `/v1/tables/{id}/cleaning`."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    async def apply(self, table: StoredTable, steps: Sequence[AnyStep]) -> Changed:
        """The steps, on top of those before, as a new version."""
        async with self._versions.workplace() as folder:
            source = await self._versions.data(table, folder)
            cleaned, data = await self._versions.apply(source, steps, folder / "clean", table)
            after = replace(table, base=table.uncleaned, recipe=(*table.recipe, *cleaned.recipe))
            return Changed(await self._versions.publish(table, Draft(after, cleaned, data)), cleaned)

    async def try_steps(self, table: StoredTable, steps: Sequence[AnyStep]) -> Trial:
        """What the steps would do; nothing is stored."""
        async with self._versions.workplace() as folder:
            source = await self._versions.data(table, folder)
            return await self._versions.cleaner.try_steps(source.path, spec_of(table, source.columns, steps), folder)

    async def undo(self, table: StoredTable) -> Changed:
        """A new version without the last step."""
        if not table.recipe:
            raise NothingToUndo(
                f"No cleaning step was applied to the table {table.name}.", hint="GET …/cleaning shows the recipe."
            )
        kept = recipe_from_json(list(table.recipe[:-1]))
        async with self._versions.workplace() as folder:
            source = await self._versions.base(table, folder)
            cleaned, data = await self._versions.apply(source, kept, folder / "clean", table)
            after = replace(table, base=table.uncleaned if kept else None, recipe=table.recipe[:-1])
            return Changed(await self._versions.publish(table, Draft(after, cleaned, data)), cleaned)

    async def suggestions(self, table: StoredTable) -> list[Suggestion]:
        """Found once for each version, then remembered beside it."""
        key = f"{table.prefix}suggestions.json"
        try:
            return [Suggestion(**found) for found in json.loads(await self._versions.objects.get(key))]
        except ObjectMissing:
            found = await self._suggested(table)
        await self._versions.objects.put(key, as_json([asdict(suggestion) for suggestion in found]))
        return found

    async def _suggested(self, table: StoredTable) -> list[Suggestion]:
        profile = await self._versions.profile(table)
        async with self._versions.workplace() as folder:
            source = await self._versions.data(table, folder)
            return await self._versions.cleaner.suggest(
                source.path, spec_of(table, source.columns, (), profile), folder
            )

    def code(self, table: StoredTable) -> str:
        """The recipe as pandas code over the table before cleaning."""
        return pandas_code(recipe_from_json(list(table.recipe)), f"{table.name}.parquet")
