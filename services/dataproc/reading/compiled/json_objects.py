"""Where the values of JSON objects stand in a text: a span for every column and row, and the text is held strictly to the grammar on the way.

Objects have the keys of a template, in any order; each may be missing. What a span holds is looked at later, by column (`json_numbers`, `json_texts`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from services.dataproc.reading.compiled.compiler import compiled, inlined
from services.dataproc.reading.compiled.words import NOTHING, byte, equal, load, marks_of, trailing_zeros

# A span is 0 for a value that is null or missing, else where it starts << 32 | its length << 3 | what it looks like.
TEXT, ESCAPED, NUMBER, TRUE, FALSE, NESTED = 1, 2, 3, 4, 5, 6
START, LENGTH, SIZE, LOOKS = 32, 3, 0xFFFFFFFF, 7
NULL, NONE = 0, -1
KEPT = -2  # instead of the number of an object: one that is not taken apart

# Columns of `entries`.
KEY, KEY_SIZE, COLUMN, INNER, MEMBER, GLUE, GLUE_SIZE = range(7)

DEEPEST = 16  # objects in objects; more than a template has
DONE, NO_OBJECT, NO_COMMA, NEW_KEY, NEW_OBJECT, NEW_VALUE, REPEATED_KEY, NO_COLON, NO_VALUE, NOT_SEPARATED = range(10)

OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, QUOTE, BACKSLASH, COLON, COMMA = (np.uint8(ord(sign)) for sign in '{}[]"\\:,')
BLANK, TAB, RETURN, NEWLINE, MINUS, ZERO = (np.uint8(ord(sign)) for sign in " \t\r\n-0")
FOUR_BYTES, FIVE_BYTES = np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFFFF)
TRUE_WORD, NULL_WORD, FALSE_WORD = (np.uint64(int.from_bytes(word, "little")) for word in (b"true", b"null", b"false"))

STRING_WIDTH, NUMBER_WIDTH = 32, 16
string_ends = marks_of(b'"\\', b" ", STRING_WIDTH)
number_ends = marks_of(b",}", b"!", NUMBER_WIDTH)

Bytes = Any  # arrays of numpy in the order of C: uint8[::1], int64[::1], int64[:, ::1]
Numbers = Any
Table = Any
Sign = Any  # np.uint8


@inlined
def skip(text: Bytes, place: int, newline: Sign) -> int:
    """The first place that holds no blank. `newline` is that sign where an object may go over several lines, else a blank."""
    while byte(text, place) <= BLANK and (
        byte(text, place) == BLANK
        or byte(text, place) == TAB
        or byte(text, place) == RETURN
        or byte(text, place) == newline
    ):
        place += 1
    return place


@inlined
def opens(sign: Sign) -> bool:
    return bool(sign in (OPEN, OPEN_LIST))


@inlined
def closes(sign: Sign) -> bool:
    return bool(sign in (CLOSE, CLOSE_LIST))


@inlined
def end_of_string(text: Bytes, place: int) -> tuple[int, int]:
    """(the place of the closing quote or -1, TEXT or ESCAPED)."""
    looks = TEXT
    while True:
        found = string_ends(text, place)
        if found == NOTHING:
            place += STRING_WIDTH
            continue
        place += trailing_zeros(found)
        if byte(text, place) == QUOTE:
            return place, looks
        if byte(text, place) != BACKSLASH:
            return NONE, looks
        looks = ESCAPED
        place += 2


@inlined
def end_of_number(text: Bytes, place: int) -> int:
    """The place of the next comma, closing brace, blank or control character, whatever stands before it."""
    while True:
        found = number_ends(text, place)
        if found != NOTHING:
            return int(place + trailing_zeros(found))
        place += NUMBER_WIDTH


@inlined
def end_of_nested(text: Bytes, place: int, newline: Sign) -> int:
    """The place behind the list or object that begins here, or -1; what stands in it is not held to the grammar."""
    depth = 0
    while True:
        sign = byte(text, place)
        if sign == QUOTE:
            place, _ = end_of_string(text, place + 1)
            if place < 0:
                return NONE
        elif opens(sign):
            depth += 1
        elif closes(sign):
            depth -= 1
            if depth == 0:
                return place + 1
        elif sign < BLANK and sign != TAB and sign != RETURN and sign != newline:
            return NONE
        place += 1


@inlined
def span_of(start: int, end: int, looks: int) -> int:
    return start << START | (end - start) << LENGTH | looks


@inlined
def value_here(text: Bytes, place: int, newline: Sign) -> tuple[int, int]:
    """(the place behind a value of any kind, its span); the span is NONE for what is no value."""
    sign = byte(text, place)
    if sign == QUOTE:
        end, looks = end_of_string(text, place + 1)
        return (end + 1, span_of(place + 1, end, looks)) if end >= 0 else (place, NONE)
    if sign == MINUS or sign - ZERO <= 9:
        end = end_of_number(text, place)
        return end, span_of(place, end, NUMBER)
    if opens(sign):
        end = end_of_nested(text, place, newline)
        return (end, span_of(place, end, NESTED)) if end >= 0 else (place, NONE)
    word = load(text, place)
    if word & FOUR_BYTES == NULL_WORD:
        return place + 4, NULL
    if word & FOUR_BYTES == TRUE_WORD:
        return place + 4, span_of(place, place + 4, TRUE)
    if word & FIVE_BYTES == FALSE_WORD:
        return place + 5, span_of(place, place + 5, FALSE)
    return place, NONE


@inlined
def find_key(text: Bytes, place: int, keys: Bytes, entries: Table, cursor: int, first: int, last: int) -> int:
    """The entry, of those from `first` to before `last`, whose key stands here; the one at the cursor is likely. NONE when it is no one's."""
    if first == last:
        return NONE
    start = cursor
    while not equal(text, place, keys, entries[cursor, KEY], entries[cursor, KEY_SIZE]):
        cursor = cursor + 1 if cursor + 1 < last else first
        if cursor == start:
            return NONE
    return cursor


