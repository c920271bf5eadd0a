"""Is a column a column of numbers, in which convention, and with which unit?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from services.dataproc.reading.typing.numbers import (
    DECIMAL_COMMA,
    PLAIN,
    STYLES,
    Written,
    bare_beside,
    dissect,
    has_leading_zero,
    value_of,
)
from services.dataproc.reading.typing.plan import ValueCounts

IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:zip|zipcode|postal|postcode|plz|phone|tel|telephone|fax|mobile|isbn|issn|ean|upc|gtin|sku|iban|bic|ssn|fips|cusip|isin|barcode|"
    r"serial|imei|account|acct)(?:[\W_]|$)",
    re.IGNORECASE,
)
VERSION_NAME = re.compile(r"(?:^|[\W_])(?:version|ver|release|firmware)(?:[\W_]|$)", re.IGNORECASE)
VERSION = re.compile(r"\d{1,3}\.\d{1,3}")
FLOAT_DIGITS = 15
SURE_EXPONENT = 300  # nearer to the ends of its range, a double has fewer digits
OPEN_SIGN = "undecidable whether"
PROBED = 100


@dataclass(frozen=True)
class NumberReading:
    """The convention of a column of numbers, with the cells that follow it and those that do not."""

    style: str
    unit: str | None
    written: dict[str, Written]
    misfits: dict[str, int]
    total: int
    note: str = ""
    lettered: bool = False
    zeros_count: bool = False  # are digits behind leading zeros numbers too?

    def values(self) -> dict[str, Decimal]:
        return {text: value_of(written, self.style) for text, written in self.written.items()}

    def parser(self) -> Callable[[str], Decimal]:
        style, unit, seen, lettered, zeros_count = self.style, self.unit, self.written, self.lettered, self.zeros_count

        def parse(text: str) -> Decimal:
            written = seen.get(text) or dissect(text)
            written = written.as_unit() if written and lettered else written
            if (
                written is None
                or style not in written.styles
                or not agrees(written, unit)
                or (has_leading_zero(written.body) and not zeros_count)
            ):
                raise ValueError(text)
            return value_of(written, style)

        return parse


def read_numbers(column: ValueCounts, present: dict[str, int]) -> NumberReading | None:
    """The best convention for a column, or None when hardly any of its cells are numbers."""
    texts = list(present)
    probed = {text: dissect(text) for text in texts[:: max(1, len(texts) // PROBED)]}
    if sum(written is not None for written in probed.values()) < 0.3 * len(probed):
        return None
    parts = {
        text: written for text in texts if (written := probed[text] if text in probed else dissect(text)) is not None
    }
    if not parts:
        return None
    lettered = letter_is_unit(parts)
    parts = {text: written.as_unit() for text, written in parts.items()} if lettered else parts
    style, note = choose_style(parts, present, column.decimal_comma_hint)
    unit = choose_unit(parts, present)
    fitting = {t: w for t, w in parts.items() if style in w.styles and agrees(w, unit)}
    misfits = {t: n for t, n in present.items() if t not in fitting}
    total = sum(n for t, n in present.items() if t in fitting or t in misfits)
    return NumberReading(style, unit, fitting, misfits, total, note, lettered)


def letter_is_unit(parts: dict[str, Written]) -> bool:
    """Is the m of "12 m" a unit? Where no other magnitude stands in the column, nothing says that metres are millions.

    Of the other letters only where every number has it: then its value, in whatever unit, is right.
    """
    letters = {written.letter for written in parts.values() if written.power}
    if len(letters) != 1 or not (letter := letters.pop()):
        return False
    return letter == "m" or all(written.power or written.is_zero for written in parts.values())


def agrees(written: Written, unit: str | None) -> bool:
    """A number without a unit stands beside those with one only when it is zero, or the unit is a currency."""
    return written.unit == unit or (
        written.unit is None and unit is not None and (written.is_zero or bare_beside(unit))
    )


def choose_unit(parts: dict[str, Written], present: dict[str, int]) -> str | None:
    units = Counter[str | None]()
    for text, written in parts.items():
        units[written.unit] += present[text]
    return units.most_common(1)[0][0]


def choose_style(parts: dict[str, Written], present: dict[str, int], decimal_comma_hint: bool) -> tuple[str, str]:
    """The convention that most cells follow; ties go to plain digits, and what cannot be decided is said."""
    cells = Counter[frozenset[str]]()
    for text, written in parts.items():
        cells[written.styles] += present[text]
    votes = {style: sum(count for styles, count in cells.items() if style in styles) for style in STYLES}
    best = max(votes.values())
    leaders = [style for style in STYLES if votes[style] == best]
    style = leaders[0]
    if PLAIN in leaders and "1.234,5" in leaders and any("," in w.body or "." in w.body for w in parts.values()):
        if decimal_comma_hint:
            return "1.234,5", "decimal comma, as in the other columns"
        if any("," in w.body for w in parts.values()) and not any("." in w.body for w in parts.values()):
            return style, f"{OPEN_SIGN} the comma divides thousands or is the decimal sign; read as thousands"
        if not any("," in w.body or w.body[0] in "0." for w in parts.values()):
            return style, f"{OPEN_SIGN} the point divides thousands or is the decimal sign; read as the decimal sign"
    if style == "1 234,5" and "1 234.5" in leaders:
        style = "1 234.5"
    return style, ""


def decided_decimal_comma(reading: NumberReading) -> bool:
    return reading.style in DECIMAL_COMMA and any("," in w.body for w in reading.written.values())


def is_code(column: ValueCounts, reading: NumberReading) -> str | None:
    """Why these digits name something instead of counting it, or None."""
    bodies = [w.body for w in reading.written.values() if not (w.unit or w.negative or w.exponent)]
    zeros = sum(has_leading_zero(body) for body in bodies)
    if zeros:
        return f"{zeros:,} values with leading zeros"
    if IDENTIFIER_NAME.search(column.name) and bodies and all(body.isdigit() for body in bodies):
        return "digits only, and the name says that they are codes"
    if VERSION_NAME.search(column.name) and bodies and all(VERSION.fullmatch(body) for body in bodies):
        return "the name says that they are versions, in which 1.10 is not 1.1"
    if exponent_codes(reading):
        return "digits around a letter E, in the shape of a code"
    return None


def exponent_codes(reading: NumberReading) -> bool:
    """All of the shape 84E71: whole digits, E, digits without a sign, none with a decimal point."""
    parts = reading.written.values()
    marked = [w for w in parts if w.exponent]
    return len(marked) >= 0.9 * len(reading.written) and all(
        "." not in w.body and "," not in w.body and w.exponent[1:].isdigit() for w in marked
    )


def storage_of(values: list[Decimal], integer: bool) -> pa.DataType | None:
    """int64, float64 where every value keeps its digits, decimal128 otherwise; None when none of them is exact."""
    if not values:
        return pa.int64() if integer else pa.float64()
    if integer:
        if all(-(1 << 63) <= v < (1 << 63) for v in values):
            return pa.int64()
        digits = max(len(v.as_tuple().digits) + max(0, exponent_of(v)) for v in values)
        return pa.decimal128(38, 0) if digits <= 38 else None
    if all(round_trips(v) for v in values):
        return pa.float64()
    scale = max(max(0, -exponent_of(v)) for v in values)
    whole = max(len(v.as_tuple().digits) + exponent_of(v) for v in values)
    return pa.decimal128(38, scale) if scale <= 37 and max(whole, 1) + scale <= 38 else None


def exponent_of(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def round_trips(value: Decimal) -> bool:
    """Does the nearest binary double print back as the same number?"""
    digits = value.as_tuple().digits
    if len(digits) <= FLOAT_DIGITS and abs(value.adjusted()) < SURE_EXPONENT:
        return True
    return Decimal(repr(float(value))) == value


def looks_integer(reading: NumberReading) -> bool:
    """Whole numbers written without a decimal part."""
    decimal_sign = "," if reading.style in DECIMAL_COMMA else "."
    return all(
        decimal_sign not in w.body and not (w.exponent and "-" in w.exponent) and w.power == 0
        for w in reading.written.values()
    )
