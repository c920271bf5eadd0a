"""What two computations of one model must agree on: the rows that went in, and what has a closed form.

A database has no clusters and no p-values, but it can say of the same rows how many there are, how large the numbers in them are, and
which stand beside which. The sums are of sizes and squares, which do not cancel: a sum that does is as good as its last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from shared.analysis.inputs import family_of, to_floats
from shared.analysis.model import CELL, ModelStep
from shared.analysis.results import Check, Findings
from shared.columns import Family


def checks_of(
    step: ModelStep, rows: pd.DataFrame, columns: Mapping[str, tuple[str, ...]], findings: Findings
) -> tuple[Check, ...]:
    names = [name for role in step.roles for name in columns[role.name]]
    closed = {statistic.name for statistic in step.statistics if statistic.relational is not None}
    single = [estimate.name for estimate in findings.estimates]
    return (
        *_of_rows({name: rows[name] for name in names}, len(rows)),
        *(Check(e.name, "", e.value) for e in findings.estimates if e.name in closed and single.count(e.name) == 1),
        *(Check(CELL, place, value) for place, value in findings.cells.items()),
    )


def _of_rows(columns: Mapping[str, pd.Series[Any]], given: int) -> Iterator[Check]:
    measured = {name: measured_values(column) for name, column in columns.items()}
    present = [
        column.notna() if measured[name] is None else measured[name].notna()  # type: ignore[union-attr]
        for name, column in columns.items()
    ]
    yield Check("given rows", "", given)
    yield Check(
        "complete rows", "", int(np.logical_and.reduce([p.to_numpy() for p in present]).sum()) if present else given
    )
    first: tuple[pd.Series[Any], pd.Series[float] | None] | None = None
    for (name, column), found in zip(columns.items(), present, strict=True):
        values = measured[name]
        yield Check("values", name, int(found.sum()))
        yield from _sums(name, values) if values is not None else _groups(name, column)
        if first is not None:
            yield Check("beside the first", name, _beside(*first, column, values))
        first = first or (column, values)


def measured_values(column: pd.Series[Any]) -> pd.Series[float] | None:
    """Numbers, truth values as 1 and 0, days and moments as seconds; nothing of what only names."""
    family = family_of(column)
    if family in (Family.NUMBER, Family.BOOLEAN):
        return to_floats(column)
    if family is not Family.DATE:
        return None
    moments = pd.to_datetime(column)
    wall_clock = moments.dt.tz_localize(None) if moments.dt.tz is not None else moments
    seconds = wall_clock.astype("datetime64[s]").astype("int64").astype("float64")
    return seconds.where(wall_clock.notna())


def _sums(name: str, values: pd.Series[float]) -> Iterator[Check]:
    sums: Mapping[str, Callable[[pd.Series[float]], Any]] = {
        "size": lambda v: v.abs().sum(),
        "size above zero": lambda v: v.clip(lower=0).sum(),
        "squares": lambda v: (v * v).sum(),
    }
    yield from (Check(what, name, float(compute(values))) for what, compute in sums.items())


def _groups(name: str, column: pd.Series[Any]) -> Iterator[Check]:
    sizes = column.value_counts()
    yield Check("different", name, int((sizes > 0).sum()))
    yield Check("squares of groups", name, _of_squares(sizes))


def _beside(
    first: pd.Series[Any], first_values: pd.Series[float] | None, other: pd.Series[Any], values: pd.Series[float] | None
) -> float:
    """Numbers that changed places, and groups that others fell into, give another sum."""
    if first_values is not None and values is not None:
        return float((first_values * values).abs().sum())
    if first_values is None and values is None:
        return _of_squares(pd.DataFrame({0: first, 1: other}).groupby([0, 1], observed=True).size())
    sized, group = (first_values, other) if first_values is not None else (values, first)
    assert sized is not None
    return _of_squares(sized.abs().groupby(group, observed=True).sum())


def _of_squares(sizes: pd.Series[Any]) -> float:
    values = sizes.to_numpy(dtype="float64")
    return float((values * values).sum())