@inlined
def opens_object(text: Bytes, place: int, newline: Sign) -> bool:
    """Does an object with members begin here? An empty one is a value."""
    return bool(byte(text, place) == OPEN and byte(text, skip(text, place + 1, newline)) != CLOSE)


@inlined
def key_here(
    text: Bytes,
    place: int,
    keys: Bytes,
    entries: Table,
    objects: Table,
    newline: Sign,
    own: int,
    cursor: int,
    fresh: bool,
) -> tuple[int, int, int]:
    """(DONE, the place of the value behind a key and its colon, the key's entry), or (what is wrong, where, the object or entry)."""
    if not fresh:
        if equal(
            text, place, keys, entries[cursor, GLUE], entries[cursor, GLUE_SIZE]
        ):  # the key that is expected, written as in the objects before
            return DONE, skip(text, place + entries[cursor, GLUE_SIZE], newline), cursor
        place = skip(text, place, newline)
        if byte(text, place) != COMMA:
            return NO_COMMA, place, own
        place = skip(text, place + 1, newline)
    entry = find_key(text, place, keys, entries, cursor, objects[own, 0], objects[own, 1])
    if entry == NONE:
        return NEW_KEY, place, own
    place = skip(text, place + entries[entry, KEY_SIZE], newline)
    if byte(text, place) != COLON:
        return NO_COLON, place, entry
    return DONE, skip(text, place + 1, newline), entry


