"""Digits that name something instead of counting it."""

from __future__ import annotations

import re
from enum import Enum, auto

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation
from services.dataproc.reading.typing.numbers.written import has_leading_zero

IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:zip|zipcode|postal|postcode|plz|phone|tel|telephone|fax|mobile|isbn|issn|ean|upc|gtin|sku|iban|bic|ssn|fips|cusip|isin|barcode|"
    r"serial|imei|account|acct)(?:[\W_]|$)",
    re.IGNORECASE,
)


VERSION_NAME = re.compile(r"(?:^|[\W_])(?:version|ver|release|firmware)(?:[\W_]|$)", re.IGNORECASE)


VERSION = re.compile(r"\d{1,3}\.\d{1,3}")


class CodeSign(Enum):
    """What shows that digits name something instead of counting it."""

    LEADING_ZEROS = auto()
    NAME_OF_CODES = auto()
    NAME_OF_VERSIONS = auto()
    LETTER_E = auto()


def code_sign(column: ValueCounts, numbers: NumberInterpretation) -> CodeSign | None:
    """None where the digits are numbers."""
    bodies = bare_bodies(numbers)
    if any(map(has_leading_zero, bodies)):
        return CodeSign.LEADING_ZEROS
    if IDENTIFIER_NAME.search(column.name) and bodies and all(body.isdigit() for body in bodies):
        return CodeSign.NAME_OF_CODES
    if VERSION_NAME.search(column.name) and bodies and all(VERSION.fullmatch(body) for body in bodies):
        return CodeSign.NAME_OF_VERSIONS
    return CodeSign.LETTER_E if exponent_codes(numbers) else None


def bare_bodies(numbers: NumberInterpretation) -> list[str]:
    """The digits of numbers without unit, minus and exponent."""
    return [w.body for w in numbers.written.values() if not (w.unit or w.negative or w.exponent)]


def exponent_codes(numbers: NumberInterpretation) -> bool:
    """All of the shape 84E71: whole digits, E, digits without a sign, none with a decimal point."""
    parts = numbers.written.values()
    marked = [w for w in parts if w.exponent]
    return len(marked) >= 0.9 * len(numbers.written) and all(
        "." not in w.body and "," not in w.body and w.exponent[1:].isdigit() for w in marked
    )
