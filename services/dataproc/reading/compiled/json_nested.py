"""Lists and objects that stay text: written without blanks where they are plain, which most are; the others are left to the caller."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.dataproc.reading.compiled.compiler import compiled, inlined
from services.dataproc.reading.compiled.json_numbers import fraction_digits
from services.dataproc.reading.compiled.json_objects import (
    CLOSE,
    CLOSE_LIST,
    COLON,
    COMMA,
    ESCAPED,
    LENGTH,
    LOOKS,
    MINUS,
    NEWLINE,
    OPEN,
    QUOTE,
    SIZE,
    START,
    TEXT,
    ZERO,
    Bytes,
    Numbers,
    closes,
    end_of_string,
    opens,
    skip,
    value_here,
)
from services.dataproc.reading.compiled.words import load, store

NOT_PLAIN = -1
DEEPEST = 64
MOST_SMALL = 4  # digits behind the point of a number below one; with more of them some programs write an exponent
POINT = np.uint8(ord("."))

Place = tuple[int, int]  # in the text, and in what is written; the first is NOT_PLAIN when nothing goes on


@inlined
def end_of_digits(text: Bytes, place: int) -> int:
    while text[place] - ZERO <= 9 or text[place] == POINT:
        place += 1
    return place


@inlined
def is_plain_number(text: Bytes, place: int, end: int) -> bool:
    """Would every program write these digits so? There are few of them, no zeros at the end, and the number is not very small."""
    value, behind = fraction_digits(text, place, end - place)
    if behind == 0:
        return bool(value >= 0)
    shortest = text[end - 1] != ZERO or (behind == 1 and text[end - 2] == POINT)
    return bool(value > 0 and shortest and (text[place] != ZERO or behind <= MOST_SMALL))


@inlined
def copied(text: Bytes, place: int, end: int, data: Bytes, size: int) -> Place:
    for index in range(0, end - place, 8):
        store(data, size + index, load(text, place + index))
    return end, size + end - place


@inlined
def plain_scalar(text: Bytes, place: int, data: Bytes, size: int) -> Place:
    """A text without escapes, a number, a truth value or null."""
    negative = text[place] == MINUS
    if negative or text[place] - ZERO <= 9:
        end = end_of_digits(text, place + negative)
        if not is_plain_number(text, place + negative, end) or (negative and text[place + 1] == ZERO):
            return NOT_PLAIN, size
        return copied(text, place, end, data, size)
    end, span = value_here(text, place, NEWLINE)
    if span < 0 or span & LOOKS == ESCAPED:
        return NOT_PLAIN, size
    return copied(text, place, end, data, size)


@inlined
def plain_key(text: Bytes, place: int, data: Bytes, size: int) -> Place:
    """A key without escapes and its colon."""
    place = skip(text, place, NEWLINE)
    if text[place] != QUOTE:
        return NOT_PLAIN, size
    end, looks = end_of_string(text, place + 1)
    if end < 0 or looks != TEXT:
        return NOT_PLAIN, size
    place, size = copied(text, place, end + 1, data, size)
    place = skip(text, place, NEWLINE)
    if text[place] != COLON:
        return NOT_PLAIN, size
    data[size] = COLON
    return place + 1, size + 1


@inlined
def close(text: Bytes, place: int, data: Bytes, size: int, stack: Bytes, depth: int) -> tuple[int, int, int]:
    """Write what closes here, as many as there are: (where the text goes on, where to write, how many are still open, or NOT_PLAIN)."""
    place = skip(text, place, NEWLINE)
    while depth > 0 and closes(text[place]):
        if text[place] != (CLOSE if stack[depth - 1] == OPEN else CLOSE_LIST):
            return place, size, NOT_PLAIN
        data[size] = text[place]
        depth, size = depth - 1, size + 1
        place = skip(text, place + 1, NEWLINE) if depth > 0 else place + 1
    return place, size, depth


@inlined
def plain_nested(text: Bytes, place: int, data: Bytes, size: int, stack: Bytes) -> int:
    """Write the list or object that begins here; returns where the next text begins, or NOT_PLAIN."""
    depth = 0
    while place >= 0:
        place = skip(text, place, NEWLINE)
        sign = text[place]
        if opens(sign):
            if depth == DEEPEST:
                return NOT_PLAIN
            stack[depth], data[size] = sign, sign
            depth, place, size = depth + 1, skip(text, place + 1, NEWLINE), size + 1
            if not closes(text[place]):
                if sign == OPEN:
                    place, size = plain_key(text, place, data, size)
                continue
        else:
            place, size = plain_scalar(text, place, data, size)
            if place < 0:
                return NOT_PLAIN
        place, size, depth = close(text, place, data, size, stack, depth)
        if depth == 0:
            return size
        if depth < 0 or text[place] != COMMA:
            return NOT_PLAIN
        data[size] = COMMA
        place, size = place + 1, size + 1
        if stack[depth - 1] == OPEN:
            place, size = plain_key(text, place, data, size)
    return NOT_PLAIN


@compiled("int64(uint8[::1], int64[::1], int32[::1], uint8[::1], uint8[::1], int64[::1])")
def copy_nested(text: Bytes, spans: Numbers, offsets: Numbers, data: Bytes, stack: Any, others: Numbers) -> int:
    """The lists and objects in the spans one behind the other, `offsets` set to where each begins; what is not plain is empty there and its row is noted in `others`.

    `data` has to have a word more than the spans take; `stack` DEEPEST bytes. Returns how many others there are.
    """
    size = count = 0
    for row in range(len(spans)):
        offsets[row] = size
        if (spans[row] & SIZE) >> LENGTH > 0:
            end = plain_nested(text, spans[row] >> START, data, size, stack)
            if end < 0:
                others[count] = row
                count += 1
            else:
                size = end
    offsets[len(spans)] = size
    return count
