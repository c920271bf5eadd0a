"""What is found of rows that sum up others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from services.dataproc.reading.totals.words import Figure

Cell = str | int | float | None


@dataclass(frozen=True)
class ToldBy:
    """A cell by which such rows are told from all others; None for a missing one."""

    column: str
    value: Cell


@dataclass(frozen=True)
class TotalsRow:
    """`row` is counted from 1; `label` is None where the cell is blank. `sums` says what it sums up ("12 rows"), `check` by what that was found."""

    row: int
    column: str
    label: str | None
    figure: Figure
    sums: str
    check: str


@dataclass(frozen=True)
class Totals:
    """`rows` are the first ones of `count`; `told_by` finds all of them and no other row: each is cells that stand in one row together."""

    rows: tuple[TotalsRow, ...] = ()
    count: int = 0
    told_by: tuple[tuple[ToldBy, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    misnamed: tuple[str, ...] = ()
    """Of the warnings, those about rows that only are called so."""

    @property
    def labels(self) -> list[tuple[str, str]]:
        """(column, cell) of the rows that have one; none where not all rows are listed."""
        return [(row.column, row.label) for row in self.rows if row.label] if self.count == len(self.rows) else []

    def to_json(self) -> dict[str, Any]:
        """What the profile keeps of it."""
        return {
            "count": self.count,
            "rows": [asdict(row) for row in self.rows],
            "told_by": [[asdict(cell) for cell in cells] for cells in self.told_by],
        }


def totals_rows_from(body: Iterable[Mapping[str, Any]]) -> tuple[TotalsRow, ...]:
    """Rows as `asdict` wrote them."""
    return tuple(TotalsRow(**{**row, "figure": Figure(row["figure"])}) for row in body)
