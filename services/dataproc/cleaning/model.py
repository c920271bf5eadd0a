"""What goes between the steps of a recipe, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from services.dataproc.cleaning.errors import name_taken, unknown_column
from services.dataproc.reading.model import Column
from shared.columns import ColumnType

Transform = Callable[[pa.RecordBatch], pa.RecordBatch]
SHOWN_MISFITS = 10  # rows and texts that a refusal names: enough to find them all by


@dataclass(frozen=True)
class Misfits:
    """Cells that did not fit a wished type: how many, which texts, in which rows (counted from 1)."""

    column: str
    type: ColumnType
    count: int
    rows: tuple[int, ...]
    examples: tuple[str, ...]

    def sentence(self) -> str:
        shown = ", ".join(repr(text[:40]) for text in self.examples[:5])
        rows = ", ".join(f"{row:,}" for row in self.rows[:SHOWN_MISFITS])
        return f"{self.count:,} cell(s) of column {self.column!r} are not {self.type}: {shown} (rows {rows})"


def no_misfits() -> Misfits | None:
    return None


@dataclass(frozen=True)
class Prepared:
    """A step made ready for one table: `apply` is called on its batches in order, each row once.

    `touches` are the columns whose cells may change. `misfits` is asked after the last batch.
    """

    apply: Transform
    columns: tuple[Column, ...]
    touches: tuple[str, ...] = ()
    misfits: Callable[[], Misfits | None] = no_misfits
    refuses_misfits: bool = False
    resolved: dict[str, Any] = field(default_factory=dict)


class Stage(Protocol):
    """A table at one point of a recipe."""

    @property
    def columns(self) -> tuple[Column, ...]: ...
    @property
    def schema(self) -> pa.Schema: ...
    def stored(self) -> Path:
        """The table at this point as a Parquet file, for steps that have to see all of it first."""
        ...

    @property
    def workspace(self) -> Workspace: ...


@dataclass(frozen=True)
class Workspace:
    """Where intermediate tables go, and what one job may use."""

    folder: Path
    memory_bytes: int
    threads: int = 2
    comma_likely: bool = False
    lenient: bool = False


@dataclass(frozen=True)
class StepReport:
    """What one step did."""

    step: str
    rows_before: int
    rows_after: int
    cells_changed: int
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkippedStep:
    """A step that the table no longer fits, with the reason; `position` counts from 1."""

    position: int
    step: str
    reason: str


@dataclass(frozen=True)
class Cleaned:
    """A table after its recipe, written and profiled. `recipe` is what was applied, with what was found out on the way filled in."""

    rows: int
    columns: tuple[Column, ...]
    profile: dict[str, Any]
    values: dict[str, list[str]]
    recipe: list[dict[str, Any]]
    reports: tuple[StepReport, ...]
    misfits: tuple[Misfits, ...] = ()
    skipped: tuple[SkippedStep, ...] = ()


def column_of(stage: Stage, name: str) -> Column:
    for column in stage.columns:
        if column.name == name:
            return column
    raise unknown_column(name, [column.name for column in stage.columns])


def with_columns(stage: Stage, *changed: Column) -> tuple[Column, ...]:
    """The stage's columns, some of them replaced."""
    by_name = {column.name: column for column in changed}
    return tuple(by_name.get(column.name, column) for column in stage.columns)


def insert_after(columns: tuple[Column, ...], after: str, new: tuple[Column, ...]) -> tuple[Column, ...]:
    position = next(i for i, column in enumerate(columns) if column.name == after) + 1
    return (*columns[:position], *new, *columns[position:])


def require_free(columns: tuple[Column, ...], *names: str) -> None:
    """Refuse names that are taken, or the same but for their case."""
    taken = {column.name.casefold() for column in columns}
    for name in names:
        if name.casefold() in taken:
            raise name_taken(name)
        taken.add(name.casefold())


def made_column(name: str, kind: ColumnType, evidence: str, unit: str | None = None) -> Column:
    """A column that stands in no file."""
    return Column(name, "", kind, True, unit, evidence, None)


def noted(column: Column, note: str) -> Column:
    return replace(column, evidence=f"{column.evidence}; {note}" if column.evidence else note)
