"""Numbers as people write them: thousands separators, decimal commas, currencies, percent, magnitudes, accounting brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

SPACES = " \u00a0\u202f\u2009\u2007"
APOSTROPHES = "'’"
CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND",
                  "₴": "UAH", "₦": "NGN", "฿": "THB", "₱": "PHP", "zł": "PLN", "Kč": "CZK", "R$": "BRL", "US$": "USD", "A$": "AUD", "C$": "CAD",
                  "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "kr": "kr", "kr.": "kr", "Rs": "INR", "Rs.": "INR", "Fr.": "CHF", "元": "CNY", "円": "JPY"}  # fmt: skip
CURRENCY_CODES = frozenset(
    "USD EUR GBP JPY CHF CAD AUD NZD CNY INR RUB KRW TRY ILS UAH NGN THB PHP PLN CZK BRL SEK NOK DKK HUF RON BGN MXN ZAR SGD HKD TWD IDR MYR VND "
    "AED SAR EGP ARS CLP COP PEN ISK KES MAD PKR BDT LKR".split()
)
MAGNITUDES = {"k": 3, "K": 3, "m": 6, "M": 6, "b": 9, "B": 9, "T": 12, "万": 4, "億": 8, "亿": 8}
MAGNITUDE_WORDS = {word: power for power, words in {
    3: "thousand tsd tausend tys тыс", 5: "lakh lakhs", 6: "mn mio mill million millions millionen mln млн", 7: "crore crores",
    9: "bn billion billions mrd milliarde milliarden mia mld md mds млрд", 12: "tn trillion trillions"}.items() for word in words.split()}  # fmt: skip
LETTERS = frozenset("kKmMbBT")
"""Magnitudes of one letter, which behind a number could also be part of a code."""

ALSO_UNITS = frozenset("mbBTK")
"""Those that also stand for metres, bytes, tonnes, kelvin."""
SIGN = r"[-+−–]"
BODY = rf"\d[\d.,_{SPACES}{APOSTROPHES}]*|[.,]\d+"
CURRENCY = "|".join(re.escape(sign) for sign in sorted([*CURRENCY_SIGNS, *CURRENCY_CODES], key=len, reverse=True))
WRITTEN = re.compile(
    rf"""(?:(?P<cur0>{CURRENCY})\s*(?=\())?(?P<open>\()?\s*(?P<sign1>{SIGN})?\s*(?P<cur1>{CURRENCY})?\s*(?P<sign2>{SIGN})?\s*
        (?P<body>{BODY})(?:(?<=[.,])(?P<even>[-−–—]{{1,2}}))?(?P<exp>[eE][-+]?\d{{1,9}})?\s*
        (?P<tail>[^\d()]*?)\s*(?P<sign3>[-−])?(?P<close>\))?""",
    re.VERBOSE,
)
SHOWN_ZERO = re.compile(rf"(?:{CURRENCY})\s*[-–—]|[-–—]\s*(?:{CURRENCY})")
"""`$ -`: what the accounting formats of spreadsheets show for 0; a cell that is missing is blank there."""

AS_PROGRAMS_WRITE = re.compile(r"(-?)(\d+(?:\.\d+)?)", re.ASCII)
"""Most numbers are; the pattern for all others takes ten times as long."""
MAGNITUDE_OF_MONEY = re.compile(rf"((?!T\b|T\W)[^\W\d]+\.?)\s*({CURRENCY})")
"""Mio. €, k€, bn USD; not T€, which is a thousand in German and a trillion elsewhere."""
UNIT_WORD = re.compile(r"[A-Za-zµμ°Ωº²³/%‰·^\d]{1,12}\.?")


@dataclass(frozen=True)
class NumberStyle:
    """A convention: the pattern of its digits and separators, the separators that mean nothing (a pattern of RE2's), and the decimal sign."""

    pattern: re.Pattern[str]
    separators: str
    decimal_comma: bool = False


STYLES: Mapping[str, NumberStyle] = {
    "1,234.5": NumberStyle(re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"), ","),
    "1.234,5": NumberStyle(re.compile(r"(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d*)?|,\d+"), r"\.", decimal_comma=True),
    "1 234,5": NumberStyle(
        re.compile(rf"(?:[1-9]\d{{0,2}}(?:[{SPACES}]\d{{3}})+|\d+)(?:,\d*)?|,\d+"), f"[{SPACES}]", decimal_comma=True
    ),
    "1 234.5": NumberStyle(re.compile(rf"(?:[1-9]\d{{0,2}}(?:[{SPACES}]\d{{3}})+|\d+)(?:\.\d*)?|\.\d+"), f"[{SPACES}]"),
    "1'234.5": NumberStyle(
        re.compile(rf"(?:[1-9]\d{{0,2}}(?:[{APOSTROPHES}]\d{{3}})+|\d+)(?:\.\d*)?|\.\d+"), f"[{APOSTROPHES}]"
    ),
    "12,34,567.8": NumberStyle(re.compile(r"(?:[1-9]\d?(?:,\d{2})*,\d{3}|\d+)(?:\.\d*)?|\.\d+"), ","),
    "1_234.5": NumberStyle(re.compile(r"(?:[1-9]\d{0,2}(?:_\d{3})+|\d+)(?:\.\d*)?|\.\d+"), "_"),
}
"""By the names that people choose them by; where cells fit several, the first one that most of them fit is taken."""

POINT, COMMA = "1,234.5", "1.234,5"
POINT_AND_SPACES, COMMA_AND_SPACES = "1 234.5", "1 234,5"
DECIMAL_COMMA = frozenset(name for name, style in STYLES.items() if style.decimal_comma)
AS_NINES = str.maketrans("012345678", "9" * 9)
DROPPED = str.maketrans("", "", f"_{SPACES}{APOSTROPHES}")


@dataclass(frozen=True)
class Written:
    """The parts of a written number; `styles` are the conventions under which its digits can be read.

    `letter` is the letter that was taken for a magnitude and could be a unit or part of a code as well, '' where there is none; `glued`: it
    stands behind the digits without a blank.
    """

    body: str
    exponent: str
    negative: bool
    unit: str | None
    power: int
    percent: bool
    styles: frozenset[str]
    letter: str = ""
    glued: bool = False

    @property
    def is_zero(self) -> bool:
        return set(self.body) <= set("0.,")

    def as_unit(self) -> Written:
        """The same number, its letter read as a unit."""
        return replace(self, unit=self.letter, power=0) if self.letter in ALSO_UNITS else self


def dissect(text: str) -> Written | None:
    """The parts of a number, or None when the text is none. Only the separators stay undecided."""
    if plain := AS_PROGRAMS_WRITE.fullmatch(text):
        body = plain[2]
        return Written(body, "", bool(plain[1]), None, 0, False, styles_of(body[:1] + body[1:].translate(AS_NINES)))
    if is_shown_zero(text):
        return Written("0", "", False, None, 0, False, styles_of("0"))
    match = WRITTEN.fullmatch(text.strip())
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [match[name] for name in ("sign1", "sign2", "sign3") if match[name]]
    if len(signs) > 1 or (signs and match["open"]) or (match["cur0"] and match["cur1"]):
        return None
    end, currency = match["tail"].strip(), match["cur0"] or match["cur1"]
    tail = read_tail(end, currency)
    body = match["body"].rstrip(SPACES)
    styles = styles_of(body[:1] + body[1:].translate(AS_NINES))
    if tail is None or not styles:
        return None
    unit, power, percent = tail
    negative = bool(match["open"]) or bool(signs and signs[0] != "+")
    letter = end if end in LETTERS and not currency else ""
    glued = bool(letter) and text.strip()[match.start("tail") - 1] not in SPACES
    return Written(body, match["exp"] or "", negative, unit, power, percent, styles, letter, glued)


def is_shown_zero(text: str) -> bool:
    return SHOWN_ZERO.fullmatch(text.strip()) is not None


@lru_cache(maxsize=16384)
def styles_of(shape: str) -> frozenset[str]:
    """The conventions under which digits and separators of this shape (digits as 9, but for the first) are a number."""
    return frozenset(name for name, style in STYLES.items() if style.pattern.fullmatch(shape))


def read_tail(tail: str, currency: str | None) -> tuple[str | None, int, bool] | None:
    """(unit, power of ten, percent?) of what follows the digits; None when it is not part of a number."""
    if not tail:
        return currency_code(currency), 0, False
    if tail == "%":
        return (None if currency else "%"), 0, True
    if power := magnitude(tail):
        return currency_code(currency), power, False
    if currency:
        return None
    if (scaled := MAGNITUDE_OF_MONEY.fullmatch(tail)) and (power := magnitude(scaled[1])):
        return currency_code(scaled[2]), power, False
    if is_currency(tail):
        return currency_code(tail), 0, False
    return (tail, 0, False) if UNIT_WORD.fullmatch(tail) else None


def magnitude(word: str) -> int:
    """The power of ten that a letter or word stands for; 0 when it is none."""
    return MAGNITUDES.get(word) or MAGNITUDE_WORDS.get(word.lower().rstrip("."), 0)


def bare_beside(unit: str) -> bool:
    """Can a number without a unit stand beside those with this one and mean the same? It can beside a currency."""
    return len(unit) == 3 and unit.isupper()


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
