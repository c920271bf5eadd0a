"""Numbers as a sentence says them: digits in every script and spelling, words, scales, percent, bounds and directions. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.prose.number_words import number_words

_SCALES: Mapping[str, float] = {
    **dict.fromkeys(("k", "thousand", "tsd", "tausend", "mille", "mil", "mila", "duizend"), 1e3),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "millionen", "millones", "milioni", "milhões", "miljoen"), 1e6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "billions", "milliarden", "milliards", "miliardi", "miljard"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 1e12),
    "hundred": 1e2, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7, "dozen": 12.0,
}  # fmt: skip
_SCALE_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_PERCENT = r"%|percent(?:age points?)?\b|per cent\b|percentage points?\b|prozent\w*|pour ?cent\b|por ?ciento\b|per ?cento\b|procent\b|pp\b"
_UNIT = (
    rf"(?:[\s  ]?(?P<percent>{_PERCENT})|\s?(?P<permille>‰|basis points?\b|bps\b)|[\s -]?(?P<scale>{_SCALE_WORDS})\b)?"
)
_DIGITS = re.compile(
    r"(?P<sign>(?:(?<![\w)%])[-−–+]|\bminus|\bnegative)\s?)?[$€£¥]?\s?"
    r"(?P<digits>(?<!\d)\d{1,3}(?:['’   ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,\u200b]\d+)*|(?<!\d)[.,]\d+)"
    r"(?:e(?P<power>[-+−]?\d{1,3})(?!\d))?(?P<vulgar>[¼-¾⅐-⅞])?" + _UNIT,
    re.IGNORECASE,
)  # fmt: skip
_UNIT_AFTER = re.compile(_UNIT, re.IGNORECASE)
_OTHER_NUMERALS = re.compile(r"[^\W\da-zA-Z]+|[²-³¹¼-¾⁰-ₜ⅐-ↈ]+")
_ROMAN = re.compile(r"\b(?=[MDCLXVI]{3,}\b)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?![\d,])|\d\.\d{3},\d|\d[   ]\d{3},\d")
_NOT_ENGLISH = re.compile(r"\b(der|die|das|und|ist|mit|für|hat|hatte|le|les|est|avec|pour|el|los|con|para|il|gli|een|het|os)\b", re.IGNORECASE)  # fmt: skip
_BEFORE = r"\s*(?:a total of\s*|some\s*|the\s*)?[$€£¥]?\s?$"
_BOUNDS = (
    ("more", re.compile(r"(\b(more than|over|above|exceed\w*|at least|upwards? of|greater than|beyond|mehr als|über|plus de|más de)|[>≥])" + _BEFORE, re.IGNORECASE)),
    ("less", re.compile(r"(\b(less than|fewer than|under|below|at most|up to|lower than|smaller than|weniger als|unter|moins de|menos de)|[<≤])" + _BEFORE, re.IGNORECASE)),
    ("about", re.compile(r"(\b(about|around|roughly|nearly|almost|approximately|some|circa|ca\.?|etwa|rund|environ|fast|knapp)|[~≈])" + _BEFORE, re.IGNORECASE)),
)  # fmt: skip
FAR_FROM_ROUND = 0.1
"""How far "about" may be from what stands there: "about 1,000" for 1,234 misleads."""
FAR_FROM_SCALED = 0.03
"""The same for "0.05 million", which has a single digit left: 48,213 is 4 % from it; 1.2 million for 1,234,567 is usual."""


@dataclass(frozen=True)
class Reading:
    """The numbers that it may stand for: from `low` to `high`."""

    low: float
    high: float


@dataclass(frozen=True)
class Said:
    """A number as it is written. `kind`: a count, a part, a multiple, a place in an order, or vague; `unit`: none, percent, or a smaller part."""

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    unit: str = ""
    kind: str = "count"
    harmless: bool = False
    value: float = 0.0
    bound: str = ""


def written_plainly(text: str) -> str:
    """Of the same length: digits of every script as 0 to 9, and what cannot be seen as one sign."""
    if text.isascii():
        return text
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    return "\u200b" if unicodedata.category(sign) == "Cf" else {"％": "%", "٫": ".", "٬": ","}.get(sign, sign)


def numbers_said(sentence: str) -> list[Said]:
    """All of a sentence that is plainly written and in which no name or date stands any more."""
    commas = _DECIMAL_COMMA.search(sentence) is not None
    points = commas or _NOT_ENGLISH.search(sentence) is not None
    found = [_of_digits(match, sentence, commas=commas, points=points) for match in _DIGITS.finditer(sentence)]
    taken = [(one.start, one.end) for one in found]
    words = (*_of_words(sentence), *_of_other_numerals(sentence))
    found += [one for one in words if all(one.end <= start or one.start >= end for start, end in taken)]
    return sorted(found, key=lambda one: one.start)


def _of_digits(match: re.Match[str], sentence: str, *, commas: bool, points: bool) -> Said:
    unit = (
        "percent" if match["percent"] else "permille" if match["permille"] == "‰" else "bp" if match["permille"] else ""
    )
    scale = _SCALES.get((match["scale"] or "").casefold(), 1.0)
    sign = -1.0 if (match["sign"] or "").strip().casefold() in ("-", "−", "–", "minus", "negative") else 1.0
    bound = _bound(sentence[: match.start("digits")])
    readings = []
    value = 0.0
    for number, step in _read(match["digits"], match["power"], commas=commas, points=points):
        part = unicodedata.numeric(match["vulgar"]) if match["vulgar"] else 0.0
        value = sign * (number + part) * scale
        readings.append(reading_of(value, step * scale, bound, scaled=scale > 1, has_decimals=step < 1))
    kind = "times" if re.match(r"(x\b|×|[ -]?times\b|[ -]?fold|-?mal\b)", sentence[match.end() :]) else "count"
    if re.match(r"(st|nd|rd|th)\b", sentence[match.end() :]):
        kind = "place"
    return Said(
        match[0].strip(), match.start("digits"), match.end(), tuple(readings), unit, kind, value=value, bound=bound
    )


def _bound(before: str) -> str:
    return next((name for name, form in _BOUNDS if form.search(before[-40:])), "")


def reading_of(value: float, step: float, bound: str, *, scaled: bool, has_decimals: bool) -> Reading:
    """`step` is what the last digit counts; where it is about a number, the zeros at the end may be rounded ones."""
    if bound and not has_decimals and value:
        while value % (step * 10) == 0:
            step *= 10
    far = step / 2
    if bound == "more":
        return Reading(value, value + step)
    if bound == "less":
        return Reading(value - step, value)
    if bound == "about":
        far = min(far, abs(value) * FAR_FROM_ROUND)
    if scaled:
        far = min(far, abs(value) * FAR_FROM_SCALED)
    if value == 0 and step > 0.05:
        far = 0.0  # nothing is not a rounded something
    far = far * (1 + 1e-9) + abs(value) * 1e-9
    return Reading(value - far, value + far)


def _read(digits: str, power: str | None, *, commas: bool, points: bool) -> Iterator[tuple[float, float]]:
    """Value and step of the last digit. `1,234` is 1234, and 1.234 only where the sentence has decimal commas; nothing for what is no number."""
    plain = re.sub(r"['’   \u200b]", "", digits)
    marks = re.findall(r"[.,]", plain)
    exponent = int(power.replace("−", "-")) if power else 0
    grouped = {mark: re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{2,3}})*\{mark}\d{{3}}", plain) is not None for mark in ".,"}
    if not marks:
        yield _number(plain, "", exponent)
    elif len(set(marks)) == 2:
        whole, _, decimals = plain.rpartition(marks[-1])
        if marks.count(marks[-1]) == 1 and re.fullmatch(
            rf"\d{{1,3}}(?:\{marks[0]}\d{{2,3}})*\{marks[0]}\d{{3}}", whole
        ):
            yield _number(re.sub(r"[.,]", "", whole), decimals, exponent)
    elif len(marks) > 1:
        if grouped[marks[0]]:
            yield _number(re.sub(r"[.,]", "", plain), "", exponent)
    else:
        mark = marks[0]
        whole, _, decimals = plain.partition(mark)
        in_groups = grouped[mark] and whole != "0"
        if in_groups and ((mark == "," and not commas) or (mark == "." and points)):
            yield _number(whole + decimals, "", exponent)
        if not in_groups or (mark == "." and not commas) or (mark == "," and commas):
            yield _number(whole, decimals, exponent)


def _number(whole: str, decimals: str, exponent: int) -> tuple[float, float]:
    return float(f"{whole or 0}.{decimals or 0}e{exponent}"), 10.0 ** (exponent - len(decimals))


def _of_words(sentence: str) -> Iterator[Said]:
    for word in number_words(sentence):
        unit = _UNIT_AFTER.match(sentence, word.end)
        is_percent = unit is not None and unit["percent"] is not None
        bound = _bound(sentence[: word.start])
        kind = word.kind
        if re.match(r"[ -](times|mal)\b", sentence[word.end :]):
            kind = "times"
        step = word.step if kind == "count" else 0.0
        reading = reading_of(word.value, step, bound if kind == "count" else "", scaled=step > 1, has_decimals=step < 1)
        readings = () if kind == "vague" else (reading,)
        end = unit.end() if is_percent and unit else word.end
        yield Said(sentence[word.start : end], word.start, end, readings, "percent" if is_percent else "", kind, word.harmless, word.value, bound)  # fmt: skip


def _of_other_numerals(sentence: str) -> Iterator[Said]:
    for match in _ROMAN.finditer(sentence):
        values = [_ROMAN_DIGITS[sign] for sign in match[0]]
        value = float(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))
        yield Said(match[0], match.start(), match.end(), (Reading(value, value),), value=value)
    if sentence.isascii():
        return
    for match in _OTHER_NUMERALS.finditer(sentence):
        numeric = [unicodedata.numeric(sign, None) for sign in match[0]]
        after_letter = match.start() > 0 and sentence[match.start() - 1].isalpha()
        if None in numeric or after_letter:
            continue  # m², R²: units and names
        value = _of_characters([one for one in numeric if one is not None])
        readings = () if match.start() and sentence[match.start() - 1].isdigit() else (Reading(value, value),)
        yield Said(match[0], match.start(), match.end(), readings, value=value)


def _of_characters(numeric: list[float]) -> float:
    """三百五十: digits before what they multiply."""
    total, digit = 0.0, 0.0
    for one in numeric:
        if one >= 10_000:
            total, digit = (total + digit or 1.0) * one, 0.0
        elif one >= 10:
            total, digit = total + (digit or 1.0) * one, 0.0
        else:
            digit = digit * 10 + one if digit else one
    return total + digit
