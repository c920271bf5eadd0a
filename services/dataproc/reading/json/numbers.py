"""Numbers in JSON text that a double does not hold: told by what their double prints as, and parsed with every digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

NUMBER = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$"
KINDS_OF_SIGNS = bytes.maketrans(
    b"123456789E+" + bytes(sign for sign in range(256) if chr(sign) not in "0123456789eE+-."),
    b"0" * 9 + b"e-" + b" " * (256 - 15),
)
LONG_OR_EXTREME = (b"0" * 16, b"0." + b"0" * 15, b"e000", b"e-000")
STRING_OR_NUMBER = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?)(?![-+.\w])', re.DOTALL
)

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


def long_or_extreme(data: bytes) -> bool:
    """Do sixteen digits follow each other, fifteen a point, or three the sign of an exponent? Inside a string they may, too."""
    kinds = data.translate(KINDS_OF_SIGNS)
    return any(pattern in kinds for pattern in LONG_OR_EXTREME)


def exact(data: bytes) -> Any:
    """The value of a valid JSON text with every digit of its numbers kept."""
    if long_or_extreme(data):
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


def inexact(texts: pa.StringArray) -> str:
    """The first of these numbers that no double means, or ''."""
    return next((text for text in not_shortest(texts) if not is_exact(text)), "")


def is_exact(text: str) -> bool:
    """Does the shortest text of the number's double mean the same number?"""
    value = float(text)
    return abs(value) != float("inf") and Decimal(text) == Decimal(repr(value))
