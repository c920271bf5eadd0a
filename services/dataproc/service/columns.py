"""A person overrules what was found out about columns: the file is read again, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.dataproc.cleaning import AnyStep, CastStep, Cleaned, RenameStep, recipe_from_json
from services.dataproc.domain import StoredTable
from services.dataproc.errors import UnknownColumn
from services.dataproc.reading import Column, TableDraft
from services.dataproc.service.cleaning import Changed
from services.dataproc.service.versions import OnDisk, Versions
from services.dataproc.tables.overrides import (
    ColumnChange,
    keep_convention,
    merge_change,
    origin_of,
    override_steps,
    read_name,
    reading_overrides,
)
from shared.formats.refusals import no_table
from shared.open_choices import OpenQuestion


class ChangeColumns:
    """The use case behind `PATCH /v1/tables/{id}/columns`.

    Types and formats are overrides below the recipe, on the cells as they stand in the file; of columns that the recipe makes, they are further
    steps. Names are overrides while there is no recipe, and steps after that, so that earlier steps still find their columns.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    async def __call__(
        self,
        table: StoredTable,
        changes: Mapping[str, ColumnChange],
        *,
        lose_misfits: bool,
        accept: Callable[[Mapping[str, Any]], None] = lambda profile: None,
    ) -> Changed:
        """`accept` sees the profile of the new version before that is anybody's, and raises where it must not be."""
        overrides, firm, steps = plan_change(table, changes, lose_misfits=lose_misfits)
        recipe = [*recipe_from_json(list(table.recipe)), *steps]
        async with self._versions.workplace() as folder:
            if any(change.retypes for change in changes.values()) and firm is not None:
                source = await self.reread(table, overrides, folder)
                below = override_steps(overrides, source.columns, () if lose_misfits else firm)
            else:
                source = await self._versions.base(table, folder)
                below = relabel_steps(table, overrides)
            base, path = await self._versions.apply(source, below, folder / "base", table)
            draft = await self._versions.recleaned(
                table,
                replace(table, overrides=overrides),
                OnDisk(path, base.columns),
                base.rows,
                recipe,
                folder / "clean",
                cleaned_base=base,
            )
            accept(draft.cleaned.profile)
            changed = await self._versions.publish(table, draft)
        return Changed(changed, join_reports(base, draft.cleaned))

    async def reread(self, table: StoredTable, overrides: Mapping[str, Mapping[str, Any]], folder: Path) -> OnDisk:
        """The file again, with the columns that are to be typed anew as text."""
        raw, into = folder / "raw", folder / "read"
        into.mkdir()
        await self._versions.objects.fetch_to(table.file_key, raw)
        result = await self._versions.cleaner.read(
            raw, table.filename, into, lambda *_: None, reading_overrides(table.reading, overrides)
        )
        found = find_same_table(result.tables, table)
        return OnDisk(found.data_path, found.columns)


def plan_change(
    table: StoredTable, changes: Mapping[str, ColumnChange], *, lose_misfits: bool
) -> tuple[dict[str, dict[str, Any]], list[str] | None, list[AnyStep]]:
    """(overrides, columns by the reader's names whose cells have to fit, steps to append). The columns are None when no override retypes one."""
    recipe = recipe_from_json(list(table.recipe))
    overrides: dict[str, dict[str, Any]] = {name: dict(wish) for name, wish in table.overrides.items()}
    firm: list[str] = []
    steps: list[AnyStep] = []
    renames: dict[str, str] = {}
    known = {read_name(column.name, table.overrides): column for column in table.uncleaned.columns}
    for name, change in changes.items():
        check_column(table, name)
        origin = origin_of(name, recipe)
        if recipe and change.name is not None:
            renames[name] = change.name
            change = replace(change, name=None)
        if origin is None:
            steps += steps_for_made_column(name, change, lose_misfits=lose_misfits)
        elif change.wishes() or change.retypes:
            read = read_name(origin, table.overrides)
            overrides = merge_change(overrides, read, keep_convention(change, known.get(read)))
            firm += [read] if change.retypes else []
    if renames:
        steps.append(RenameStep(columns=renames))
    return overrides, firm or None, steps


def steps_for_made_column(name: str, change: ColumnChange, *, lose_misfits: bool) -> list[AnyStep]:
    """Steps for a column that the recipe makes: there is no file to read it from again."""
    steps: list[AnyStep] = [RenameStep(columns={name: change.name})] if change.name is not None else []
    wishes = {key: value for key, value in change.wishes().items() if key != "name"}
    if not wishes:
        return steps
    return [
        CastStep.model_validate({"column": name, "misfits": "null" if lose_misfits else "refuse", **wishes}),
        *steps,
    ]


def relabel_steps(table: StoredTable, overrides: Mapping[str, Mapping[str, Any]]) -> list[AnyStep]:
    """New names and units over the base, which already has the types."""
    now = {read_name(column.name, table.overrides): column for column in table.uncleaned.columns}
    steps: list[AnyStep] = []
    for read, wish in overrides.items():
        if read in now and "unit" in wish and ((now[read].unit or "") != wish["unit"] or asks_for_unit(now[read])):
            steps.append(CastStep(column=now[read].name, unit=wish["unit"]))
    renames = {
        now[read].name: str(wish["name"])
        for read, wish in overrides.items()
        if read in now and wish.get("name", now[read].name) != now[read].name
    }
    return [*steps, RenameStep(columns=renames)] if renames else steps


def asks_for_unit(column: Column) -> bool:
    return column.open_choice is not None and column.open_choice.question is OpenQuestion.UNIT


def check_column(table: StoredTable, name: str) -> None:
    names = [column.name for column in table.columns]
    if name not in names:
        raise UnknownColumn(
            f"The table {table.name} has no column {name[:80]!r}.", hint=f"Its columns are: {', '.join(names[:30])}."
        )


def find_same_table(tables: Sequence[TableDraft], table: StoredTable) -> TableDraft:
    """The table of a file that a stored table was read from: of the same name, else in the same place."""
    named = [found for found in tables if found.name == table.origin_name]
    if len(named) == 1:
        return named[0]
    if table.position < len(tables):
        return tables[table.position]
    raise no_table("the file no longer holds it")


def join_reports(base: Cleaned, cleaned: Cleaned) -> Cleaned:
    """The reports of both jobs."""
    if base is cleaned:
        return cleaned
    return replace(cleaned, misfits=(*base.misfits, *cleaned.misfits), reports=(*base.reports, *cleaned.reports))
