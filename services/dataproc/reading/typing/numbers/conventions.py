"""Is a column a column of numbers, in which convention, and with which unit?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.decimal_sign import StyleSource, choose_style
from services.dataproc.reading.typing.numbers.magnitudes import accept_bare_exponents, choose_letters
from services.dataproc.reading.typing.numbers.marks import find_marks, split_mark
from services.dataproc.reading.typing.numbers.rules import NumberRules
from services.dataproc.reading.typing.numbers.sides import find_sides
from services.dataproc.reading.typing.numbers.units import choose_units
from services.dataproc.reading.typing.numbers.written import DECIMAL_COMMA, Written, dissect, value_of
from shared.open_choices import OpenChoice

PROBED = 100  # cells that are looked at first
FEWEST_NUMBERS = 0.3  # share of them: where fewer are numbers, the column is none


@dataclass(frozen=True)
class NumberInterpretation:
    """The rules of a column of numbers, with the cells that follow them and those that do not."""

    rules: NumberRules
    written: dict[str, Written]
    misfits: dict[str, int]
    total: int
    source: StyleSource = StyleSource.CELLS
    open_choice: OpenChoice | None = None

    @property
    def style(self) -> str:
        return self.rules.style

    @property
    def unit(self) -> str | None:
        return self.rules.units.unit

    def values(self) -> dict[str, Decimal]:
        return {text: value_of(written, self.style) for text, written in self.written.items()}

    def parser(self) -> Callable[[str], Decimal]:
        rules, seen = self.rules, self.written

        def parse(text: str) -> Decimal:
            written = seen.get(text)
            if written is None or rules.is_code(written):
                written = rules.read(text)
            if written is None:
                raise ValueError(text)
            return value_of(written, rules.style)

        return parse


def interpret_numbers(column: ValueCounts, present: dict[str, int]) -> NumberInterpretation | None:
    """The best convention for a column, or None when hardly any of its cells are numbers."""
    texts = list(present)
    probed = {text: dissect(text) for text in texts[:: max(1, len(texts) // PROBED)]}
    if sum(
        written is not None or split_mark(text) is not None for text, written in probed.items()
    ) < FEWEST_NUMBERS * len(probed):
        return None
    sides = find_sides(texts)
    dissected = {text: probed[text] if text in probed else dissect(text) for text in texts}
    parts = {text: written for text, written in dissected.items() if written is not None}
    rules = NumberRules(
        letters=choose_letters(column.name, parts, present),
        bare_exponents=accept_bare_exponents(column.name, parts, present, quoted=column.quoted),
        sides=sides,
    )
    parts = {text: written for text in texts if (written := rules.resolve(text, dissected[text])) is not None}
    if not parts:
        return None
    choice = choose_style(column, parts, present)
    rules = replace(rules, style=choice.style, units=choose_units(parts, present))
    fitting = {text: written for text, written in parts.items() if rules.fits(written)}
    marks = find_marks(column.name, {t: n for t, n in present.items() if t not in fitting}, fitting, rules.read)
    if marks.counts:
        rules = replace(rules, marks=marks)
        fitting |= {
            text: written for text in texts if text not in fitting and (written := rules.read(text)) is not None
        }
    misfits = {t: n for t, n in present.items() if t not in fitting and t.strip().lower() not in marks.missing}
    total = sum(n for t, n in present.items() if t in fitting or t in misfits)
    return NumberInterpretation(
        rules, fitting, misfits, total, choice.source, choice.open_choice or rules.units.open_choice
    )


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
