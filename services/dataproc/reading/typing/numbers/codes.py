"""Digits that name something instead of counting it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, looks_integer
from services.dataproc.reading.typing.numbers.magnitudes import AMOUNT_NAME
from services.dataproc.reading.typing.numbers.parts import Parts, are_versions, find_parts, part_choice
from services.dataproc.reading.typing.numbers.written import has_leading_zero
from shared.open_choices import OpenChoice

IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:zip|zipcode|postal|postcode|plz|phone|tel|telephone|fax|mobile|isbn|issn|ean|upc|gtin|sku|iban|bic|ssn|fips|cusip|isin|barcode|"
    r"serial|imei|account|acct|card|cardnumber|cardno|creditcard|kartennummer|kreditkarte|tarjeta|iccid|tax_?id|vat|npi|dni|cpf|cnpj)(?:[\W_]|$)",
    re.IGNORECASE,
)


VERSION_NAME = re.compile(
    r"(?:^|[\W_])(?:version|ver|release|firmware|versión|versão|versione|versie|wersja|verze|verzió|версия|версія|sürüm|版本|バージョン|버전)(?:[\W_]|$)|"
    r"^(?:min|max|target|minimum)?[\W_]*(?:os|macos|osx|ios|ipados|android|ubuntu|debian|fedora|centos|rhel|freebsd|python|php|ruby|jdk|golang|nodejs|glibc|"
    r"gcc|postgres|postgresql|mysql|mariadb|django)$",
    re.IGNORECASE,
)
CODE_CELL = re.compile(r"\d{1,6} ?[A-Za-z]{1,2}|\d{1,4}[Ee]\d{1,4}")
FEWEST_CODES = 2
FEWEST_CHECKED = 3
"""Numbers that all end as they should by chance: one in a thousand columns of such long ones."""

CARD_DIGITS = range(14, 20)
PADDED = re.compile(r"0\d+\.\d+")


class CodeSign(Enum):
    """What shows that digits name something instead of counting it."""

    LEADING_ZEROS = auto()
    NAME_OF_CODES = auto()
    CHECK_DIGITS = auto()
    NAME_OF_VERSIONS = auto()
    PARTS_OF_ORDER = auto()
    PARTS_PERHAPS = auto()


def code_sign(column: ValueCounts, numbers: NumberInterpretation) -> CodeSign | None:
    """None where the digits are numbers."""
    bodies = bare_bodies(numbers)
    if any(map(has_leading_zero, bodies)) or (any(map(is_padded, bodies)) and not AMOUNT_NAME.search(column.name)):
        return CodeSign.LEADING_ZEROS
    if IDENTIFIER_NAME.search(column.name) and bodies and all(body.isdigit() for body in bodies):
        return CodeSign.NAME_OF_CODES
    if have_check_digits(column, bodies):
        return CodeSign.CHECK_DIGITS
    if VERSION_NAME.search(column.name) and bodies and are_versions(bodies):
        return CodeSign.NAME_OF_VERSIONS
    parts = find_parts(column, bodies)
    return {Parts.SURE: CodeSign.PARTS_OF_ORDER, Parts.LIKELY: CodeSign.PARTS_PERHAPS}.get(parts)


def code_choice(column: ValueCounts, numbers: NumberInterpretation, sign: CodeSign | None) -> OpenChoice | None:
    """What is left open of a column with this sign, or with none."""
    if sign not in (None, CodeSign.PARTS_PERHAPS):
        return None
    return part_choice(find_parts(column, bare_bodies(numbers)))


def have_check_digits(column: ValueCounts, bodies: list[str]) -> bool:
    """Numbers of cards and devices end in the digit that Luhn's formula asks for; of other numbers one in ten does."""
    if not bodies or AMOUNT_NAME.search(column.name):
        return False
    return len(bodies) >= FEWEST_CHECKED and all(
        len(body) in CARD_DIGITS and body.isdigit() and passes_luhn(body) for body in bodies
    )


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and the sum of all digits ends in 0."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


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
