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
EIGHT_DIGITS = 0x0101010101010101
LONG = re.compile(rb"[:\[,\s](-?(?=[\d.]{16})\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
TINY = re.compile(rb"[:\[,\s](-?\d[\d.]*[eE]-\d{3,})")
LONG_OR_EXTREME = re.compile(rb"\d{16}|\d\.\d{15}|[eE][-+]?\d{3}")
STRING_OR_NUMBER = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?)(?![-+.\w])', re.DOTALL)
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

    What stands in strings may be taken for a number, too: then the caller is more careful than it had to be.
    """
    texts = set(LONG.findall(block)) if has_long_digits(block) else set()
    if has_negative_exponents(block):
        texts.update(TINY.findall(block))
    wanted = sorted(text for text in texts if whole or not text.lstrip(b"-").isdigit())
    return next((text for text in not_shortest(wanted) if not is_exact(text)), "")


def has_long_digits(block: bytes | memoryview) -> bool:
    """Can there be 16 digits (or dots) in a row? They would fill eight bytes from some multiple of eight on."""
    signs = np.frombuffer(block, np.uint8, len(block) // 8 * 8) - np.uint8(ord("."))
    return bool(np.any((signs < 12).view(np.uint64) == EIGHT_DIGITS)) or len(block) < 64


def has_negative_exponents(block: bytes | memoryview) -> bool:
    signs = np.frombuffer(block, np.uint8)
    return bool(np.any((signs[1:] == ord("-")) & ((signs[:-1] | 0x20) == ord("e"))))


def not_shortest(texts: list[bytes]) -> list[str]:
    """The texts that are not just what their double prints as; those that are need no further look."""
    if not texts:
        return []
    written = pa.array(texts, pa.binary()).cast(pa.string())
    return list(written.filter(pc.not_equal(written, written.cast(pa.float64()).cast(pa.string()))).to_pylist())


def is_exact(text: str) -> bool:
    """Does the shortest text of the number's double mean the same number?"""
    value = float(text)
    return abs(value) != float("inf") and Decimal(text) == Decimal(repr(value))
