"""Numbers in figures and words, with scale, sign, currency, percent and unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.nlq.planner.lexicon.numberwords import Number, read_number
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, UNMARKED, Doubt, Line, Spoken
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.units import CURRENCY_SIGNS, CURRENCY_WORDS, UNIT_PHRASES, UNITS

_PERCENT = (("percent",), ("per", "cent"), ("pct",), ("percentage", "points"), ("%",))
_ABOUT = frozenset("about around roughly approximately approx circa ca nearly almost".split())
_CODES = frozenset(CURRENCY_WORDS.values())
_BETWEEN = frozenset({"and", "to", "or", "through"})
_MINUS = frozenset({"minus", "negative"})
# Letters that are a unit only where they touch the number or stand alone in lower case: "5 C" may be a category.
_SINGLE_LETTERS = frozenset("hgltcfwv")


@dataclass(frozen=True, slots=True)
class Quantity:
    """`percent`: the value is in hundredths ("5%" is 5). `ordinal`: a place in an order (2nd). Units are canonical names in the singular."""

    value: int | float
    unit: str | None = None
    currency: str | None = None
    percent: bool = False
    approximate: bool = False
    ordinal: bool = False


def quantities(question: str, tokens: Sequence[Token]) -> list[Spoken[Quantity]]:
    """Every stretch that may be a number, with and without its unit, sign and "about", shortest first at each place.

    A number that another country would read otherwise ("1,5", "1.234,56") is none: a decimal comma is never guessed.
    """
    line = Line(question, tokens)
    numbers = {
        at: found for at in range(len(line)) if (found := [n for n in read_number(line, at) if not _torn(line, n)])
    }
    spoken: dict[Spoken[Quantity], None] = {}
    for found in numbers.values():
        for number in found:
            dressed = list(_dressed(line, number))
            shared = [each for right in _partners(line, number, numbers) for each in _shared(line, number, right)]
            for each in (*dressed, *shared):
                cost = SECOND_CHOICE if each in dressed and any(s.doubt for s in shared) else each.cost
                spoken.update(dict.fromkeys(_marked(line, replace(each, cost=cost))))
    return sorted(spoken, key=lambda s: (s.start, s.end, s.cost))


def _torn(line: Line, number: Number) -> bool:
    """Part of something longer: 1,5 · 1.234,56 · 13:30 · 2023-03-06 · Q2."""
    if number.fraction:
        return False
    if line.tokens[number.start].is_number and line.touches(number.start - 1) and line.norm(number.start - 1).isalpha():
        return line.norm(number.start - 1).upper() not in _CODES
    signs = {line.gap(number.start - 1), line.gap(number.end - 1)} if _figures_around(line, number) else set()
    if signs & {":", "'", "’", "/", "."}:
        return True
    joined = _chain(line, number)
    return ("," in signs and joined == 2) or ("-" in signs and joined > 2)


def _figures_around(line: Line, number: Number) -> bool:
    """Figures before or behind, with a sign and no blank between."""
    return _glued(line, number.start - 1) or _glued(line, number.end - 1)


def _glued(line: Line, at: int) -> bool:
    if not 0 <= at < len(line) - 1:
        return False
    left, right = line.tokens[at], line.tokens[at + 1]
    return left.is_number and right.is_number and right.start - left.end == 1 and not line.text[left.end].isspace()


def _chain(line: Line, number: Number) -> int:
    """How many figures are glued in a row: 5,6,7 is a list, 5,6 may be a decimal."""
    first, last = number.start, number.end - 1
    while _glued(line, first - 1):
        first -= 1
    while _glued(line, last):
        last += 1
    return last - first + 1


def _dressed(line: Line, number: Number) -> Iterator[Spoken[Quantity]]:
    """The number alone, and with the currency, percent sign or unit beside it."""
    start, end = _with_sign(line, number)
    value = -number.value if start < number.start else number.value
    plain = Quantity(value, ordinal=number.ordinal)
    if number.ordinal:
        yield Spoken(start, end, plain, number.cost, number.doubt)
        return
    if not _sign_is_no_token(line, start, end):
        yield Spoken(start, end, plain, number.cost, number.doubt)
    for quantity, first, last in _beside(line, plain, start, end):
        yield Spoken(first, last, quantity, number.cost, number.doubt)


def _with_sign(line: Line, number: Number) -> tuple[int, int]:
    return number.start - (line.norm(number.start - 1) in _MINUS), number.end


def _sign_is_no_token(line: Line, start: int, end: int) -> bool:
    """A sign that no token stands for belongs to its number: leaving it out would read over it."""
    percent = line.after(end - 1, 1) == "%" and line.norm(end) not in ("percent", "%")
    return percent or (_character_before(line, start) in CURRENCY_SIGNS and line.norm(start - 1) not in CURRENCY_SIGNS)


def _character_before(line: Line, at: int) -> str:
    start = line.tokens[at].start
    return line.text[max(0, start - 1) : start]


def _beside(line: Line, plain: Quantity, start: int, end: int) -> Iterator[tuple[Quantity, int, int]]:
    sign = CURRENCY_SIGNS.get(line.norm(start - 1)) or CURRENCY_SIGNS.get(_character_before(line, start))
    code = line.norm(start - 1).upper()
    if sign or code in _CODES:
        first = start - (code in _CODES or line.norm(start - 1) in CURRENCY_SIGNS)
        yield replace(plain, currency=sign or code), first, end
    if line.after(end - 1, 1) == "%":
        yield replace(plain, percent=True), start, end + (line.norm(end) in ("percent", "%"))
    for words in _PERCENT:
        if line.after(end - 1, 1) != "%" and line.phrase(end, words):
            yield replace(plain, percent=True), start, end + len(words)
    currency = CURRENCY_WORDS.get(line.norm(end)) or CURRENCY_SIGNS.get(line.norm(end))
    if currency:
        yield replace(plain, currency=currency), start, end + 1
    for unit, last in _units(line, end):
        yield replace(plain, unit=unit), start, last


def _units(line: Line, at: int) -> Iterator[tuple[str, int]]:
    for words, named in UNIT_PHRASES.items():
        if line.norm(at) == words[0] and line.phrase(at, words) and (words[-1] not in "23" or line.touches(at)):
            yield named, at + len(words)
    word = line.norm(at)
    unit = UNITS.get(word)
    if unit and (word not in _SINGLE_LETTERS or line.touches(at - 1) or line.tokens[at].text.islower()):
        squared = word in ("m", "km") and line.touches(at) and line.norm(at + 1) in ("2", "3")
        if not squared:
            yield unit, at + 1


def _partners(line: Line, number: Number, numbers: dict[int, list[Number]]) -> Iterator[Number]:
    """The numbers that this one is joined with by "and" or "to" or a dash."""
    at = number.end
    if line.norm(at) in _BETWEEN:
        at += 1
    elif line.gap(number.end - 1) not in ("-", "–"):
        return
    yield from numbers.get(at + (line.norm(at) in CURRENCY_SIGNS), ())


def _shared(line: Line, left: Number, right: Number) -> Iterator[Spoken[Quantity]]:
    """What is said once for both: 1.5 and 3 million, 30 to 40 years."""
    if left.ordinal or right.ordinal or left.scale > 1:
        return
    value = left.value * right.scale if right.scale > 1 and left.value < right.value / right.scale else left.value
    scaled = value != left.value
    whole = int(value) if float(value).is_integer() else value
    doubt = Doubt.SCALE if scaled else None
    start, end = _with_sign(line, left)
    if scaled:
        yield Spoken(start, end, Quantity(whole), PLAIN, doubt)
    for each in _dressed(line, right):
        unit, percent, currency = each.value.unit, each.value.percent, each.value.currency
        if unit or percent or currency:
            yield Spoken(start, end, Quantity(whole, unit, currency, percent), UNMARKED if not scaled else PLAIN, doubt)


def _marked(line: Line, spoken: Spoken[Quantity]) -> Iterator[Spoken[Quantity]]:
    """The number as it stands, and with "about" before it; ~ is no token, so that it is never left out."""
    about = replace(spoken, value=replace(spoken.value, approximate=True))
    if _tilde(line, spoken.start):
        yield about
        return
    yield spoken
    if not spoken.value.ordinal and line.norm(spoken.start - 1) in _ABOUT:
        yield replace(about, start=spoken.start - 1)


def _tilde(line: Line, at: int) -> bool:
    return _character_before(line, at) in ("~", "≈")
