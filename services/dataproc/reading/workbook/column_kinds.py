"""What the cells of a worksheet's column are, piece by piece, and the one type that they are stored in."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

WHOLE_IN_DOUBLE = 2**53
STORED = {
    "nothing": (pa.string(), ""),
    "text": (pa.string(), ""),
    "whole": (pa.int64(), "worksheet numbers, all of them whole"),
    "number": (pa.float64(), "worksheet numbers"),
    "truth": (pa.bool_(), "worksheet cells stored as bool"),
    "day": (pa.date32(), "worksheet dates"),
    "moment": (pa.timestamp("us"), "worksheet dates with times"),
    "clock": (pa.time64("us"), "worksheet times of day"),
    "span": (pa.duration("us"), "worksheet elapsed times"),
}
DAY = timedelta(days=1)
DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 - worksheets know no time zones
WIDER = {frozenset({"whole", "number"}): "number", frozenset({"day", "moment"}): "moment"}


def kind_of(column: pa.Array, zero: datetime = DAY_ZERO) -> str:
    """One of the keys of `STORED`. Times of day alone come as times on day zero."""
    kind = column.type
    if pa.types.is_null(kind) or column.null_count == len(column):
        return "nothing"
    if pa.types.is_integer(kind):
        return "whole"
    if pa.types.is_floating(kind):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py() and pc.max(pc.abs(column)).as_py() < WHOLE_IN_DOUBLE
        return "whole" if whole else "number"
    if pa.types.is_timestamp(kind):
        first, after = (pa.scalar(moment, kind) for moment in (zero, zero + DAY))
        if pc.all(pc.and_(pc.greater_equal(column, first), pc.less(column, after))).as_py():
            return "clock"
        return "day" if pc.all(pc.equal(pc.floor_temporal(column, unit="day"), column)).as_py() else "moment"
    checks = ((pa.types.is_date, "day"), (pa.types.is_boolean, "truth"), (pa.types.is_duration, "span"))
    return next((name for check, name in checks if check(kind)), "text")


def drop_impossible_days(column: pa.Array, zero: datetime) -> tuple[pa.Array, int]:
    """A column of dates with null for the numbers 0 and below, which are no days, and how many there were."""
    if not pa.types.is_timestamp(column.type) or zero != DAY_ZERO or kind_of(column) not in ("day", "moment"):
        return column, 0
    early = pc.and_(
        pc.less(column, pa.scalar(DAY_ZERO + DAY, column.type)), pc.equal(pc.floor_temporal(column, unit="day"), column)
    )
    count = pc.sum(early).as_py() or 0
    return (pc.if_else(early, pa.scalar(None, column.type), column), count) if count else (column, 0)


def common_kind(kinds: AbstractSet[str]) -> str | None:
    """The kind that takes in those of all pieces without changing a cell, or None."""
    found = frozenset(kinds - {"nothing"})
    if len(found) > 1:
        return WIDER.get(found)
    return next(iter(found), "nothing")
