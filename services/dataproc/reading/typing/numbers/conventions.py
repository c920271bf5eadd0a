"""Is a column a column of numbers, in which convention, and with which unit?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from services.dataproc.reading.open_choices import OpenChoice
from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.decimal_sign import StyleSource, choose_style
from services.dataproc.reading.typing.numbers.written import (
    DECIMAL_COMMA,
    Written,
    bare_beside,
    dissect,
    has_leading_zero,
    value_of,
)

PROBED = 100  # cells that are looked at first: where less than a third are numbers, the column is none


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
    choice = choose_style(column, parts, present)
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
