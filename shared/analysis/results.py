"""What a model step finds: estimates, a table, and what was checked on the way."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import pandas as pd


class Concern(StrEnum):
    """What a note is about."""

    METHOD = "method"  # what was computed, and how large the effect is
    HOLDS = "holds"  # an assumption that was checked and stands
    DOUBT = "doubt"  # an assumption that fails, or cannot be checked
    ROWS = "rows"  # rows or columns that were left out


@dataclass(frozen=True)
class Note:
    """A sentence for the person who reads the answer."""

    concern: Concern
    sentence: str

    @property
    def is_warning(self) -> bool:
        """Must it be read before the number is trusted?"""
        return self.concern in (Concern.DOUBT, Concern.ROWS)


@dataclass(frozen=True)
class Estimate:
    """A statistic with its 95 % confidence interval and p-value, where it has them. `name` is the registry's, `label` may say of what."""

    name: str
    label: str
    value: float
    low: float | None = None
    high: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class Check:
    """A number that a second computation must find as well; `of` is the column or the place in the table that it is about."""

    name: str
    of: str
    value: float


@dataclass(frozen=True)
class Findings:
    """What a method gives back; `table` is shown in place of the estimates where there is one.

    `cells` are those numbers of the table that have a closed form, by the names that `ModelStep.cells` gives their places.
    """

    estimates: Sequence[Estimate]
    notes: Sequence[Note] = ()
    table: pd.DataFrame | None = None
    cells: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class ModelResult:
    """`value` is the one statistic that was asked for, None when all were; `notes` say what was checked and left out; `checks` are for
    a second computation to be compared with."""

    step: str
    table: pd.DataFrame
    notes: tuple[Note, ...]
    value: float | None = None
    checks: tuple[Check, ...] = field(default=(), repr=False)

    @property
    def answer(self) -> pd.DataFrame | float:
        return self.table if self.value is None else self.value

    @property
    def warnings(self) -> tuple[str, ...]:
        """The sentences that must be read before the numbers are trusted."""
        return tuple(note.sentence for note in self.notes if note.is_warning)

    def _repr_html_(self) -> str:
        """For notebooks: the answer, and every note under it."""
        notes = "".join(f"<li>{html.escape(note.sentence)}</li>" for note in self.notes)
        shown = self.table.to_html(index=False) if self.value is None else f"<p>{self.value!r}</p>"
        return f"{shown}<ul>{notes}</ul>"


def table_of(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Statistic and value, with intervals and p-values where any row has them."""
    found = list(estimates)
    columns: dict[str, list[object]] = {"statistic": [e.label for e in found], "value": [e.value for e in found]}
    for name in ("low", "high", "p_value"):
        given = [getattr(estimate, name) for estimate in found]
        if any(value is not None for value in given):
            columns[name] = [float("nan") if value is None else value for value in given]
    return pd.DataFrame(columns)
