"""Whole batches of written dates and stamps at once."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.form import Form

ISO_DATE = "%Y-%m-%d"
ISO_STAMPS = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
              "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z"}  # fmt: skip
PARTS = {"%Y": r"(\d{4})", "%m": r"(\d{1,2})", "%d": r"(\d{1,2})", "%H": r"(\d{1,2})", "%I": r"(1[0-2]|0?[1-9])", "%M": r"(\d{1,2})", "%S": r"(\d{1,2})",
         "%f": r"(\d{1,6})", "%p": r"[AaPp]\.?[Mm]\.?"}  # fmt: skip
AFTERNOON = r"[Pp]\.?[Mm]\.?$"
NOON = 12
HOUR = 3_600_000_000  # microseconds
CODE, ADJACENT = re.compile(r"%[A-Za-z]"), re.compile(r"%[A-Za-z]%(?!p)")


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
    form = temporal_form(plan.format or "")
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
