"""Numbers as people write them: thousands separators, decimal commas, currencies, percent, magnitudes, accounting brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'’"
CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND",
                  "₴": "UAH", "₦": "NGN", "฿": "THB", "₱": "PHP", "zł": "PLN", "Kč": "CZK", "R$": "BRL", "US$": "USD", "A$": "AUD", "C$": "CAD",
                  "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "kr": "kr", "kr.": "kr", "Rs": "INR", "Rs.": "INR", "Fr.": "CHF", "元": "CNY", "円": "JPY"}  # fmt: skip
CURRENCY_CODES = frozenset(
    "USD EUR GBP JPY CHF CAD AUD NZD CNY INR RUB KRW TRY ILS UAH NGN THB PHP PLN CZK BRL SEK NOK DKK HUF RON BGN MXN ZAR SGD HKD TWD IDR MYR VND "
    "AED SAR EGP ARS CLP COP PEN ISK KES MAD PKR BDT LKR".split()
)
MAGNITUDES = {"k": 3, "K": 3, "thousand": 3, "m": 6, "M": 6, "mn": 6, "mio": 6, "million": 6, "mln": 6, "b": 9, "B": 9, "bn": 9, "billion": 9,
              "T": 12, "tn": 12, "trillion": 12}  # fmt: skip
SIGN = r"[-+−–]"
BODY = rf"\d[\d.,_{SPACES}{APOSTROPHES}]*|[.,]\d+"
CURRENCY = "|".join(re.escape(sign) for sign in sorted([*CURRENCY_SIGNS, *CURRENCY_CODES], key=len, reverse=True))
WRITTEN = re.compile(
    rf"""(?P<open>\()?\s*(?P<sign1>{SIGN})?\s*(?P<cur1>{CURRENCY})?\s*(?P<sign2>{SIGN})?\s*
        (?P<body>{BODY})(?P<exp>[eE][-+]?\d{{1,9}})?\s*
        (?P<tail>[^\d()]*?)\s*(?P<sign3>[-−])?(?P<close>\))?""",
    re.VERBOSE,
)
UNIT_WORD = re.compile(r"[A-Za-zµμ°Ωº²³/%·^\d]{1,12}\.?")

STYLES: dict[str, re.Pattern[str]] = {
    "1,234.5": re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"),
    "1.234,5": re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?|,\d+"),
    "1 234,5": re.compile(rf"(?:\d{{1,3}}(?:[{SPACES}]\d{{3}})+|\d+)(?:,\d*)?|,\d+"),
    "1 234.5": re.compile(rf"(?:\d{{1,3}}(?:[{SPACES}]\d{{3}})+|\d+)(?:\.\d*)?|\.\d+"),
    "1'234.5": re.compile(rf"(?:\d{{1,3}}(?:[{APOSTROPHES}]\d{{3}})+|\d+)(?:\.\d*)?|\.\d+"),
    "12,34,567.8": re.compile(r"(?:\d{1,2}(?:,\d{2})*,\d{3}|\d+)(?:\.\d*)?|\.\d+"),
    "1_234.5": re.compile(r"(?:\d{1,3}(?:_\d{3})+|\d+)(?:\.\d*)?|\.\d+"),
}
PLAIN = "1,234.5"
DECIMAL_COMMA = frozenset({"1.234,5", "1 234,5"})
AS_NINES = str.maketrans("012345678", "9" * 9)
DROPPED = str.maketrans("", "", f"_{SPACES}{APOSTROPHES}")


@dataclass(frozen=True)
class Written:
    """The parts of a written number; `styles` are the conventions under which its digits can be read."""

    body: str
    exponent: str
    negative: bool
    unit: str | None
    power: int
    percent: bool
    styles: frozenset[str]


def dissect(text: str) -> Written | None:
    """The parts of a number, or None when the text is none. Only the separators stay undecided."""
    match = WRITTEN.fullmatch(text.strip())
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [match[name] for name in ("sign1", "sign2", "sign3") if match[name]]
    if len(signs) > 1 or (signs and match["open"]):
        return None
    tail = read_tail(match["tail"].strip(), match["cur1"])
    body = match["body"].rstrip(SPACES)
    styles = styles_of(body.translate(AS_NINES))
    if tail is None or not styles:
        return None
    unit, power, percent = tail
    negative = bool(match["open"]) or bool(signs and signs[0] != "+")
    return Written(body, match["exp"] or "", negative, unit, power, percent, styles)


@lru_cache(maxsize=16384)
def styles_of(shape: str) -> frozenset[str]:
    """The conventions under which digits and separators of this shape (digits as 9) are a number."""
    return frozenset(name for name, pattern in STYLES.items() if pattern.fullmatch(shape))


def read_tail(tail: str, currency: str | None) -> tuple[str | None, int, bool] | None:
    """(unit, power of ten, percent?) of what follows the digits; None when it is not part of a number."""
    if not tail:
        return currency_code(currency), 0, False
    if tail == "%":
        return (None if currency else "%"), 0, True
    if tail in MAGNITUDES:
        return currency_code(currency), MAGNITUDES[tail], False
    first, _, second = tail.partition(" ")
    if first in MAGNITUDES and is_currency(second) and not currency:
        return currency_code(second), MAGNITUDES[first], False
    if currency:
        return None
    if is_currency(tail):
        return currency_code(tail), 0, False
    return (tail, 0, False) if UNIT_WORD.fullmatch(tail) else None


def is_currency(word: str) -> bool:
    return word in CURRENCY_SIGNS or word in CURRENCY_CODES


def currency_code(written: str | None) -> str | None:
    if not written:
        return None
    return CURRENCY_SIGNS.get(written, written)


def value_of(written: Written, style: str) -> Decimal:
    """The exact value under one of the number's styles."""
    digits = written.body.translate(DROPPED)
    digits = digits.replace(".", "").replace(",", ".") if style in DECIMAL_COMMA else digits.replace(",", "")
    value = Decimal(f"{digits}e{int(written.exponent[1:] or 0) + written.power}")
    return value.copy_negate() if written.negative and value else value


def has_leading_zero(body: str) -> bool:
    """Digits only, more than one, beginning with 0: a code rather than a quantity."""
    return len(body) > 1 and body[0] == "0" and body.isdigit()
