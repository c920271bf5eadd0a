"""By which cells rows that sum up others are told from all others: questions leave out what these find, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from services.dataproc.reading.totals.arithmetic import Mask, Measure
from services.dataproc.reading.totals.cells import TableCells
from services.dataproc.reading.totals.model import Cell, ToldBy

MOST_CONDITIONS = 40
"""Different sets of several cells: each is a condition of every question about the table."""
MOST_LABELS = 200
"""Labels that tell their rows alone: together they are one condition."""


def told_by(
    cells: TableCells, labelled: Mapping[int, str], measures: list[Measure]
) -> tuple[tuple[ToldBy, ...], ...] | None:
    """For rows by the column of their label; None where that takes too many conditions."""
    totals = np.zeros(cells.rows, bool)
    totals[list(labelled)] = True
    told: list[tuple[ToldBy, ...]] = []
    covered = np.zeros(cells.rows, bool)
    for row, column in labelled.items():
        if covered[row]:
            continue
        found = _of_row(cells, row, column, totals, measures)
        if found is None:
            return None
        condition, rows = found
        told.append(condition)
        if len(told) > MOST_LABELS or sum(1 for cells_together in told if len(cells_together) > 1) > MOST_CONDITIONS:
            return None
        covered |= rows
    return tuple(told)


def _of_row(
    cells: TableCells, row: int, column: str, totals: Mask, measures: list[Measure]
) -> tuple[tuple[ToldBy, ...], Mask] | None:
    """The label's cell, and as many others of the row as it takes."""
    rows = np.ones(cells.rows, bool)
    condition: list[ToldBy] = []
    for told, same in _cells_of(cells, row, column, measures):
        narrowed = rows & same
        if condition and narrowed.sum() == rows.sum():
            continue
        rows = narrowed
        condition.append(told)
        if not (rows & ~totals).any():
            return tuple(condition), rows
    return None


def _cells_of(cells: TableCells, row: int, column: str, measures: list[Measure]) -> Iterator[tuple[ToldBy, Mask]]:
    """Texts first, since they are compared letter by letter; then numbers."""
    for name in [column, *(text for text in cells.texts if text != column)]:
        codes = cells.codes(name)
        if codes[row] == 0 or name in cells.texts:
            value: Cell = cells.column(name)[row].as_py() if codes[row] else None
            yield ToldBy(name, value), codes == codes[row]
    for measure in measures:
        number = float(measure.cells[row])
        if not np.isnan(number) and name_is_plain(cells, measure.name):
            yield ToldBy(measure.name, int(number) if number.is_integer() else number), measure.cells == number


def name_is_plain(cells: TableCells, name: str) -> bool:
    """Whether a plan can compare the column's cells with a number: those of elapsed times are none."""
    return next(c for c in cells.columns if c.name == name).type.is_number
