"""Points in time, and what else has an order, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.analysis.inputs import family_of, to_floats
from shared.analysis.units import DAYS
from shared.columns import Family

# A slope reads best in a unit of which the data cover several.
_SEVERAL = 3


@dataclass(frozen=True)
class TrendUnit:
    """`length` in days of time, or in steps of whatever the order counts."""

    label: str
    length: float
    is_time: bool = True


def along(column: pd.Series[Any]) -> pd.Series[float]:
    """Days since 1970 of dates, numbers as they are."""
    if family_of(column) is not Family.DATE:
        return to_floats(column)
    moments = to_moments(column)
    return (moments - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)


def to_moments(column: pd.Series[Any]) -> pd.Series[Any]:
    """Dates of any kind as timestamps; zones are told as Greenwich's."""
    if isinstance(column.dtype, pd.PeriodDtype):
        starts: pd.Series[Any] = column.dt.to_timestamp()
        return starts
    moments = pd.to_datetime(column, errors="coerce")
    return moments.dt.tz_convert(None) if moments.dt.tz is not None else moments


def trend_unit(column: pd.Series[Any], per: str, span: float) -> TrendUnit:
    """`per` by name, or for "auto" the longest unit of which the data span several; of numbers that are no dates, their own step."""
    if family_of(column) is not Family.DATE:
        return TrendUnit(f"step of {column.name}", 1.0, is_time=False)
    if per == "auto":
        per = next((unit for unit in ("year", "month", "week") if span >= _SEVERAL * DAYS[unit]), "day")
    return TrendUnit(per, DAYS[per])
