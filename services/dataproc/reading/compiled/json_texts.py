"""Texts in the spans of one column, one behind the other as Arrow holds them, with their escapes resolved."""

from __future__ import annotations

import numpy as np

from services.dataproc.reading.compiled.compiler import compiled, inlined
from services.dataproc.reading.compiled.json_objects import (
    BACKSLASH,
    ESCAPED,
    LENGTH,
    LOOKS,
    SIZE,
    START,
    Bytes,
    Numbers,
)
from services.dataproc.reading.compiled.words import load, store

HEXADECIMAL = np.uint8(ord("u"))
SURROGATES, LOW_SURROGATES, BEYOND_SURROGATES, PLANE = 0xD800, 0xDC00, 0xE000, 0x10000
DIGIT = np.full(256, -1, np.int64)
DIGIT[list(b"0123456789abcdef")], DIGIT[list(b"ABCDEF")] = range(16), range(10, 16)
MEANT = np.zeros(256, np.uint8)  # what a backslash and this sign stand for
MEANT[list(b'"\\/bfnrt')] = list(b'"\\/\b\f\n\r\t')


@compiled("boolean(int64[::1], int32[::1])")
def measure(spans: Numbers, offsets: Numbers) -> bool:
    """Fill `offsets` (one more than rows) with where each span would begin if they stood one behind the other. Are there escapes in one?"""
    size, escaped = 0, False
    for row in range(len(spans)):
        offsets[row] = size
        size += (spans[row] & SIZE) >> LENGTH
        escaped |= spans[row] & LOOKS == ESCAPED
    offsets[len(spans)] = size
    return escaped


@compiled("void(uint8[::1], int64[::1], int32[::1], uint8[::1])")
def copy_out(text: Bytes, spans: Numbers, offsets: Numbers, data: Bytes) -> None:
    """The spans one behind the other; `data` has to have a word more than they take."""
    for row in range(len(spans)):
        place = spans[row] >> START
        for index in range(offsets[row], offsets[row + 1], 8):
            store(data, index, load(text, place))
            place += 8


@inlined
def code_unit(text: Bytes, place: int, end: int) -> int:
    if place + 6 > end or text[place] != BACKSLASH or text[place + 1] != HEXADECIMAL:
        return -1
    code = 0
    for index in range(place + 2, place + 6):
        digit = DIGIT[text[index]]
        if digit < 0:
            return -1
        code = code << 4 | digit
    return code


@inlined
def code_point(text: Bytes, place: int, end: int) -> int:
    r"""What \uXXXX, or two of them for a character beyond the first plane, stand for; -1 for anything else."""
    first = code_unit(text, place, end)
    if first < SURROGATES or first >= BEYOND_SURROGATES:
        return first
    second = code_unit(text, place + 6, end)
    if first >= LOW_SURROGATES or second < LOW_SURROGATES or second >= BEYOND_SURROGATES:
        return -1
    return PLANE + ((first - SURROGATES) << 10) + second - LOW_SURROGATES


@inlined
def write_utf8(data: Bytes, size: int, code: int) -> int:
    if code < 0x80:
        data[size] = code
        return size + 1
    if code < 0x800:
        data[size], data[size + 1] = 0xC0 | code >> 6, 0x80 | code & 0x3F
        return size + 2
    if code < PLANE:
        data[size], data[size + 1], data[size + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
        return size + 3
    data[size], data[size + 1] = 0xF0 | code >> 18, 0x80 | code >> 12 & 0x3F
    data[size + 2], data[size + 3] = 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
    return size + 4


@inlined
def unescape(text: Bytes, place: int, end: int, data: Bytes, size: int) -> int:
    """Write one text from `size` on; returns where the next one begins, or -1."""
    while place < end:
        if text[place] != BACKSLASH:
            data[size] = text[place]
            place, size = place + 1, size + 1
            continue
        meant = MEANT[text[place + 1]]
        if meant > 0:
            data[size] = meant
            place, size = place + 2, size + 1
            continue
        code = code_point(text, place, end) if text[place + 1] == HEXADECIMAL else -1
        if code < 0:
            return -1
        place, size = place + (6 if code < PLANE else 12), write_utf8(data, size, code)
    return size


@compiled("int64(uint8[::1], int64[::1], int32[::1], uint8[::1])")
def copy_unescaped(text: Bytes, spans: Numbers, offsets: Numbers, data: Bytes) -> int:
    """Like `copy_out`, with escapes resolved and `offsets` set to what is left; returns the first row with an escape that JSON does not have, or -1."""
    size = 0
    for row in range(len(spans)):
        offsets[row] = size
        place = spans[row] >> START
        end = place + ((spans[row] & SIZE) >> LENGTH)
        if spans[row] & LOOKS == ESCAPED:
            size = unescape(text, place, end, data, size)
            if size < 0:
                return row
        else:
            for index in range(size, size + end - place, 8):
                store(data, index, load(text, place + index - size))
            size += end - place
    offsets[len(spans)] = size
    return -1