@inlined
def read_object(text: Bytes, place: int, keys: Bytes, entries: Table, objects: Table, newline: Sign, row: int, rows: int,
                seen: Numbers, spans: Numbers, stack: Table) -> tuple[int, int, int]:  # fmt: skip
    """(DONE, the place behind the object's brace, -), or (what is wrong, where, the object or entry). `place` is the one behind its first brace."""
    own, depth, fresh = 0, 0, True
    cursor = objects[0, 0]
    while True:
        if byte(text, place) != COMMA:
            place = skip(text, place, newline)
            if byte(text, place) == CLOSE:
                place += 1
                if depth == 0:
                    return DONE, place, 0
                depth, fresh = depth - 1, False
                own, cursor = stack[depth, 0], stack[depth, 1]
                continue
        status, place, entry = key_here(text, place, keys, entries, objects, newline, own, cursor, fresh)
        if status != DONE:
            return status, place, entry
        if seen[entries[entry, MEMBER]] == row:
            return REPEATED_KEY, place, entry
        seen[entries[entry, MEMBER]] = row
        cursor, fresh = entry + 1 if entry + 1 < objects[own, 1] else objects[own, 0], False
        if entries[entry, INNER] != KEPT and opens_object(text, place, newline):
            if entries[entry, INNER] == NONE:
                return NEW_OBJECT, place, entry
            stack[depth, 0], stack[depth, 1] = own, cursor
            own = entries[entry, INNER]
            cursor, depth, fresh, place = objects[own, 0], depth + 1, True, place + 1
            continue
        place, span = value_here(text, place, newline)
        if span == NONE:
            return NO_VALUE, place, entry
        if span != NULL:
            if entries[entry, COLUMN] == NONE:
                return NEW_VALUE, place, entry
            spans[entries[entry, COLUMN] * rows + row] = span


@compiled(
    "UniTuple(int64, 4)(uint8[::1], int64, int64, uint8[::1], int64[:, ::1], int64[:, ::1], int64, uint8, uint8, int64[::1], int64[::1], int64[:, ::1], int64)"
)
def find_spans(text: Bytes, place: int, end: int, keys: Bytes, entries: Table, objects: Table, plain: int, separator: Sign, newline: Sign,
               seen: Numbers, spans: Numbers, stack: Table, rows: int) -> tuple[int, int, int, int]:  # fmt: skip
    """(DONE or what is wrong, the place reached, rows found, the object or entry concerned) of the objects in text[place:end], at most `rows` of them.

    `keys` holds the keys in their quotes one after the other. `entries` has for each of them where it begins there, its length, its column (or NONE), the number of the
    object that it may hold (or NONE, or KEPT), that of its member, which may be spelled in several ways, and where it begins and how long it is with what usually stands
    before and behind it, from the comma to the value; `objects` the first entry of each object and the one
    behind its last. `plain` is the column of what is no object, or NONE. Everything is followed by the separator; the last one may be.

    `seen` (as long as there are members, all below 0) and `spans` (columns × rows, all 0) are filled, `stack` (DEEPEST × 2) is worked with.
    """
    row = 0
    while row < rows:
        place = skip(text, place, NEWLINE)
        if place >= end:
            break
        if byte(text, place) == OPEN:
            status, place, concerned = read_object(
                text, place + 1, keys, entries, objects, newline, row, rows, seen, spans, stack
            )
            if status != DONE:
                return status, place, row, concerned
        elif plain == NONE:
            return NO_OBJECT, place, row, 0
        else:
            place, span = value_here(text, place, newline)
            if span == NONE:
                return NO_VALUE, place, row, 0
            spans[plain * rows + row] = span
        row += 1
        place = skip(text, place, newline)
        if byte(text, place) == separator:
            place += 1
        elif place < end:
            return NOT_SEPARATED, place, row, 0
    return DONE, place, row, 0


@compiled("UniTuple(int64, 2)(uint8[::1], int64, int64)")
def end_of_elements(text: Bytes, place: int, end: int) -> tuple[int, int]:
    """Of the elements of a list that begin here: (the place behind the last comma between two of them, or the place given; the bracket that closes the list, or NONE)."""
    last, depth = place, 0
    while place < end:
        sign = byte(text, place)
        if sign == QUOTE:
            place, _ = end_of_string(text, place + 1)
            if place < 0:
                break
        elif opens(sign):
            depth += 1
        elif closes(sign):
            depth -= 1
            if depth < 0:
                return last, place
        elif sign == COMMA and depth == 0:
            last = place + 1
        place += 1
    return last, NONE
