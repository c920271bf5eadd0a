"""How surely a row that agrees with others does so because it sums them up, and not by chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import numpy as np

from services.dataproc.reading.totals.arithmetic import FIGURES, Fit, Mask, Measure, Numbers
from services.dataproc.reading.totals.words import Figure

COMPARED_ROWS = 1_000
"""Of the addends, from which columns are told that say the same."""
SAME_DIRECTION = 0.005
"""Share of a column that others do not already say, below which it is another way to write them: a price in cents, a rounded percentage."""
MOST_STEPS = 2.0**53
MEASURED_STEP = 1e-6
"""Of the total, where numbers have more places than anybody writes."""


def digits_of_proof(
    measures: Sequence[Measure], row: int, chosen: Mask, found: Fit, figure: Figure = Figure.SUM
) -> tuple[float, int]:
    """(decimal digits, columns): 3.5 means that chance agrees so in one of 3,000 such rows. Columns that follow from one another count once.

    Numbers that are all multiples of 50 have so many digits fewer: 1200, 800, 450 and 350 are 24, 16, 9 and 7.
    """
    digits, columns, directions = 0.0, 0, list[Numbers]()
    for measure in measures:
        cells = measure.cells[chosen]
        present = cells[~np.isnan(cells)]
        if measure.name not in found.agree or np.count_nonzero(present) < 2:
            continue
        direction = _beyond(np.nan_to_num(cells[:: max(1, len(cells) // COMPARED_ROWS)]), directions)
        if direction is None:
            continue
        directions.append(direction)
        digits += _digits(float(measure.cells[row]), present, measure.unit, figure)
        columns += 1
    return digits, columns


def _beyond(cells: Numbers, directions: Sequence[Numbers]) -> Numbers | None:
    """What a column says that none of the directions says; None where that is next to nothing."""
    length = float(np.linalg.norm(cells))
    if not length or not np.isfinite(length):
        return None
    rest = cells / length
    for direction in directions:
        rest = rest - direction * float(rest @ direction)
    left = float(np.linalg.norm(rest))
    return rest / left if left > SAME_DIRECTION else None


def _digits(total: float, cells: Numbers, unit: float, figure: Figure) -> float:
    if figure in (Figure.MINIMUM, Figure.MAXIMUM):
        return _digits_of_an_extreme(total, cells, unit)
    if figure is Figure.SUM:
        step, off, scope = _step(cells, unit), abs(float(cells.sum()) - total), abs(total)
    elif figure is Figure.COUNT:
        step, off, scope = 1.0, 0.0, max(total, float(np.ptp(cells)))
    else:
        step, off, scope = unit, abs(FIGURES[figure](cells) - total), float(np.ptp(cells))
    return max(0.0, log10(max(scope, 1e-300) / max(step, 2 * off, scope * MEASURED_STEP, 1e-300)))


def _digits_of_an_extreme(extreme: float, cells: Numbers, unit: float) -> float:
    """Nothing and the best mark are met by many; another number once in as many as lie between the smallest and the largest."""
    met = int(np.count_nonzero(cells == extreme))
    if met != 1 or not extreme:
        return log10((len(cells) + 1) / max(met, 1))
    return log10(max(float(np.ptp(cells)) / max(_step(cells, unit), 1e-300), len(cells) + 1.0))


def _step(cells: Numbers, unit: float) -> float:
    """What all of the numbers are multiples of."""
    if not unit or float(np.abs(cells).max()) / unit > MOST_STEPS:
        return unit
    return unit * float(np.gcd.reduce(np.round(np.abs(cells) / unit).astype(np.int64)))
