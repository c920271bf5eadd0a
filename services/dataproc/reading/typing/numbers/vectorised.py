"""Whole batches of written numbers at once."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.cell_bytes import any_exponent, any_leading_zero
from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.form import Form
from services.dataproc.reading.typing.numbers.written import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    DECIMAL_COMMA,
    POINT,
    SPACES,
    STYLES,
    bare_beside,
)

EXACT_LENGTH = 15
SMALLEST = 1e-290  # nearer to zero, a double has fewer digits
ZEROS = r"^-?[0.]+(?:[eE].*)?$"
GAPS = rf"[\s{SPACES}]*"
EXPONENT = r"(?:[eE][-+]?\d{1,3})?"
BARE_EXPONENT = r"^-?\d+[eE]\d+$"
BRACKETED = r"^\s*\(([^()-]+)\)\s*$"


def cast_exactly(texts: pa.Array, storage: pa.DataType) -> pa.Array | None:
    """Plain digits as numbers; None where a number would lose leading zeros, which may be those of a code, its last digits, or an E that may be a code's."""
    if any_leading_zero(texts) or (
        any_exponent(texts) and pc.any(pc.match_substring_regex(texts, BARE_EXPONENT)).as_py()
    ):
        return None
    return cast_to_doubles(texts) if pa.types.is_float64(storage) else texts.cast(storage)


def cast_to_doubles(texts: pa.Array) -> pa.Array | None:
    """Doubles of which each means the number that was written."""
    values = texts.cast(pa.float64())
    if pc.all(pc.is_finite(values)).as_py() is False:
        return None
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > EXACT_LENGTH:
        long = pc.greater(pc.binary_length(texts), EXACT_LENGTH)
        if pc.all(pc.equal(texts.filter(long), values.filter(long).cast(pa.string()))).as_py() is False:
            return None
    small = texts.filter(pc.less(pc.abs(values), SMALLEST))
    return values if pc.all(pc.match_substring_regex(small, ZEROS)).as_py() is not False else None


def strip_separators(cells: pa.Array, plan: ColumnPlan) -> pa.Array | None:
    """The numbers without unit and separators, with a decimal point."""
    style = plan.format or POINT
    texts = number_form(style, plan.unit, plan.units).rewritten(brackets_to_minus(cells))
    if texts is None:
        return None
    texts = pc.replace_substring_regex(texts, STYLES[style].separators, "")
    return pc.replace_substring(texts, ",", ".") if style in DECIMAL_COMMA else texts


def brackets_to_minus(cells: pa.Array) -> pa.Array:
    """Negative numbers in brackets, as accountants write them, with a minus instead."""
    if pc.any(pc.match_substring(cells, "(")).as_py() is not True:
        return cells
    return pc.replace_substring_regex(cells, BRACKETED, r"-\1")


@lru_cache(maxsize=1024)
def number_form(style: str, unit: str | None, several: tuple[str, ...] = ()) -> Form:
    """`several`: the units that numbers of the column may have beside one another, or lack."""
    units = several or ((unit,) if unit else ())
    signs = [sign for sign, code in CURRENCY_SIGNS.items() if code in units]
    money = "|".join(re.escape(sign) for sign in sorted([*signs, *units], key=len, reverse=True))
    before = rf"(?:{money})?{GAPS}" if signs or CURRENCY_CODES.intersection(units) else ""
    optional = "?" if several or (unit and bare_beside(unit)) else ""
    after = rf"{GAPS}(?:{money}){optional}" if units else ""
    return Form(rf"^{GAPS}(-?){before}(-?)((?:{STYLES[style].pattern.pattern}){EXPONENT}){after}{GAPS}$", r"\1\2\3")
