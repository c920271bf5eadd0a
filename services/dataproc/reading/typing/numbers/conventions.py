"""Is a column a column of numbers, in which convention, and with which unit?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from services.dataproc.reading.open_choices import OpenChoice, OpenQuestion
from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.written import (
    COMMA,
    COMMA_AND_SPACES,
    DECIMAL_COMMA,
    POINT,
    POINT_AND_SPACES,
    STYLES,
    Written,
    bare_beside,
    dissect,
    has_leading_zero,
    value_of,
)

PROBED = 100  # cells that are looked at first: where less than a third are numbers, the column is none


class StyleSource(Enum):
    """What decided on the convention of a column's numbers."""

    CELLS = auto()
    OTHER_COLUMNS = auto()
    PERSON = auto()


@dataclass(frozen=True)
class NumberInterpretation:
    """The convention of a column of numbers, with the cells that follow it and those that do not."""

    style: str
    unit: str | None
    written: dict[str, Written]
    misfits: dict[str, int]
    total: int
    source: StyleSource = StyleSource.CELLS
    open_choice: OpenChoice | None = None
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


def interpret_numbers(column: ValueCounts, present: dict[str, int]) -> NumberInterpretation | None:
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
    choice = choose_style(parts, present, column.decimal_comma_hint)
    style = choice.style
    unit = choose_unit(parts, present)
    fitting = {t: w for t, w in parts.items() if style in w.styles and agrees(w, unit)}
    misfits = {t: n for t, n in present.items() if t not in fitting}
    total = sum(n for t, n in present.items() if t in fitting or t in misfits)
    return NumberInterpretation(style, unit, fitting, misfits, total, choice.source, choice.open_choice, lettered)


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


@dataclass(frozen=True)
class StyleChoice:
    """A convention and how it came to be taken."""

    style: str
    source: StyleSource = StyleSource.CELLS
    question: OpenQuestion | None = None

    @property
    def open_choice(self) -> OpenChoice | None:
        return OpenChoice(self.question, (POINT, COMMA), self.style) if self.question else None


def choose_style(parts: dict[str, Written], present: dict[str, int], decimal_comma_hint: bool) -> StyleChoice:
    """The convention that most cells follow; ties go to plain digits, and what cannot be decided is left open."""
    cells = Counter[frozenset[str]]()
    for text, written in parts.items():
        cells[written.styles] += present[text]
    votes = {style: sum(count for styles, count in cells.items() if style in styles) for style in STYLES}
    best = max(votes.values())
    leaders = [style for style in STYLES if votes[style] == best]
    if POINT in leaders and COMMA in leaders and any("," in w.body or "." in w.body for w in parts.values()):
        if decimal_comma_hint:
            return StyleChoice(COMMA, StyleSource.OTHER_COLUMNS)
        if (question := open_question([written.body for written in parts.values()])) is not None:
            return StyleChoice(leaders[0], question=question)
    style = POINT_AND_SPACES if leaders[0] == COMMA_AND_SPACES and POINT_AND_SPACES in leaders else leaders[0]
    return StyleChoice(style)


def open_question(bodies: list[str]) -> OpenQuestion | None:
    """Which sign of numbers such as 1,234 or 1.234 could divide thousands or be the decimal sign; no group of thousands begins with a zero."""
    commas, points = any("," in body for body in bodies), any("." in body for body in bodies)
    if commas and not points:
        return OpenQuestion.COMMA_MEANING
    if not commas and not any(body[0] in "0." for body in bodies):
        return OpenQuestion.POINT_MEANING
    return None


def decided_decimal_comma(numbers: NumberInterpretation) -> bool:
    return numbers.style in DECIMAL_COMMA and any("," in w.body for w in numbers.written.values())


def looks_integer(numbers: NumberInterpretation) -> bool:
    """Whole numbers written without a decimal part."""
    decimal_sign = "," if numbers.style in DECIMAL_COMMA else "."
    return all(
        decimal_sign not in w.body and not (w.exponent and "-" in w.exponent) and w.power == 0
        for w in numbers.written.values()
    )


def is_bare(numbers: NumberInterpretation) -> bool:
    """Are all numbers written as every program writes them, so that nothing shows a convention?"""
    return all(is_written_plainly(text.strip(), written, numbers.style) for text, written in numbers.written.items())


def is_written_plainly(text: str, written: Written, style: str) -> bool:
    """Digits with at most a minus, a decimal point and an exponent."""
    if style in DECIMAL_COMMA and "." in written.body:
        return False
    return (
        text == f"{'-' * written.negative}{written.body}{written.exponent}"
        and written.body.replace(".", "", 1).isdigit()
    )
