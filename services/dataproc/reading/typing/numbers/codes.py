"""Digits that name something instead of counting it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, looks_integer
from services.dataproc.reading.typing.numbers.magnitudes import AMOUNT_NAME, CODE_NAME
from services.dataproc.reading.typing.numbers.written import has_leading_zero

IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:zip|zipcode|postal|postcode|plz|phone|tel|telephone|fax|mobile|isbn|issn|ean|upc|gtin|sku|iban|bic|ssn|fips|cusip|isin|barcode|"
    r"serial|imei|account|acct)(?:[\W_]|$)",
    re.IGNORECASE,
)


VERSION_NAME = re.compile(r"(?:^|[\W_])(?:version|ver|release|firmware)(?:[\W_]|$)", re.IGNORECASE)


CODE_CELL = re.compile(r"\d{1,6} ?[A-Za-z]{1,2}|\d{1,4}[Ee]\d{1,4}")
FEWEST_CODES = 2
FEWEST_IN_TURN = 4
PADDED = re.compile(r"0\d+\.\d+")
VERSION = re.compile(r"\d{1,3}\.\d{1,3}")


class CodeSign(Enum):
    """What shows that digits name something instead of counting it."""

    LEADING_ZEROS = auto()
    NAME_OF_CODES = auto()
    NAME_OF_VERSIONS = auto()
    PARTS_OF_ORDER = auto()


def code_sign(column: ValueCounts, numbers: NumberInterpretation) -> CodeSign | None:
    """None where the digits are numbers."""
    bodies = bare_bodies(numbers)
    if any(map(has_leading_zero, bodies)) or (any(map(is_padded, bodies)) and not AMOUNT_NAME.search(column.name)):
        return CodeSign.LEADING_ZEROS
    if IDENTIFIER_NAME.search(column.name) and bodies and all(body.isdigit() for body in bodies):
        return CodeSign.NAME_OF_CODES
    if VERSION_NAME.search(column.name) and bodies and all(VERSION.fullmatch(body) for body in bodies):
        return CodeSign.NAME_OF_VERSIONS
    return CodeSign.PARTS_OF_ORDER if are_ordered_parts(column, bodies) else None


def are_ordered_parts(column: ValueCounts, bodies: list[str]) -> bool:
    """Chapters, rooms, clauses: is 1.10 the tenth and not 1.1, so that the number would lose what is written?

    Where the name says so, a zero at the end is enough; elsewhere 1.10 has to stand beside 1.1 in a column in which each stands once or
    the second numbers run on without a gap. In 2.5 and 2.50 among prices they do neither.
    """
    named = CODE_NAME.search(column.name)
    divided = [body for body in bodies if not (named and body.isdigit())]  # chapter 1 stands above 1.1
    parts = [tuple(body.split(".")) for body in divided if VERSION.fullmatch(body)]
    if not parts or len(parts) < len(divided) or len({len(second) for _, second in parts}) < 2:
        return False
    tens = {(first, second) for first, second in parts if len(second) > 1 and second.endswith("0")}
    if named:
        return bool(tens)
    if counts_past_nine(parts) and not AMOUNT_NAME.search(column.name):
        return True
    beside = any((first, second.rstrip("0")) in set(parts) for first, second in tens)
    once = column.complete and all(count == 1 for count in column.counts.values())
    return beside and not AMOUNT_NAME.search(column.name) and (once or run_on(parts))


def run_on(parts: Iterable[tuple[str, ...]]) -> bool:
    """Do the second numbers below each first one go from its beginning to its end?"""
    below: dict[str, set[int]] = {}
    for first, second in parts:
        below.setdefault(first, set()).add(int(second))
    return all(max(seconds) - min(seconds) + 1 == len(seconds) and min(seconds) <= 1 for seconds in below.values())


def counts_past_nine(parts: Iterable[tuple[str, ...]]) -> bool:
    """Does one first number have 8, 9, 10, 11 below it, without a gap? Of numbers, 3.10 would come before 3.8."""
    below: dict[str, set[int]] = {}
    for first, second in parts:
        below.setdefault(first, set()).add(int(second))
    return any(
        {9, 10} <= seconds and len(seconds) >= FEWEST_IN_TURN and max(seconds) - min(seconds) + 1 == len(seconds)
        for seconds in below.values()
    )


def is_padded(body: str) -> bool:
    """ "0101.21", "005.13": no number is written so, but for amounts in columns of one width."""
    return PADDED.fullmatch(body) is not None


def bare_bodies(numbers: NumberInterpretation) -> list[str]:
    """The digits of numbers without unit, minus and exponent."""
    return [w.body for w in numbers.written.values() if not (w.unit or w.negative or w.exponent)]


def are_codes(numbers: NumberInterpretation) -> bool:
    """Do cells such as 3b come back among whole numbers? They are house numbers then, and no slips that may become null."""
    return looks_integer(numbers) and sum(code_like(numbers.misfits).values()) >= FEWEST_CODES


def code_like(cells: Mapping[str, int]) -> dict[str, int]:
    """Digits with one or two letters behind them, or with one E between."""
    return {text: count for text, count in cells.items() if CODE_CELL.fullmatch(text.strip())}
