"""`All` as a member of a dimension: country=All, sex=Both sexes, each the sum of the other members of that dimension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.dataproc.reading.totals.arithmetic import Measure
from services.dataproc.reading.totals.cells import TableCells
from services.dataproc.reading.totals.words import Figure, label_of

MOST_THAT_FIT = 0.8
"""Of the rows that have something to sum up: a cube may lack cells, but one that mostly does not add up is none."""
FEW = 0.1
"""Different numbers among the rows: ages and months are keys, though they are numbers."""


@dataclass(frozen=True)
class Member:
    """A row of such a member: what it sums up, over how many rows, and in which columns of numbers that was seen."""

    row: int
    column: str
    label: str
    addends: int
    agree: tuple[str, ...]


def find_members(
    cells: TableCells, labels: Mapping[str, Mapping[int, str]], measures: Sequence[Measure]
) -> Iterator[Member]:
    """`labels` by column and row, as `TableCells.labels` finds them."""
    for column, found in labels.items():
        by_label: dict[str, list[int]] = {}
        for row, label in found.items():
            if (said := label_of(label)) and said.figure is Figure.SUM:
                by_label.setdefault(label, []).append(row)
        labelled = sorted(row for rows in by_label.values() for row in rows)
        for label, rows in by_label.items():
            if len(rows) > 1:  # a single row is looked at by itself
                yield from _of_member(cells, column, label, np.array(rows), np.array(labelled), measures)


def _of_member(
    cells: TableCells, column: str, label: str, rows: np.ndarray, labelled: np.ndarray, measures: Sequence[Measure]
) -> Iterator[Member]:
    keys = [key for key in cells.keys if key != column]
    few = [m.name for m in measures if len(np.unique(m.cells[~np.isnan(m.cells)])) <= FEW * cells.rows][
        : len(measures) - 1
    ]
    for more in ([], few) if few else ([],):
        counted = [measure for measure in measures if measure.name not in more]
        groups = _groups(cells, [*keys, *more])
        addends = np.ones(cells.rows, bool)
        addends[labelled] = False
        found = list(_fitting(column, label, rows, groups, addends, counted))
        if found:
            yield from found
            return


def _groups(cells: TableCells, keys: Sequence[str]) -> np.ndarray:
    """A number for each combination of keys."""
    groups = np.zeros(cells.rows, np.int64)
    for key in keys:
        codes = cells.codes(key)
        _, groups = np.unique(groups * (codes.max(initial=0) + 1) + codes, return_inverse=True)
    return groups


def _fitting(
    column: str, label: str, rows: np.ndarray, groups: np.ndarray, addends: np.ndarray, measures: Sequence[Measure]
) -> Iterator[Member]:
    size = int(groups.max(initial=0)) + 1
    counts = np.bincount(groups[addends], minlength=size)[groups[rows]]
    agree = np.zeros((len(measures), len(rows)), bool)
    contradict = np.zeros_like(agree)
    for at, measure in enumerate(measures):
        filled = np.nan_to_num(measure.cells)
        sums, weights = (
            np.bincount(groups[addends], weights=part[addends], minlength=size)[groups[rows]]
            for part in (filled, np.abs(filled))
        )
        totals = measure.cells[rows]
        rounded = np.minimum(0.5 * measure.unit * np.sqrt(counts + 1), 0.001 * np.abs(totals))
        agree[at] = np.abs(sums - totals) <= rounded + 1e-9 * weights + 1e-12
        contradict[at] = ~agree[at] & ~np.isnan(totals) & (np.abs(totals) > weights)
    summing = counts > 0
    fits = summing & agree.any(0) & (agree.sum(0) > contradict.sum(0))
    several = fits & (counts > 1)
    if not several.any() or fits.sum() < MOST_THAT_FIT * summing.sum():
        return
    for at in np.flatnonzero(fits).tolist():
        names = tuple(measure.name for measure, agrees in zip(measures, agree[:, at], strict=True) if agrees)
        yield Member(int(rows[at]), column, label, int(counts[at]), names)
