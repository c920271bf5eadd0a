"""The number formats of worksheet cells: which unit they show, and where they fill digits up with zeros. Dates are told apart by the library.

Syntax: ECMA-376 part 1, 18.8.31; up to four sections, for positive and negative numbers, zero and text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from services.dataproc.reading.typing.numbers.written import dissect

TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"?|\\.)|(?P<blank>[_*].)|\[\$(?P<currency>[^\]-]*)(?:-(?P<place>[^\]]*))?\]|\[(?P<bracket>[^\]]*)\]
        |(?P<general>General)|(?P<exponent>E[-+])|(?P<percent>%)|(?P<digit>[0\#?.,])|(?P<sign>.)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
OUTSIDE_SECTIONS = re.compile(r'"[^"]*"?|\\.|[_*].|\[[^\]]*\]|;', re.DOTALL)
CONDITION = re.compile(r"\[[<>=]")
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
SIGNS_OF_PLACES = {  # locales by the identifiers of [MS-LCID] and by name
    "$": {"1009": "CAD", "c0c": "CAD", "c09": "AUD", "1409": "NZD", "4809": "SGD", "c04": "HKD", "404": "TWD", "80a": "MXN", "2c0a": "ARS", "340a": "CLP",
          "240a": "COP", "en-ca": "CAD", "fr-ca": "CAD", "en-au": "AUD", "en-nz": "NZD", "en-sg": "SGD", "zh-hk": "HKD", "zh-tw": "TWD", "es-mx": "MXN",
          "es-ar": "ARS", "es-cl": "CLP", "es-co": "COP"},
    "¥": {"804": "CNY", "zh-cn": "CNY"},
    "￥": {"411": "JPY", "804": "CNY", "ja-jp": "JPY", "zh-cn": "CNY"},
    "kr": {"41d": "SEK", "414": "NOK", "814": "NOK", "406": "DKK", "40f": "ISK", "sv-se": "SEK", "nb-no": "NOK", "nn-no": "NOK", "da-dk": "DKK", "is-is": "ISK"},
    "£": {"c01": "EGP", "ar-eg": "EGP"},
    "Rs": {"420": "PKR", "ur-pk": "PKR"},
}  # fmt: skip
BESIDE_NUMBERS = "()+-− \u00a0\u202f"
WITHIN_CODES = frozenset("0- /:()")
PLACEHOLDER_OTHER = "#"
FEWEST_ZEROS = 2


@dataclass(frozen=True)
class CellFormat:
    """What a format shows besides the number: a unit, or digits in the form of a `mask` such as 00000. Percents are shown a hundredfold."""

    code: str
    unit: str | None = None
    percent: bool = False
    mask: str = ""

    @property
    def shows(self) -> tuple[str | None, bool, str]:
        """What formats of different decimals and colours have in common."""
        return self.unit, self.percent, self.mask


@dataclass
class Section:
    """One section of a format: its placeholders, the words before and after them, and all of it as a mask."""

    digits: str = ""
    around: list[str] = field(default_factory=lambda: ["", ""])
    percents: int = 0
    form: str = ""
    number: bool = True

    def add(self, match: re.Match[str]) -> None:
        kind, text = match.lastgroup, match[0]
        if kind in ("digit", "general"):
            self.digits += text
            self.form += text if text == "0" else PLACEHOLDER_OTHER
        elif kind == "percent":
            self.percents += 1
        elif kind == "bracket":
            self.number = self.number and not ELAPSED.fullmatch(match["bracket"])
        elif kind == "sign" and (text.isalpha() or text in "@/"):
            self.number = False  # dates, texts and fractions
        elif kind != "exponent":
            self._show(text_of_token(match))

    def _show(self, text: str) -> None:
        self.around[bool(self.digits)] += text
        self.form += PLACEHOLDER_OTHER if "0" in text else text

    @property
    def unit(self) -> str | None:
        """The unit as the text of a cell would have it. Beside numbers shown in thousands or millions only a currency counts."""
        if self.percents:
            return "%"
        before, after = (text.strip(BESIDE_NUMBERS) for text in self.around)
        scaled = self.digits.endswith(",")
        words = [f"{before} 1", *(f"1 {word}" for word in (after.split() if scaled else [after]))]
        units = {unit for word in words if (unit := parse_unit(word)) and (not scaled or len(unit) == len("EUR"))}
        return units.pop() if len(units) == 1 else None

    @property
    def mask(self) -> str:
        form = self.form.strip()
        return form if set(form) <= WITHIN_CODES and form.count("0") >= FEWEST_ZEROS and not self.percents else ""


def parse_unit(text: str) -> str | None:
    """The unit of a written number, where nothing else stands there."""
    written = dissect(text)
    return written.unit if written and written.body == "1" and not written.power else None


@lru_cache(maxsize=4096)
def read_format(code: str) -> CellFormat | None:
    """What the format adds to plain numbers, or None."""
    parts = split_sections(code)
    sections = [
        section for part in parts[: 3 if CONDITION.search(code) else 2] if (section := read_section(part)).digits
    ]
    shown = {(section.unit, section.percents) for section in sections}
    if len(shown) != 1 or not all(section.number for section in sections):
        return None
    unit, percents = shown.pop()
    mask = sections[0].mask if len(parts) == 1 else ""
    return CellFormat(code, unit, percents == 1, mask) if (unit or mask) and percents <= 1 else None


def split_sections(code: str) -> list[str]:
    """Sections are divided by semicolons outside of quotes, escapes and brackets."""
    ends = [found.start() for found in OUTSIDE_SECTIONS.finditer(code) if found[0] == ";"]
    return [code[start:end] for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(code)], strict=True)]


def read_section(text: str) -> Section:
    section = Section()
    for match in TOKEN.finditer(text):
        section.add(match)
    return section


def text_of_token(match: re.Match[str]) -> str:
    """What a token that is no placeholder shows; currencies that share a sign by the code of their country."""
    if match["literal"]:
        return match["literal"].strip('"') if match["literal"].startswith('"') else match["literal"][1:]
    if match["currency"] is not None:
        return currency_of(match["currency"].strip(), match["place"] or "")
    return " " if match["blank"] else match[0]


def currency_of(sign: str, place: str) -> str:
    place = place.lower()
    found = SIGNS_OF_PLACES.get(sign.rstrip("."), {})
    return found.get(place) or found.get(place[-4:].lstrip("0")) or sign
