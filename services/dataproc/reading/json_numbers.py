"""Numbers in JSON text that a double does not hold to the last digit, found without parsing the text."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WHOLE_IN_DOUBLE = 2**53
EIGHT_DIGITS = 0x0101010101010101
LONG = re.compile(rb"[:\[,\s](-?(?=[\d.]{16})\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
TINY = re.compile(rb"[:\[,\s](-?\d[\d.]*[eE]-\d{3,})")


def inexact_number(block: bytes, *, whole: bool) -> str:
    """A number of more digits, or nearer to zero, than a double holds, or ''. Whole numbers count only with `whole`.

    What stands in strings may be taken for a number, too: then the caller is more careful than it had to be.
    """
    texts = set(LONG.findall(block)) if has_long_digits(block) else set()
    if has_negative_exponents(block):
        texts.update(TINY.findall(block))
    wanted = sorted(text for text in texts if whole or not text.lstrip(b"-").isdigit())
    return next((text for text in not_shortest(wanted) if not is_exact(text)), "")


def has_long_digits(block: bytes) -> bool:
    """Can there be 16 digits (or dots) in a row? They would fill eight bytes from some multiple of eight on."""
    signs = np.frombuffer(block, np.uint8, len(block) // 8 * 8) - np.uint8(ord("."))
    return bool(np.any((signs < 12).view(np.uint64) == EIGHT_DIGITS)) or len(block) < 64


def has_negative_exponents(block: bytes) -> bool:
    signs = np.frombuffer(block, np.uint8)
    return bool(np.any((signs[1:] == ord("-")) & ((signs[:-1] | 0x20) == ord("e"))))


def not_shortest(texts: list[bytes]) -> list[str]:
    """The texts that are not just what their double prints as; those that are need no further look."""
    written = pa.array(texts, pa.binary()).cast(pa.string())
    return list(written.filter(pc.not_equal(written, written.cast(pa.float64()).cast(pa.string()))).to_pylist())


def is_exact(text: str) -> bool:
    """Does the shortest text of the number's double mean the same number?"""
    value = float(text)
    return abs(value) != float("inf") and Decimal(text) == Decimal(repr(value))
