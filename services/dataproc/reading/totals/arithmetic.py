"""Whether the numbers of a row are the sum, the mean or the like of those of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.dataproc.reading.totals.words import Figure

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_PLACES = 6
"""Decimal places by which numbers are taken to be rounded; beyond, they are measured and not written."""
SHARE_OF_ROUNDING = 0.001
"""Of the total: rounded addends may miss it by their own rounding, but never by more. 61 is not the sum of 10, 20 and 30."""
OF_A_DOUBLE = 1e-9
"""Of all that was added: what adding doubles in another order may change."""
FIGURES: Mapping[Figure, Callable[[Numbers], float]] = {
    Figure.MEAN: lambda cells: float(np.mean(cells)),
    Figure.MEDIAN: lambda cells: float(np.median(cells)),
    Figure.MINIMUM: lambda cells: float(np.min(cells)),
    Figure.MAXIMUM: lambda cells: float(np.max(cells)),
    Figure.COUNT: lambda cells: float(len(cells)),
}


IN_EVERY_COLUMN = frozenset({Figure.MEAN, Figure.MEDIAN})
"""What is taken of each column where it is taken of one."""


@dataclass(frozen=True)
class Measure:
    """A column of numbers; missing cells are NaN. `unit` is the last decimal place that they are written to."""

    name: str
    cells: Numbers
    unit: float

    @classmethod
    def of(cls, name: str, cells: Numbers) -> Measure:
        return cls(name, cells, last_place(cells))


@dataclass(frozen=True)
class Fit:
    """How a row's numbers agree with those of `addends` rows: the columns in which they do, and in which they contradict."""

    addends: int
    agree: tuple[str, ...] = ()
    contradict: tuple[str, ...] = ()
    proof: int = 0
    """Of the columns that agree, those with several addends that are not 0: a single one may be equal by chance."""

    @property
    def holds(self) -> bool:
        """Most of what can be said speaks for it: other columns of the row may hold rates or means."""
        return bool(self.agree) and len(self.agree) > len(self.contradict)


NO_FIT = Fit(0)


def can_be_added(cells: Numbers) -> bool:
    """Whether no sum of some of them is beyond a double: then every one would agree with any other."""
    with np.errstate(over="ignore"):
        return bool(np.isfinite(np.nansum(np.abs(cells))))


def last_place(cells: Numbers) -> float:
    sample = cells[~np.isnan(cells)][:10_000]
    with np.errstate(over="ignore"):  # numbers near the largest double have no places to round to
        for places in range(MOST_PLACES):
            if np.all(np.abs(sample - np.round(sample, places)) <= OF_A_DOUBLE * np.maximum(1.0, np.abs(sample))):
                return float(10.0**-places)
    return 0.0


def tolerance(total: float, addends: int, unit: float, weight: float) -> float:
    """How far a sum may be from what it sums up. `weight` is the sum of all magnitudes."""
    rounded = min(0.5 * unit * np.sqrt(addends + 1), SHARE_OF_ROUNDING * abs(total))
    return float(rounded + OF_A_DOUBLE * weight + 1e-12)


def fit(measures: Sequence[Measure], row: int, chosen: Mask | slice, figure: Figure) -> Fit:
    """Of one row, and the rows of `chosen`."""
    agree, contradict, proof, addends = [], [], 0, 0
    for measure in measures:
        total, cells = measure.cells[row], measure.cells[chosen]
        addends = max(addends, len(cells))
        cells = cells[~np.isnan(cells)]
        if np.isnan(total) or not len(cells):
            continue
        if agrees(float(total), cells, measure.unit, figure):
            agree.append(measure.name)
            proof += int(np.count_nonzero(cells) > 1)
        elif (
            figure in IN_EVERY_COLUMN or not cells.min() <= total <= cells.max()
        ):  # beside sums a rate or a mean lies among what it is of
            contradict.append(measure.name)
    return Fit(addends, tuple(agree), tuple(contradict), proof)


def agrees(total: float, cells: Numbers, unit: float, figure: Figure) -> bool:
    if figure is Figure.SUM:
        weight = float(np.abs(cells).sum())
        return abs(float(cells.sum()) - total) <= tolerance(total, len(cells), unit, weight)
    return abs(FIGURES[figure](cells) - total) <= 0.5 * unit + OF_A_DOUBLE * max(1.0, abs(total))
