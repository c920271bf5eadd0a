"""How the cells of a column of points or spans in time become values."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import COMPACT_DAYS, join, misfit_sentence, null_sentence, time_sentence
from services.dataproc.reading.typing.moments.conventions import TemporalInterpretation
from services.dataproc.reading.typing.moments.formats import COMPACT_DATE, FORMATS_JOINT, parse_date
from services.dataproc.reading.typing.storage import STORAGE
from shared.columns import ColumnType

DATE_NAME = re.compile(r"(?:^|[\W_])(?:day|datum|dt|ymd|fecha|jour|tag)(?:[\W_]|$)|date", re.IGNORECASE)
PROBED_ZONES = 2000  # cells from which the offset of a column of stamps is told


def compact_date_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join(COMPACT_DAYS, null_sentence(column, column.null_tokens))
    parse = partial(parse_date, COMPACT_DATE)
    return ColumnPlan(
        ColumnType.DATE, STORAGE[ColumnType.DATE], parse, column.null_tokens, evidence, format=COMPACT_DATE
    )


def temporal_plan(column: ValueCounts, times: TemporalInterpretation) -> ColumnPlan:
    """The plan for a column whose cells are points or spans in time."""
    storage, parse = STORAGE[times.type], times.parse
    zoned = ["%z" in fmt for fmt in times.formats]
    if all(zoned):
        storage = pa.timestamp("us", tz=zone_of(column, times))
    elif any(zoned):
        parse = without_zone(times.parse)
    evidence = join(time_sentence(times), null_sentence(column, column.null_tokens), misfit_sentence(times.misfits))
    return ColumnPlan(
        times.type,
        storage,
        parse,
        column.null_tokens,
        evidence,
        format=FORMATS_JOINT.join(times.formats),
        misfits=times.misfits,
        open_choice=times.open_choice,
    )


def zone_of(column: ValueCounts, times: TemporalInterpretation) -> str:
    """The one offset of the column, else UTC."""
    offsets = set()
    for text in list(column.values())[:PROBED_ZONES]:
        try:
            offsets.add(times.parse(text).strftime("%z"))
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
