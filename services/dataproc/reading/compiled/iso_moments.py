"""Days and moments in ISO 8601 in the spans of one column, as the numbers that Arrow stores."""

from __future__ import annotations

import numpy as np

from services.dataproc.reading.compiled.compiler import compiled, inlined
from services.dataproc.reading.compiled.json_numbers import digits
from services.dataproc.reading.compiled.json_objects import LENGTH, LOOKS, SIZE, START, TEXT, Bytes, Numbers
from services.dataproc.reading.compiled.words import byte, eight_digits

NONE = -(1 << 62)  # before every day and moment that can be written
DASH, COLON, POINT, BLANK, T = (np.uint8(ord(sign)) for sign in "-:. T")
DAY, MINUTE = 10, 16  # signs of a day, and of a moment without seconds
DAY_SECONDS = 86_400
DAYS_TO_1970, DAYS_IN_ERA = 719_468, 146_097  # from 0000-03-01; in 400 years
MICROSECONDS, NANOSECOND_DAYS = 1_000_000, 106_000  # days of which 64 bits hold all nanoseconds
MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@inlined
def day_number(text: Bytes, place: int) -> int:
    """Days since 1970 of YYYY-MM-DD, or NONE for anything else."""
    year, month, day = eight_digits(text, place, 4), eight_digits(text, place + 5, 2), eight_digits(text, place + 8, 2)
    if (
        year < 1
        or byte(text, place + 4) != DASH
        or byte(text, place + 7) != DASH
        or month < 1
        or month > 12
        or day < 1
        or day > MONTH_DAYS[month]
    ):
        return NONE
    if month == 2 and day == 29 and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)):
        return NONE
    from_march, number = (month - 3, year) if month > 2 else (month + 9, year - 1)
    within = number % 400
    return (
        number // 400 * DAYS_IN_ERA
        + within * 365
        + within // 4
        - within // 100
        + (153 * from_march + 2) // 5
        + day
        - 1
        - DAYS_TO_1970
    )


@inlined
def second_of_day(text: Bytes, place: int, size: int) -> int:
    """Seconds of HH:MM or HH:MM:SS, or NONE; `size` is how many signs there are, with those of a fraction."""
    hour, minute = eight_digits(text, place, 2), eight_digits(text, place + 3, 2)
    second = 0 if size == 5 else eight_digits(text, place + 6, 2)
    if (
        byte(text, place + 2) != COLON
        or hour < 0
        or hour > 23
        or minute < 0
        or minute > 59
        or second < 0
        or second > 59
    ):
        return NONE
    if size != 5 and byte(text, place + 5) != COLON:
        return NONE
    return hour * 3600 + minute * 60 + second


@inlined
def fraction_of(text: Bytes, place: int, count: int, per_second: int) -> int:
    """What `count` digits behind a point are, in parts of a second; NONE when they are none, or finer than these."""
    if count < 1 or count > 9:
        return NONE
    value = digits(text, place, count)
    parts = per_second
    for _ in range(count):
        parts //= 10
    return value * parts if value >= 0 and parts > 0 else NONE


@compiled("int64(uint8[::1], int64[::1], int32[::1])")
def days(text: Bytes, spans: Numbers, values: Numbers) -> int:
    """Fill `values` with days since 1970 (0 for a null) and return the first row that holds no day, or -1."""
    for row in range(len(spans)):
        span = spans[row]
        values[row] = 0
        if span == 0:
            continue
        number = day_number(text, span >> START) if span & SIZE == DAY << LENGTH | TEXT else NONE
        if number == NONE:
            return row
        values[row] = number
    return -1


@compiled("int64(uint8[::1], int64[::1], int64, int64[::1])")
def moments(text: Bytes, spans: Numbers, per_second: int, values: Numbers) -> int:
    """Fill `values` with parts of a second since 1970 (0 for a null) and return the first row that holds no moment without a zone, or a finer one; or -1."""
    for row in range(len(spans)):
        span = spans[row]
        values[row] = 0
        if span == 0:
            continue
        place, size = span >> START, (span & SIZE) >> LENGTH
        if span & LOOKS != TEXT or size < MINUTE or (byte(text, place + DAY) != BLANK and byte(text, place + DAY) != T):
            return row
        clock = size - DAY - 1
        day, second = day_number(text, place), second_of_day(text, place + DAY + 1, clock)
        fraction = 0
        if clock > 8:
            fraction = (
                fraction_of(text, place + DAY + 10, clock - 9, per_second)
                if byte(text, place + DAY + 9) == POINT
                else NONE
            )
        if (
            day == NONE
            or second == NONE
            or fraction == NONE
            or (clock != 5 and clock < 8)
            or (per_second > MICROSECONDS and abs(day) > NANOSECOND_DAYS)
        ):
            return row
        values[row] = (day * DAY_SECONDS + second) * per_second + fraction
    return -1
