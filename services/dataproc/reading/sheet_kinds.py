"""What the cells of a worksheet's column are, piece by piece, and the one type that they are stored in."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

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
    "span": (pa.duration("us"), "worksheet elapsed times"),
}
WIDER = {frozenset({"whole", "number"}): "number", frozenset({"day", "moment"}): "moment"}


def kind_of(column: pa.Array) -> str:
    """One of the keys of `STORED`."""
    kind = column.type
    if pa.types.is_null(kind) or column.null_count == len(column):
        return "nothing"
    if pa.types.is_integer(kind):
        return "whole"
    if pa.types.is_floating(kind):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py() and pc.max(pc.abs(column)).as_py() < WHOLE_IN_DOUBLE
        return "whole" if whole else "number"
    if pa.types.is_timestamp(kind):
        return "day" if pc.all(pc.equal(pc.floor_temporal(column, unit="day"), column)).as_py() else "moment"
    checks = ((pa.types.is_date, "day"), (pa.types.is_boolean, "truth"), (pa.types.is_duration, "span"))
    return next((name for check, name in checks if check(kind)), "text")


def common_kind(kinds: AbstractSet[str]) -> str | None:
    """The kind that takes in those of all pieces without changing a cell, or None."""
    found = frozenset(kinds - {"nothing"})
    if len(found) > 1:
        return WIDER.get(found)
    return next(iter(found), "nothing")
