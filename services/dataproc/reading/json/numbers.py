"""Numbers of JSON to their last digit: parsed so, and as columns of doubles only where these mean the same."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

KINDS_OF_SIGNS = bytes.maketrans(
    b"123456789E+" + bytes(sign for sign in range(256) if chr(sign) not in "0123456789eE+-"),
    b"0" * 9 + b"e-" + b" " * (256 - 14),
)
LONG_OR_EXTREME = (b"0" * 16, b"e000", b"e-000")
STRING_OR_NUMBER = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?)(?![-+.\w])', re.DOTALL
)
LONGEST_WHOLE = 300  # digits; more are beyond a double
# A double keeps any 15 digits (IEEE 754), unless it is so small or so large that it has fewer of them.
SURE_SIGNS, SMALLEST_SURE, LARGEST_SURE = 15, 1e-290, 1e290
LONGEST_ZERO = 5  # signs; a number that a double takes for 0, as 1e-400, has more
# orjson has one class for every error: this word of its text alone tells a valid number that no double reaches. To look for such a number
# in every text that is refused would cost the reading of JSON lines more than their parsing.
BEYOND_DOUBLES = "infinity"


class Misfit(Exception):
    """A value that does not fit the column that is read."""


def parse(data: bytes) -> Any:
    """The value of a text that is strictly JSON, with every digit of its numbers. Raises orjson.JSONDecodeError."""
    value = strictly(data)
    return json.loads(data, parse_float=exact_decimal, parse_int=exact_whole) if long_or_extreme(data) else value


def strictly(data: bytes) -> Any:
    """The value of a valid JSON text, in which a number beyond the range of a double is taken for 0. Raises orjson.JSONDecodeError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if BEYOND_DOUBLES not in error.msg:
            raise
    return orjson.loads(STRING_OR_NUMBER.sub(in_range, data))


def in_range(found: re.Match[bytes]) -> bytes:
    """The same text, or a zero of the same length for a number that a double does not reach."""
    number = found["number"]
    return b"0".ljust(len(number)) if number and abs(float(number)) == float("inf") else found[0]


def long_or_extreme(data: bytes) -> bool:
    """Do sixteen digits follow each other, a point among them or not, or three the sign of an exponent? Inside a string they may, too."""
    kinds = data.translate(KINDS_OF_SIGNS, b".")
    return any(pattern in kinds for pattern in LONG_OR_EXTREME)


class WrittenNumber(Decimal):
    """A number with every digit, whose text is as it was written."""

    text: str

    def __new__(cls, text: str) -> WrittenNumber:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


def exact_decimal(text: str) -> Decimal | str:
    """The number, or its text where the exponent is more than decimals have."""
    try:
        return WrittenNumber(text)
    except InvalidOperation:
        return text


def exact_whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_WHOLE else WrittenNumber(text)


def number_column(written: list[bytes]) -> pa.Array:
    """Numbers and nulls, as they are written in JSON, as whole numbers or as doubles. Raises Misfit where these do not mean every digit, and for other values."""
    try:
        texts = pa.array(written, pa.string())
        texts = pc.if_else(pc.equal(texts, "null"), None, texts)
        values = texts.cast(pa.float64())
        whole = (
            pc.all(pc.equal(values, pc.floor(values))).as_py()
            and not pc.any(pc.match_substring_regex(texts, "[.eE]")).as_py()
        )
        if whole and texts.null_count < len(texts):
            return texts.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise Misfit from error
    size, signs = pc.abs(values), pc.binary_length(texts)
    usual = pc.and_(pc.greater(size, SMALLEST_SURE), pc.less(size, LARGEST_SURE))
    zero = pc.and_(pc.equal(size, 0), pc.less_equal(signs, LONGEST_ZERO))
    sure = pc.or_(zero, pc.and_(usual, pc.less_equal(signs, SURE_SIGNS)))
    left = pc.fill_null(pc.invert(pc.or_(sure, pc.equal(texts, values.cast(pa.string())))), False)
    if not all(map(is_exact, texts.filter(left).to_pylist())):
        raise Misfit
    return values


def is_exact(text: str) -> bool:
    """Does the shortest text of the number's double mean the same number?"""
    value = float(text)
    return abs(value) != float("inf") and Decimal(text) == Decimal(repr(value))
