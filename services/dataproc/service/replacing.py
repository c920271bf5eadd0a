"""A newer file takes the place of an older one: the table keeps its id, its overrides and its recipe, and says what no longer fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.dataproc.cleaning import recipe_from_json
from services.dataproc.domain import StoredTable
from services.dataproc.errors import FileNotFound
from services.dataproc.service.columns import ChangeColumns
from services.dataproc.service.versions import OnDisk, Versions
from services.dataproc.tables.drift import Drift, compare_columns
from services.dataproc.tables.overrides import Overrides, choices_to_keep, override_steps, retyped_columns


@dataclass(frozen=True)
class Replaced:
    """The table over the newer file, and how that file differs."""

    table: StoredTable
    drift: Drift


class ReplaceFile:
    """The use case behind `POST /v1/tables/{id}/replace`. The newer file is an upload of this session that has become tables of its own."""

    def __init__(self, versions: Versions, columns: ChangeColumns) -> None:
        self._versions = versions
        self._columns = columns

    async def __call__(self, table: StoredTable, file_id: str) -> Replaced:
        newer = counterpart(await self._versions.registry.of_file(table.session_id, file_id), table)
        if newer is None:
            raise FileNotFound(
                f"No file {file_id[:80]} of this session has become tables.",
                hint="Upload it, and wait until GET /v1/files/{id} says `ready`.",
            )
        async with self._versions.workplace() as folder:
            overrides = {**choices_to_keep(newer.uncleaned.columns, table.uncleaned.columns), **table.overrides}
            source = await self._read(newer, overrides, folder)
            base, path = await self._versions.apply(
                source, override_steps(overrides, source.columns), folder / "base", newer, lenient=True
            )
            after = replace(table, file_id=newer.file_id, filename=newer.filename, file_key=newer.file_key, source_sha256=newer.source_sha256,
                            reading=newer.reading, position=newer.position, origin_name=newer.origin_name, overrides=overrides)  # fmt: skip
            recipe = recipe_from_json(list(table.recipe))
            draft = await self._versions.recleaned(
                newer,
                after,
                OnDisk(path, base.columns),
                base.rows,
                recipe,
                folder / "clean",
                cleaned_base=base,
                lenient=True,
            )
            done = await self._versions.publish(table, draft)
        gone, new, renamed, types = compare_columns(table.uncleaned.columns, base.columns)
        misfits = base.misfits if draft.cleaned is base else (*base.misfits, *draft.cleaned.misfits)
        lost = tuple(name for name in table.overrides if name not in {c.name for c in source.columns})
        return Replaced(done, Drift(table.uncleaned.rows, base.rows, tuple(gone), tuple(new), tuple(renamed), tuple(types), lost,
                                    (*base.skipped, *(draft.cleaned.skipped if draft.cleaned is not base else ())), tuple(m.sentence() for m in misfits)))  # fmt: skip

    async def _read(self, newer: StoredTable, overrides: Overrides, folder: Path) -> OnDisk:
        """The newer file as its own tables were read, unless columns of it have to be typed anew."""
        if retyped_columns(overrides) or newer.overrides:
            return await self._columns.reread(newer, overrides, folder)
        return await self._versions.base(newer, folder)


def counterpart(tables: Sequence[StoredTable], table: StoredTable) -> StoredTable | None:
    """The table of a newer file that stands for an older one: of the same name, else in the same place, else the first."""
    others = [found for found in tables if found.table_id != table.table_id]
    named = [found for found in others if found.origin_name == table.origin_name]
    placed = [found for found in others if found.position == table.position]
    return next(iter([*named, *placed, *others]), None)
