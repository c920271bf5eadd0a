"""Whole batches at once: kernels that read texts of one format exactly as the plan's parser does, a hundred times faster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.cell_bytes import any_leading_zero
from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.numbers import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    DECIMAL_COMMA,
    POINT,
    SPACES,
    STYLES,
    bare_beside,
)
from services.dataproc.reading.typing.storage import is_number_storage

ISO_DATE = "%Y-%m-%d"
ISO_STAMPS = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
              "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z"}  # fmt: skip
EXACT_LENGTH = 15
SMALLEST = 1e-290  # nearer to zero, a double has fewer digits
ZEROS = r"^-?[0.]+(?:[eE].*)?$"
GAPS = rf"[\s{SPACES}]*"
EXPONENT = r"(?:[eE][-+]?\d{1,3})?"
BRACKETED = r"^\s*\(([^()-]+)\)\s*$"
PARTS = {"%Y": r"(\d{4})", "%m": r"(\d{1,2})", "%d": r"(\d{1,2})", "%H": r"(\d{1,2})", "%I": r"(1[0-2]|0?[1-9])", "%M": r"(\d{1,2})", "%S": r"(\d{1,2})",
         "%f": r"(\d{1,6})", "%p": r"[AaPp]\.?[Mm]\.?"}  # fmt: skip
CODE, ADJACENT = re.compile(r"%[A-Za-z]"), re.compile(r"%[A-Za-z]%(?!p)")
AFTERNOON = r"[Pp]\.?[Mm]\.?$"
NOON = 12
HOUR = 3_600_000_000  # microseconds


@dataclass(frozen=True)
class Form:
    """Texts that all look alike: the pattern of one (RE2's), and what is made of it before a kernel reads it."""

    pattern: str
    template: str

    def rewritten(self, cells: pa.Array) -> pa.Array | None:
        """None when some text is of another form."""
        if pc.all(pc.match_substring_regex(cells, self.pattern)).as_py() is False:
            return None
        return pc.replace_substring_regex(cells, self.pattern, self.template)


def form_of(plan: ColumnPlan) -> Form | None:
    """The form of a regular cell of the column; None where cells can only be read one by one."""
    if is_number_storage(plan.storage):
        return number_form(plan.format or POINT, plan.unit)
    if pa.types.is_date32(plan.storage) or pa.types.is_timestamp(plan.storage):
        return temporal_form(plan.format or "")
    return None


def convert_vectorised(cells: pa.Array, plan: ColumnPlan) -> pa.Array | None:
    """The whole array at once; None when some cell is not of the plan's form, or not exactly what the kernel would make of it."""
    try:
        if is_number_storage(plan.storage):
            texts = cells if plan.plain else strip_separators(cells, plan)
            return None if texts is None else cast_exactly(texts, plan.storage)
        if plan.format == ISO_DATE or plan.format in ISO_STAMPS:
            return cells.cast(plan.storage)
        return cast_rearranged(cells, plan)
    except pa.ArrowInvalid:
        return None


def match_form(cells: pa.Array, plan: ColumnPlan) -> pa.BooleanArray | None:
    """Which cells have the plan's form, or None where it has none."""
    form = form_of(plan)
    return pc.match_substring_regex(brackets_to_minus(cells), form.pattern) if form else None


def cast_exactly(texts: pa.Array, storage: pa.DataType) -> pa.Array | None:
    """Plain digits as numbers; None where a number would lose leading zeros, which may be those of a code, or its last digits."""
    if any_leading_zero(texts):
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
    texts = number_form(style, plan.unit).rewritten(brackets_to_minus(cells))
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
def number_form(style: str, unit: str | None) -> Form:
    signs = [sign for sign, code in CURRENCY_SIGNS.items() if code == unit]
    money = "|".join(re.escape(sign) for sign in sorted([*signs, unit or ""], key=len, reverse=True))
    before = rf"(?:{money})?{GAPS}" if signs or unit in CURRENCY_CODES else ""
    after = rf"{GAPS}(?:{money}){'?' if bare_beside(unit) else ''}" if unit else ""
    return Form(rf"^{GAPS}(-?){before}(-?)((?:{STYLES[style].pattern.pattern}){EXPONENT}){after}{GAPS}$", r"\1\2\3")


@lru_cache(maxsize=1024)
def temporal_form(fmt: str) -> Form | None:
    """Texts of one format become ISO 8601, with the hour as it stands. None for formats whose parts are not all numbers."""
    codes = CODE.findall(fmt)
    if (
        not {"%Y", "%m", "%d"} <= set(codes) <= set(PARTS)
        or len(set(codes)) < len(codes)
        or ("%p" in codes and not fmt.endswith("%p"))
    ):
        return None
    groups = {code: rf"\{place}" for place, code in enumerate((code for code in codes if code != "%p"), 1)}
    hour = groups.get("%H") or groups.get("%I")
    day, clock = f"{groups['%Y']}-{groups['%m']}-{groups['%d']}", [hour, groups.get("%M", "00"), groups.get("%S", "00")]
    fraction = f".{groups['%f']}" if "%f" in groups else ""
    pattern, padded = re.escape(fmt), fraction or ADJACENT.search(fmt)
    for code in codes:
        pattern = pattern.replace(re.escape(code), PARTS[code].replace("{1,2}", "{2}") if padded else PARTS[code])
    return Form(f"^{pattern}$", f"{day} {':'.join(map(str, clock))}{fraction}" if hour else day)


def cast_rearranged(cells: pa.Array, plan: ColumnPlan) -> pa.Array | None:
    form = form_of(plan)
    texts = form.rewritten(cells) if form else None
    if texts is None:
        return None
    lengths = pc.min_max(pc.binary_length(texts)).as_py()
    if lengths["min"] != lengths["max"] and "%f" not in (plan.format or ""):
        texts = pc.replace_substring_regex(texts, r"\b(\d)\b", r"0\1")
    values = texts.cast(plan.storage)
    return (
        turn_to_24_hours(values, pc.match_substring_regex(cells, AFTERNOON)) if "%p" in (plan.format or "") else values
    )


def turn_to_24_hours(values: pa.Array, afternoon: pa.Array) -> pa.Array:
    """Stamps with hours of 1 to 12 as they are meant: 12 AM is midnight."""
    twelve = pc.equal(pc.hour(values), NOON)
    hours = pc.subtract(pc.if_else(afternoon, NOON, 0), pc.if_else(twelve, NOON, 0))
    return pc.add(values, pc.multiply(hours.cast(pa.int64()), HOUR).cast(pa.duration("us")))
