"""What goes into the planner and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.columns import ColumnType
from shared.dictionary import NamedMeasure
from shared.open_choices import OpenChoice, ReadingTaken
from shared.plan.result import Result


@dataclass(frozen=True)
class Figures:
    """What is counted and measured of a column's cells, for who writes code without seeing them. Values are in the column's own form, as JSON has it.

    `values` are all different ones, the most frequent first, where they are few.
    """

    nulls: int | None = None
    values: tuple[Any, ...] = ()
    examples: tuple[Any, ...] = ()
    mean: Any = None
    quartiles: tuple[Any, ...] = ()


@dataclass(frozen=True)
class ColumnFacts:
    """One column as its profile describes it.

    `values` are distinct cell texts, most frequent first, possibly cut (`values_complete` says whether they are all there).
    `labels` are the words that the dictionary has for it beside its name, the best one first.
    """

    name: str
    source_name: str
    type: ColumnType
    unit: str | None = None
    nullable: bool = True
    distinct: int | None = None
    values: tuple[str, ...] = ()
    values_complete: bool = False
    minimum: Any = None
    maximum: Any = None
    labels: tuple[str, ...] = ()
    definition: str = ""
    open_choice: OpenChoice | None = None
    """What its cells leave open."""
    figures: Figures = Figures()

    @property
    def mixed_units(self) -> tuple[str, ...]:
        """What its numbers are in, where that differs from cell to cell."""
        return self.open_choice.mixed_units if self.open_choice else ()


@dataclass(frozen=True)
class TotalsCell:
    """A cell by which rows that sum up others are told from the table's other rows; None for a missing one."""

    column: str
    value: str | int | float | None


@dataclass(frozen=True)
class Reference:
    """A column whose cells name rows of another table, by that table's `key`.

    `matched` is the share of the rows that find a row there, None where it was not counted; `several` says that some of them find more than one.
    """

    column: str
    table: str
    key: str
    matched: float | None = None
    several: bool = False


@dataclass(frozen=True)
class TableFacts:
    """One table that the question may be about.

    `totals` find the rows that sum up others: those in which all cells of one of these stand. Questions leave them out, unless the
    person says that they are to be counted (`counts_totals`).
    """

    table_id: str
    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    candidate_keys: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    definition: str = ""
    measures: tuple[NamedMeasure, ...] = ()
    totals: tuple[tuple[TotalsCell, ...], ...] = ()
    counts_totals: bool = False
    sample_rows: tuple[tuple[Any, ...], ...] = ()
    """A few rows, with a cell for each column."""
    warnings: tuple[str, ...] = ()
    """What was noticed when the file was read."""
    references: tuple[Reference, ...] = field(default=(), compare=False)
    """To other tables of the question; no fact of the table itself, and so of no matter to whether two are the same."""


@dataclass(frozen=True)
class Turn:
    """An earlier turn of the conversation; `plan` is what `Planned.plan` was."""

    question: str
    code: str | None
    answer_text: str | None
    plan: Mapping[str, Any] | None


@dataclass(frozen=True)
class Planned:
    """The question was understood: `code` computes its answer into `result`."""

    intent: str
    plan: Mapping[str, Any]
    code: str
    entities: Mapping[str, Any]
    explanation: str
    columns: tuple[tuple[str, str], ...]
    tables: tuple[str, ...]
    chart: Mapping[str, Any] | None
    confidence: float
    reading: tuple[Mapping[str, Any], ...] = ()
    """Each word or phrase of the question that means something, and what: `{text, means, table?, column?, value?}`."""
    expected: Result | None = None
    """What the plan comes to by its second rendering; `sorted_by` are the columns whose order is part of it."""
    sorted_by: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the plan leaves out, repeats, or counts its dates from."""
    notes: tuple[str, ...] = ()
    """What else is said of the answer, and is no reason to distrust it."""


@dataclass(frozen=True)
class Option:
    """One reading that the person can choose; `schema_label` is its label without anything that stands in a cell, where there is one.
    `settles`: how a column is read from then on."""

    id: str
    label: str
    schema_label: str | None = None
    settles: ReadingTaken | None = None


@dataclass(frozen=True)
class Clarify:
    """The question has several readings about equally likely; `slot` names what is unclear."""

    question: str
    options: tuple[Option, ...]
    intent: str
    entities: Mapping[str, Any]
    slot: str

    @property
    def settles_reading(self) -> bool:
        """Whether it is about how a table was read, which no engine can tell from the question."""
        return any(option.settles for option in self.options)


@dataclass(frozen=True)
class Decline:
    """The planner will not answer, because any answer would be a guess."""

    reason: str
    hint: str
    intent: str
    suggestions: tuple[str, ...] = ()
    """Ready questions near to this one that would be answered."""
    cleaning: Mapping[str, str] | None = None
    """A step that would make the question answerable: `{table, column, step, type}`, for a client to offer."""
    unmatched: tuple[str, ...] = ()
    """Words of the question that are found nowhere in the tables."""
