"""Plans for columns of dates, date-times, times and durations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from services.dataproc.reading.typing.dating import TemporalReading
from services.dataproc.reading.typing.notes import join, misfit_note, nulls_note
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.storage import STORAGE

PROBED_ZONES = 2000


def temporal_plan(column: ValueCounts, reading: TemporalReading) -> ColumnPlan:
    """The plan for a column whose cells are points or spans in time."""
    storage, parse = STORAGE[reading.type], reading.parse
    zoned = ["%z" in fmt for fmt in reading.formats]
    if all(zoned):
        storage = pa.timestamp("us", tz=zone_of(column, reading))
    elif any(zoned):
        parse = without_zone(reading.parse)
    shown = " or ".join(reading.formats)
    evidence = join(
        f"every value is a {reading.type} like {shown}",
        reading.note,
        nulls_note(column, column.null_tokens),
        misfit_note(reading.misfits),
    )
    return ColumnPlan(reading.type, storage, parse, column.null_tokens, evidence, format=shown, misfits=reading.misfits)


def zone_of(column: ValueCounts, reading: TemporalReading) -> str:
    """The one offset of the column, else UTC."""
    offsets = set()
    for text in list(column.values())[:PROBED_ZONES]:
        try:
            offsets.add(reading.parse(text).strftime("%z"))
        except ValueError:
            continue
    offset = offsets.pop() if len(offsets) == 1 else "+0000"
    return "UTC" if offset in ("", "+0000") else f"{offset[:3]}:{offset[3:5]}"


def without_zone(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Stamps with and without an offset cannot stand in one column: those with one do not fit."""

    def parse(text: str) -> Any:
        value = read(text)
        if value.tzinfo is not None:
            raise ValueError(text)
        return value

    return parse
