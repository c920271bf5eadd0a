"""Numbers in JSON text that a double does not hold: found without parsing the text, and parsed with every digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

WHOLE_IN_DOUBLE = 2**53
WORD, EIGHT_DIGITS = 8, 0x0101010101010101
LONG_DIGITS = 16
REACH = 32  # signs of a number that are looked at, before and behind its first eight digits
NO_NUMBER = ord("x")
IN_NUMBER, PRECEDES = (np.array([chr(sign) in signs for sign in range(256)]) for signs in ("0123456789.+-eE", ":[, \t\r\n"))
NUMBER = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$"
TINY = re.compile(rb"[:\[,\s](-?\d[\d.]*[eE]-\d{3,})")
LONG_OR_EXTREME = re.compile(rb"\d{16}|\d\.\d{15}|[eE][-+]?\d{3}")
STRING_OR_NUMBER = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?)(?![-+.\w])', re.DOTALL)

Signs = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.int64]]

LONGEST_WHOLE = 300  # digits; more are beyond a double


def strictly(data: bytes) -> Any:
    """The value of a valid JSON text, in which a number beyond the range of a double is taken for 0. Raises orjson.JSONDecodeError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "infinity" not in error.msg:
            raise
    return orjson.loads(STRING_OR_NUMBER.sub(in_range, data))


def in_range(found: re.Match[bytes]) -> bytes:
    """The same text, or a zero of the same length for a number that a double does not reach."""
    number = found["number"]
    return b"0".ljust(len(number)) if number and abs(float(number)) == float("inf") else found[0]


def exact(data: bytes) -> Any:
    """The value of a valid JSON text with every digit of its numbers kept."""
    if LONG_OR_EXTREME.search(data):
        return json.loads(data, parse_float=exact_decimal, parse_int=exact_whole)
    return orjson.loads(data)


def exact_decimal(text: str) -> Decimal | str:
    """The number, or its text where the exponent is more than decimals have."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def exact_whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_WHOLE else Decimal(text)


def inexact_number(block: bytes | memoryview, *, whole: bool) -> str:
    """A number of more digits, or nearer to zero, than a double holds, or ''. Whole numbers count only with `whole`.

    A number that the block's beginning or end may have cut is left out. What stands in strings may be taken for one: then the caller is more careful
    than it had to be.
    """
    signs = np.frombuffer(block, np.uint8)
    texts, endless = long_numbers(signs)
    found = not_shortest(texts)
    if has_tiny(signs):
        found += [text.decode() for text in TINY.findall(block)]
    wanted = sorted(text for text in found if whole or not text.lstrip("-").isdigit())
    return endless or next((text for text in wanted if not is_exact(text)), "")


def long_numbers(signs: Signs) -> tuple[pa.StringArray, str]:
    """The numbers that may have 16 digits, each with its sign and exponent; and the middle of one that has more signs than are looked at, or ''."""
    middles = digit_words(signs) + REACH
    if not len(middles):
        return pa.array([], pa.string()), ""
    edge = np.full(REACH, NO_NUMBER, np.uint8)
    padded = np.concatenate((edge, signs, edge))
    before, behind = run_lengths(padded, middles - 1, -1), run_lengths(padded, middles + WORD, 1)
    starts, ends = middles - before, middles + WORD + behind
    if (endless := np.flatnonzero((before == REACH) | (behind == REACH))).size:
        return pa.array([], pa.string()), padded[starts[endless[0]] : ends[endless[0]]].tobytes().decode()
    wanted = (ends - starts >= LONG_DIGITS) & PRECEDES[padded[starts - 1]] & (ends < len(signs) + REACH)
    return cut_out(padded, starts[wanted], ends[wanted]), ""


def digit_words(signs: Signs) -> Places:
    """Where eight digits (or dots) stand from some multiple of eight on, the first time in a row: within 16 of them, there are such."""
    words = (signs[: len(signs) // WORD * WORD] - np.uint8(ord("."))) < len("./0123456789")
    places = np.flatnonzero(words.view(np.uint64) == EIGHT_DIGITS)
    return places[np.diff(places, prepend=-2) > 1] * WORD


def run_lengths(signs: Signs, places: Places, step: int) -> Places:
    """How many signs of a number stand from each place on, in one direction; REACH where there are as many or more."""
    reached = IN_NUMBER[signs[places[:, None] + step * np.arange(REACH)]]
    return np.where(reached.all(axis=1), REACH, np.argmin(reached, axis=1))


def cut_out(signs: Signs, starts: Places, ends: Places) -> pa.StringArray:
    """The pieces of a text as an array."""
    lengths = ends - starts
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(signs[places]))


def has_tiny(signs: Signs) -> bool:
    """Is there a negative exponent of three digits or more?"""
    found = ((signs[:-4] | 0x20) == ord("e")) & (signs[1:-3] == ord("-"))
    return bool(found.any()) and bool((found & is_digit(signs[2:-2]) & is_digit(signs[3:-1]) & is_digit(signs[4:])).any())


def is_digit(signs: Signs) -> Any:
    return (signs >= ord("0")) & (signs <= ord("9"))


def not_shortest(texts: pa.StringArray) -> list[str]:
    """The texts that are not just what their double prints as; those that are need no further look."""
    if not len(texts):
        return []
    try:
        values = texts.cast(pa.float64())
    except pa.ArrowInvalid:  # what looks like a number within some string
        numbers = texts.filter(pc.match_substring_regex(texts, NUMBER))
        return not_shortest(numbers) if len(numbers) < len(texts) else list(texts.to_pylist())
    return list(texts.filter(pc.not_equal(texts, values.cast(pa.string()))).to_pylist())


def is_exact(text: str) -> bool:
    """Does the shortest text of the number's double mean the same number?"""
    value = float(text)
    return abs(value) != float("inf") and Decimal(text) == Decimal(repr(value))
