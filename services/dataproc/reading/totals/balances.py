"""What is left: a row such as "Net income" that is one total less others, where what was spent is written without a sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.dataproc.reading.totals.arithmetic import Measure, tolerance
from services.dataproc.reading.totals.single_rows import Candidate, Found
from services.dataproc.reading.totals.words import Figure

FEWEST_TOTALS = 2
"""A net price below a gross price and its tax is an item like them: only totals that were proven are taken from one another."""


@dataclass(frozen=True)
class Balance:
    """`of` are the rows it is the difference of: from the first the others are taken."""

    candidate: Candidate
    of: tuple[int, ...]
    agree: tuple[str, ...]


def find_balances(
    measures: Sequence[Measure], candidates: Sequence[Candidate], found: Mapping[int, Found]
) -> dict[int, Balance]:
    """Among the candidates that were not `found` to be anything, from the top: a net profit may start from a gross profit."""
    balances: dict[int, Balance] = {}
    totals = {row for row, one in found.items() if one.figure is Figure.SUM}
    for candidate in sorted(candidates, key=lambda c: c.row):
        if candidate.row in found or candidate.label is None or not candidate.label.is_balance:
            continue
        for of in _minuend_and_others(candidate.row, totals, balances):
            if agree := _agreeing(measures, candidate.row, of):
                balances[candidate.row] = Balance(candidate, of, agree)
                break
    return balances


def _minuend_and_others(row: int, totals: set[int], balances: Mapping[int, Balance]) -> Iterator[tuple[int, ...]]:
    """The two that stand nearest above, and all totals above."""
    lines = sorted(line for line in {*totals, *balances} if line < row)
    above = tuple(line for line in lines if line in totals)
    if len(lines) >= FEWEST_TOTALS:
        yield tuple(lines[-FEWEST_TOTALS:])
    if len(above) >= FEWEST_TOTALS:
        yield above


def _agreeing(measures: Sequence[Measure], row: int, of: tuple[int, ...]) -> tuple[str, ...]:
    """The columns of numbers in which it is the difference; none where it is not in most of them."""
    agree, said = [], 0
    for measure in measures:
        left, lines = float(measure.cells[row]), np.nan_to_num(measure.cells[list(of)])
        if np.isnan(left) or not lines[0]:
            continue
        said += 1
        weight = float(np.abs(lines).sum())
        off = abs(float(lines[0] - lines[1:].sum()) - left)
        if off <= tolerance(left, len(of), measure.unit, weight):
            agree.append(measure.name)
    return tuple(agree) if len(agree) * 2 > said else ()
