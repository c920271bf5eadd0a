"""What a chart is drawn of: the columns of a result with all of its rows, and what the cells of a column are. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from services.nlq.answers.charts.limits import LARGEST_NUMBER

FIRST_YEAR, LAST_YEAR = 1800, 2200

Kind: TypeAlias = Literal["number", "year", "time", "period", "truth", "text", "empty", "other"]
_PERIOD = re.compile(
    r"\d{4}[- ]?(Q[1-4]|H[12]|W\d{2})"
)  # as pandas writes quarters and weeks, which are in order as texts
_MOMENT = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?")


@dataclass(frozen=True)
class Frame:
    """`rows` are all there are, and their cells are JSON."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return {name: kind_of(name, self.cells(name)) for name in self.columns}

    def cells(self, name: str) -> list[Any]:
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def values(self, name: str) -> list[Any]:
        """The cells that are not missing."""
        return [cell for cell in self.cells(name) if cell is not None]

    def combinations(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """For each row what stands in these columns."""
        places = [self.columns.index(name) for name in names]
        return [tuple(str(row[at]) for at in places) for row in self.rows]


def moment_of(cell: str) -> datetime | None:
    """Of a month (2024-05), a day or a time of one, as the jail writes them; nothing of any other text."""
    if not _MOMENT.fullmatch(cell):
        return None
    try:
        return datetime.fromisoformat(f"{cell}-01" if len(cell) == len("2024-05") else cell)
    except ValueError:
        return None


def is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def kind_of(name: str, cells: Sequence[Any]) -> Kind:
    """What the cells are that are there; `other` are those of several kinds, lists, and numbers beyond any scale."""
    there = [cell for cell in cells if cell is not None]
    if not there:
        return "empty"
    if all(isinstance(cell, bool) for cell in there):
        return "truth"
    if all(map(is_number, there)):
        if any(abs(cell) > LARGEST_NUMBER for cell in there):
            return "other"
        return "year" if _are_years(name, there) else "number"
    if all(isinstance(cell, str) for cell in there):
        if all(map(moment_of, there)):
            return "time"
        return "period" if all(map(_PERIOD.fullmatch, there)) else "text"
    return "other"


def _are_years(name: str, cells: Sequence[float]) -> bool:
    """Whole numbers that could be years, and are called so or follow one another."""
    if not all(cell == int(cell) and FIRST_YEAR <= cell <= LAST_YEAR for cell in cells):
        return False
    return "year" in name.casefold() or (
        len(cells) > 2 and all(after - before == 1 for before, after in pairwise(cells))
    )
