"""What a cell of a column of numbers may look like, and which number it then is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.dataproc.reading.typing.numbers.magnitudes import Letters, is_bare_exponent
from services.dataproc.reading.typing.numbers.marks import Marks
from services.dataproc.reading.typing.numbers.sides import Sides
from services.dataproc.reading.typing.numbers.units import Units
from services.dataproc.reading.typing.numbers.written import POINT, Written, dissect, has_leading_zero

NO_UNITS, NO_MARKS, NO_SIDES = Units(None, {}), Marks(), Sides()


@dataclass(frozen=True)
class NumberRules:
    """The same for the cells that a column was decided on and for all that come later: what none of the first showed, none of the others means."""

    style: str = POINT
    units: Units = NO_UNITS
    letters: Letters = Letters.CODES
    bare_exponents: bool = False
    sides: Sides = NO_SIDES
    marks: Marks = NO_MARKS
    zeros_count: bool = False
    """Are digits behind leading zeros numbers too?"""

    def read(self, text: str) -> Written | None:
        """None when the cell is no number of this column."""
        written = self.resolve(text)
        if written is None or not self.fits(written):
            core = self.marks.number_in(text)
            written = self.resolve(core) if core is not None else None
        return written if written is not None and self.fits(written) and not self.is_code(written) else None

    def resolve(self, text: str, written: Written | None = None) -> Written | None:
        """The number, its letter, exponent and side taken for what they are in this column; None where they make a code of it."""
        amount, negates = self.sides.split(text)
        if written is None or amount != text:
            written = dissect(amount)
        if written is None or (is_bare_exponent(written) and not self.bare_exponents):
            return None
        if negates:
            written = replace(written, negative=not written.negative)
        if not written.letter or self.letters is Letters.MAGNITUDES:
            return written
        return written.as_unit() if self.letters is Letters.UNIT else None

    def fits(self, written: Written) -> bool:
        return self.style in written.styles and self.units.take_in(written)

    def is_code(self, written: Written) -> bool:
        return has_leading_zero(written.body) and not self.zeros_count
