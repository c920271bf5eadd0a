"""ISO 8601 text of dates, times, date-times and durations: every digit, also where Python's own types end (years beyond 9999, nanoseconds)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pyarrow as pa

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
DAY = 86_400
DAYS_TO_1970 = 719_468  # from 0000-03-01
DAYS_IN_ERA = 146_097  # 400 years


def iso_texts(cells: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """Each cell of a temporal column as text; zoned moments carry their offset."""
    kind = cells.type
    if not pa.types.is_duration(kind) and kind != pa.time64("ns"):
        try:
            return [None if cell is None else cell.isoformat() for cell in cells.to_pylist()]
        except (ValueError, OverflowError):
            pass
    write = writer_of(kind)
    return [None if count is None else write(count) for count in counts_of(cells).to_pylist()]


def counts_of(cells: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The integers that are stored."""
    kind = cells.type
    narrow = pa.types.is_time32(kind) or pa.types.is_date32(kind)
    return cells.cast(pa.int32() if narrow else pa.int64())


def writer_of(kind: pa.DataType) -> Callable[[int], str]:
    if pa.types.is_date32(kind):
        return day_text
    if pa.types.is_date64(kind):
        return lambda count: day_text(count // (DAY * 1_000))
    per_second = PER_SECOND[kind.unit]
    if pa.types.is_duration(kind):
        return partial(duration_text, per_second=per_second)
    if pa.types.is_time(kind):
        return partial(clock_text, per_second=per_second)
    return partial(moment_text, per_second=per_second, ending="+00:00" if kind.tz else "")


def day_text(day: int) -> str:
    """A day counted from 1970-01-01, in the Gregorian calendar; years beyond 9999 and before 0 carry a sign."""
    era, within = divmod(day + DAYS_TO_1970, DAYS_IN_ERA)
    year = (within - within // 1_460 + within // 36_524 - within // 146_096) // 365
    in_year = within - (365 * year + year // 4 - year // 100)
    month = (5 * in_year + 2) // 153  # from March
    date = in_year - (153 * month + 2) // 5 + 1
    number = year + era * 400 + (month >= 10)
    shown = f"{number:04}" if 0 <= number <= 9_999 else f"{number:+05}"
    return f"{shown}-{month + 3 if month < 10 else month - 9:02}-{date:02}"


def clock_text(count: int, per_second: int) -> str:
    seconds, part = divmod(count, per_second)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{fraction(part, per_second)}"


def moment_text(count: int, per_second: int, ending: str) -> str:
    day, rest = divmod(count, DAY * per_second)
    return f"{day_text(day)}T{clock_text(rest, per_second)}{ending}"


def duration_text(count: int, per_second: int) -> str:
    """An elapsed time in hours, minutes and seconds, which no clock time looks like."""
    sign, count = ("-", -count) if count < 0 else ("", count)
    seconds, part = divmod(count, per_second)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{sign}PT{hours}H{minute}M{second}{fraction(part, per_second).rstrip('0')}S"


def span_text(span: timedelta) -> str:
    return duration_text(span // timedelta(microseconds=1), 1_000_000)


def fraction(part: int, per_second: int) -> str:
    return f".{part:0{len(str(per_second)) - 1}}" if part else ""
