"""The units of a column's numbers: one, one that some lack, or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.dataproc.reading.typing.numbers.flag_letters import are_flag_units, are_graded_units
from services.dataproc.reading.typing.numbers.marks import is_mark
from services.dataproc.reading.typing.numbers.written import CURRENCY_CODES, CURRENCY_SIGNS, Written, bare_beside
from services.dataproc.reading.units import DIMENSIONS
from shared.open_choices import OpenChoice, OpenQuestion

CURRENCIES = CURRENCY_CODES | frozenset(CURRENCY_SIGNS.values())
PERCENT = "%"
"""12 % beside 0.5: whether this is half of one or of a hundred nobody can tell from the cells."""

NO_UNIT = ""
"""The choice of numbers as they are written, without a unit: what PATCH takes for it."""


@dataclass(frozen=True)
class Units:
    """`unit` is the column's, `counts` says how many cells have which; `several` are those that its numbers may have beside one another."""

    unit: str | None
    counts: Mapping[str | None, int]
    several: tuple[str, ...] = ()

    @property
    def open_choice(self) -> OpenChoice | None:
        return OpenChoice(OpenQuestion.UNIT, (*self.several, NO_UNIT), self.unit or NO_UNIT) if self.several else None

    def take_in(self, written: Written) -> bool:
        """A number without a unit stands beside those with one only when it is zero, or the unit is a currency."""
        if self.several:
            return written.unit is None or written.unit in self.several
        return written.unit == self.unit or (
            written.unit is None and self.unit is not None and (written.is_zero or bare_beside(self.unit))
        )


def choose_units(parts: Mapping[str, Written], present: Mapping[str, int]) -> Units:
    """The unit that most cells have. Where others have another known one or none, the numbers stay numbers, and what they are in is left open."""
    counts = Counter[str | None]()
    for text, written in parts.items():
        if not (written.is_zero and written.unit is None):
            counts[written.unit] += present[text]
    named = [unit for unit, _ in counts.most_common() if unit is not None]
    known = tuple(unit for unit in named if is_known(unit, named))
    if len(known) > 1:
        return Units(None, counts, known)
    if len(known) == 1 and counts[None] and may_be_left_out(known[0]):
        return Units(known[0] if counts[known[0]] >= counts[None] else None, counts, known)
    if counts[None] and (all(is_mark(unit) for unit in named) or are_flag_units(named)):
        return Units(None, counts)
    if not counts[None] and are_graded_units(named):
        return Units(None, counts)
    return Units(counts.most_common(1)[0][0] if counts else None, counts)


def is_known(unit: str, named: list[str]) -> bool:
    """A currency or a measure; a single letter only beside a longer unit of the same kind: it could as well be part of a code."""
    if unit in CURRENCIES or unit == PERCENT:
        return True
    dimension = DIMENSIONS.get(unit)
    alike = [other for other in named if len(other) > 1 and DIMENSIONS.get(other) == dimension]
    return dimension is not None and (len(unit) > 1 or bool(alike))


def may_be_left_out(unit: str) -> bool:
    return unit in CURRENCIES or unit == PERCENT or len(unit) > 1
