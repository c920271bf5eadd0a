"""Numbers in the spans of one column, to the last digit; what is not short and plain is left to the caller."""

from __future__ import annotations

import numpy as np

from services.dataproc.reading.compiled.compiler import compiled, inlined
from services.dataproc.reading.compiled.json_objects import (
    LENGTH,
    LOOKS,
    MINUS,
    NUMBER,
    SIZE,
    START,
    ZERO,
    Bytes,
    Numbers,
)
from services.dataproc.reading.compiled.words import DOTS, NOTHING, eight_digits, first_mark, load, marks

NO_NUMBER = -1
MOST_DIGITS, LAST_WHOLE = 19, 2**63 - 1
EXACT_DIGITS = 15  # as many as a double keeps of any number
POWERS = np.array([10**exponent for exponent in range(EXACT_DIGITS + 1)], np.int64)


@inlined
def digits(text: Bytes, place: int, count: int) -> int:
    """The whole number that up to 19 digits are, or NO_NUMBER when one of them is none, there are none or they are too many for 64 bits."""
    if count <= 8:
        return eight_digits(text, place, count) if count > 0 else NO_NUMBER
    if count <= 16:
        above, below = eight_digits(text, place, count - 8), eight_digits(text, place + count - 8, 8)
        return above * 100_000_000 + below if above >= 0 and below >= 0 else NO_NUMBER
    if count > MOST_DIGITS:
        return NO_NUMBER
    value = 0
    for index in range(place, place + count):
        digit: int = np.int64(text[index]) - 48  # type: ignore[assignment]
        if digit < 0 or digit > 9 or value > (LAST_WHOLE - digit) // 10:
            return NO_NUMBER
        value = value * 10 + digit
    return value


@inlined
def place_and_size(text: Bytes, span: int) -> tuple[bool, int, int]:
    """(is there a minus, where its digits begin, how many signs follow) of a number."""
    place, size = span >> START, (span & SIZE) >> LENGTH
    negative = text[place] == MINUS
    return negative, place + negative, size - negative


@compiled("int64(uint8[::1], int64[::1], int64[::1])")
def whole_numbers(text: Bytes, spans: Numbers, values: Numbers) -> int:
    """Fill `values` (0 for a null) and return the first row that holds no whole number of 64 bits, or -1."""
    for row in range(len(spans)):
        span = spans[row]
        values[row] = 0
        if span == 0:
            continue
        if span & LOOKS != NUMBER:
            return row
        negative, place, size = place_and_size(text, span)
        value = digits(text, place, size)
        if value < 0 or (text[place] == ZERO and size > 1):
            return row
        values[row] = -value if negative else value
    return -1


@inlined
def point(text: Bytes, place: int, size: int) -> int:
    """How many signs stand before the point of a number; as many as it has when there is none among the first 16."""
    for begin in (0, 8):
        points = marks(load(text, place + begin), DOTS)
        if points != NOTHING:
            return min(begin + first_mark(points), size)
    return size


@inlined
def fraction_digits(text: Bytes, place: int, size: int) -> tuple[int, int]:
    """(the digits of a number without its point, how many stand behind it); NO_NUMBER for what is not short and plain."""
    whole = point(text, place, size)
    if size > EXACT_DIGITS + 1 or whole < 1 or (text[place] == ZERO and whole > 1) or whole + 1 == size:
        return NO_NUMBER, 0
    if whole == size:
        return (digits(text, place, size) if size <= EXACT_DIGITS else NO_NUMBER), 0
    behind = size - whole - 1
    above, below = digits(text, place, whole), digits(text, place + whole + 1, behind)
    return (above * POWERS[behind] + below if above >= 0 and below >= 0 else NO_NUMBER), behind


@compiled("int64(uint8[::1], int64[::1], float64[::1], int64[::1])")
def decimals(text: Bytes, spans: Numbers, values: Numbers, others: Numbers) -> int:
    """Fill `values` (0 for a null) with doubles that mean just what is written, and `others` with the rows of what is not short and plain.

    Returns how many others there are. Fifteen digits divided by a power of ten that a double holds: the quotient is the nearest double.
    """
    count = 0
    for row in range(len(spans)):
        span = spans[row]
        values[row] = 0.0
        if span == 0:
            continue
        negative, place, size = place_and_size(text, span)
        value, behind = fraction_digits(text, place, size)
        if span & LOOKS != NUMBER or value < 0:
            others[count] = row
            count += 1
            continue
        double = value / POWERS[behind]
        values[row] = -double if negative else double
    return count
