"""What a stored table is, and the pure rules around it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from services.dataproc.reading.model import Column, columns_from
from services.dataproc.reading.totals import TotalsRow, totals_rows_from
from shared.events import ColumnFact, TableDescription, TableReady
from shared.objects import keys

NAMESPACE = uuid.UUID("0b0a9a0e-6c0f-4a3b-9d83-6a1d6c2f9d55")


@dataclass(frozen=True)
class Base:
    """A table as read, with overrides and before any cleaning."""

    key: str
    rows: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class StoredTable:
    """A table's manifest: in Redis for speed, beside its data in the object store for keeps.

    A version follows from its file, `position` and `origin_name` of the table in it, `overrides` (by the names that the reader gave the columns)
    and `recipe`. `base` is the table before the recipe; without one it is the table itself.
    """

    table_id: str
    session_id: str
    file_id: str
    version: int
    name: str
    rows: int
    columns: tuple[Column, ...]
    filename: str
    file_key: str
    source_sha256: str
    created_at: str
    reading: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    totals_rows: tuple[TotalsRow, ...] = ()
    position: int = 0
    origin_name: str = ""
    base: Base | None = None
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    recipe: tuple[Mapping[str, Any], ...] = ()

    @property
    def prefix(self) -> str:
        return keys.table_version(self.session_id, self.table_id, self.version)

    @property
    def data_key(self) -> str:
        return keys.table_data(self.session_id, self.table_id, self.version)

    @property
    def profile_key(self) -> str:
        return f"{self.prefix}profile.json"

    @property
    def values_key(self) -> str:
        return f"{self.prefix}values.json"

    @property
    def description_key(self) -> str:
        return f"{self.prefix}description.json"

    @property
    def uncleaned(self) -> Base:
        return self.base or Base(self.data_key, self.rows, self.columns)

    @property
    def manifest_key(self) -> str:
        return keys.table_manifest(self.session_id, self.table_id)

    def to_json(self) -> dict[str, Any]:
        """The manifest, with the keys of what lies beside it."""
        return asdict(self) | {
            "data_key": self.data_key,
            "profile_key": self.profile_key,
            "values_key": self.values_key,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> StoredTable:
        known = {name: body[name] for name in cls.__dataclass_fields__ if name in body}
        known["columns"] = columns_from(body["columns"])
        known["warnings"] = tuple(body.get("warnings", ()))
        known["totals_rows"] = totals_rows_from(body.get("totals_rows", ()))
        known["recipe"] = tuple(body.get("recipe", ()))
        if base := body.get("base"):
            known["base"] = Base(base["key"], base["rows"], columns_from(base["columns"]))
        return cls(**known)

    def description(self) -> TableDescription:
        return TableDescription(columns=tuple(map(column_fact, self.columns)))

    def ready_event(self) -> TableReady:
        return TableReady(
            session_id=self.session_id,
            table_id=self.table_id,
            file_id=self.file_id,
            version=self.version,
            name=self.name,
            rows=self.rows,
            columns=len(self.columns),
            description_key=self.description_key,
            data_key=self.data_key,
            profile_key=self.profile_key,
            values_key=self.values_key,
            source_sha256=self.source_sha256,
        )


def column_fact(column: Column) -> ColumnFact:
    """What other services may know of a column."""
    return ColumnFact(
        name=column.name,
        source_name=column.source_name,
        type=column.type,
        unit=column.unit,
        nullable=column.nullable,
        open_choice=column.open_choice,
    )


def table_id_of(file_id: str, index: int) -> str:
    """The id of a file's n-th table: the same however often the file is parsed."""
    return f"t_{uuid.uuid5(NAMESPACE, f'{file_id}|{index}').hex[:24]}"


def unique_name(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or `wanted_2`, `wanted_3` … when another table of the session has that name."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"
