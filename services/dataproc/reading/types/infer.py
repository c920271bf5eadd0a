"""The type of a column, from its distinct cells: the most specific type that all of its cells bear out, with evidence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa

from services.dataproc.reading.types.dating import TemporalReading, compact_dates, read_temporal
from services.dataproc.reading.types.nulls import STRONG_TOKENS, WEAK_TOKENS, is_null_token
from services.dataproc.reading.types.numeric import NumberReading, is_code, looks_integer, read_numbers, storage_of
from services.dataproc.reading.types.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.types.temporal import COMPACT_DATE, parse_date
from services.dataproc.reading.types.words import text_type, truth_words

TOLERANCE = 0.05
MOST_MISFITS = 20
DATE_NAME = re.compile(r"(?:^|[\W_])(?:date|day|datum|dt|ymd|fecha|jour|tag)(?:[\W_]|$)|date", re.IGNORECASE)
TIMES = {"date": pa.date32(), "time": pa.time64("us"), "duration": pa.duration("us"), "datetime": pa.timestamp("us")}
MEANS_NOTHING = STRONG_TOKENS | {
    "none",
    "nil",
    "missing",
    "not available",
    "not applicable",
    "no data",
    "nodata",
    "nr",
    "n.r.",
    "(none)",
    "[null]",
    "undefined",
}


def infer(column: ValueCounts) -> ColumnPlan:
    """The plan for a column; text when nothing more specific is sure."""
    if all(text.strip().lower() in MEANS_NOTHING for text in column.counts):
        return empty_plan(column)
    present = column.present()
    tolerance = TOLERANCE if sum(present.values()) >= 20 else 0.0
    plan = as_boolean(column, present, tolerance) or as_value(column, present, tolerance) or as_text(column, present)
    return replace(
        plan,
        seen_nulls=frozenset(text for text in column.counts if text.strip().lower() in plan.nulls),
        distinct=len(column.counts),
    )


def empty_plan(column: ValueCounts) -> ColumnPlan:
    return ColumnPlan(
        "empty", pa.string(), reject, MEANS_NOTHING, join("no value in any row", nulls_note(column, MEANS_NOTHING))
    )


def reject(text: str) -> Any:
    raise ValueError(text)


def as_boolean(column: ValueCounts, present: dict[str, int], tolerance: float) -> ColumnPlan | None:
    found = truth_words(without_null_words(present), tolerance)
    if found is None:
        return None
    yes, no, misfits = found
    if not bearable(misfits):
        return None
    nulls = null_words(column)

    def parse(text: str) -> bool:
        word = text.strip().lower()
        if word in (yes, no):
            return word == yes
        raise ValueError(text)

    return ColumnPlan("boolean", pa.bool_(), parse, nulls, join(f"only {yes!r} and {no!r}", nulls_note(column, nulls), misfit_note(misfits)),
                      format=f"{yes}/{no}", misfits=misfits)  # fmt: skip


def without_null_words(present: dict[str, int]) -> dict[str, int]:
    return {text: count for text, count in present.items() if not is_null_token(text)}


def bearable(misfits: dict[str, int]) -> bool:
    return len(misfits) <= MOST_MISFITS


def as_value(column: ValueCounts, present: dict[str, int], tolerance: float) -> ColumnPlan | None:
    """A number or a point or span in time, whichever leaves fewer cells over."""
    numbers = read_numbers(column, present)
    if numbers and (
        not numbers.written
        or sum(numbers.misfits.values()) > tolerance * numbers.total
        or not bearable(numbers.misfits)
    ):
        numbers = None
    if numbers is None or numbers.misfits:
        times = read_temporal(present, tolerance, column.day_first_hint)
        if (
            times
            and bearable(times.misfits)
            and (numbers is None or sum(times.misfits.values()) < sum(numbers.misfits.values()))
        ):
            return temporal_plan(column, times)
    return number_plan(column, numbers) if numbers else None


def number_plan(column: ValueCounts, reading: NumberReading) -> ColumnPlan | None:
    if code := is_code(column, reading):
        return text_plan("identifier", column, code)
    texts = list(reading.written)
    if DATE_NAME.search(column.name) and not reading.misfits and compact_dates(texts):
        return compact_date_plan(column)
    integer = looks_integer(reading)
    storage = storage_of(list(reading.values().values()), integer)
    if storage is None:
        return None
    nulls = null_words(column)
    exact = reading.parser()
    evidence = join(f"every value is a {'whole ' if integer else ''}number", style_note(reading), reading.note, storage_note(storage),
                    nulls_note(column, nulls), misfit_note(reading.misfits))  # fmt: skip
    return ColumnPlan("integer" if integer else "decimal", storage, converter(exact, storage), nulls, evidence,
                      reading.unit, style_of(reading), reading.misfits)  # fmt: skip


def converter(exact: Any, storage: pa.DataType) -> Any:
    """From the exact decimal to what is stored; what would lose digits does not fit."""
    if pa.types.is_integer(storage):
        return lambda text: whole(exact(text))
    if pa.types.is_floating(storage):
        return lambda text: float(exact(text))
    return exact


def whole(value: Decimal) -> int:
    if value != value.to_integral_value() or not -(1 << 63) <= value < 1 << 63:
        raise ValueError(str(value))
    return int(value)


def style_of(reading: NumberReading) -> str | None:
    return reading.style if any(not body_is_plain(w.body) for w in reading.written.values()) else None


def body_is_plain(body: str) -> bool:
    return body.replace(".", "", 1).isdigit()


def style_note(reading: NumberReading) -> str:
    notes = [f"written like {reading.style}"] if style_of(reading) else []
    if reading.unit:
        with_unit = sum(w.unit is not None for w in reading.written.values())
        notes.append(f"unit {reading.unit!r} on {with_unit:,} distinct values")
    return ", ".join(notes)


def storage_note(storage: pa.DataType) -> str:
    return "kept as exact decimals" if pa.types.is_decimal(storage) else ""


def compact_date_plan(column: ValueCounts) -> ColumnPlan:
    nulls = null_words(column)
    return ColumnPlan("date", pa.date32(), lambda text: parse_date(COMPACT_DATE, text), nulls,
                      join("eight digits that are days, and the name says date", nulls_note(column, nulls)), format=COMPACT_DATE)  # fmt: skip


def temporal_plan(column: ValueCounts, reading: TemporalReading) -> ColumnPlan:
    nulls = null_words(column)
    storage = TIMES[reading.type]
    zoned = [fmt for fmt in reading.formats if "%z" in fmt]
    parse = reading.parse
    if zoned and len(zoned) == len(reading.formats):
        storage = pa.timestamp("us", tz=zone_of(column, reading))
    elif zoned:
        parse = without_zone(reading)
    shown = " or ".join(reading.formats)
    evidence = join(
        f"every value is a {reading.type} like {shown}",
        reading.note,
        nulls_note(column, nulls),
        misfit_note(reading.misfits),
    )
    return ColumnPlan(reading.type, storage, parse, nulls, evidence, format=shown, misfits=reading.misfits)


def zone_of(column: ValueCounts, reading: TemporalReading) -> str:
    """The one offset of the column, else UTC."""
    offsets = set()
    for text in list(column.present())[:2000]:
        try:
            offsets.add(reading.parse(text).strftime("%z"))
        except ValueError:
            continue
    offset = offsets.pop() if len(offsets) == 1 else "+0000"
    return "UTC" if offset in ("", "+0000") else f"{offset[:3]}:{offset[3:5]}"


def without_zone(reading: TemporalReading) -> Any:
    """Stamps with and without an offset cannot stand in one column: those with one do not fit."""

    def parse(text: str) -> Any:
        value = reading.parse(text)
        if value.tzinfo is not None:
            raise ValueError(text)
        return value

    return parse


def as_text(column: ValueCounts, present: dict[str, int]) -> ColumnPlan:
    kind, evidence = text_type(column, present)
    return text_plan(kind, column, evidence)


def text_plan(kind: str, column: ValueCounts, evidence: str) -> ColumnPlan:
    nulls = text_nulls(column)
    return ColumnPlan(kind, pa.string(), str.strip if kind in ("category", "identifier", "email", "url") else str, nulls,
                      join(evidence, nulls_note(column, nulls), mixture_note(column)))  # fmt: skip


def text_nulls(column: ValueCounts) -> frozenset[str]:
    """Null tokens of a text column: not the codes that look like one (NA among FR, DE), not single signs."""
    words = [text.strip() for text in column.present()]
    short = [word for word in words if len(word) <= 3]
    codes = len(words) >= 2 and len(short) >= 0.8 * len(words)
    return frozenset(
        {"", "n/a", "#n/a", "null", "<na>", "nan", "\\n"}
        | (set() if codes else {"na", "-", "--", "---", "?", "n.a.", "–", "—"})
    )


def null_words(column: ValueCounts) -> frozenset[str]:
    """Tokens that stand for missing in a column of values."""
    return (
        STRONG_TOKENS
        | {text.strip().lower() for text in column.counts if text.strip().lower() in WEAK_TOKENS}
        | WEAK_TOKENS
    )


def nulls_note(column: ValueCounts, nulls: frozenset[str]) -> str:
    found = Counter[str]()
    for text, count in column.counts.items():
        if text.strip().lower() in nulls and text.strip():
            found[text.strip()] += count
    return (
        "null tokens: " + ", ".join(f"{token!r} {count:,}×" for token, count in found.most_common(8)) if found else ""
    )


def misfit_note(misfits: dict[str, int]) -> str:
    if not misfits:
        return ""
    shown = ", ".join(f"{text.strip()[:40]!r} {count:,}×" for text, count in list(misfits.items())[:5])
    return f"cells that do not fit became null: {shown}"


def mixture_note(column: ValueCounts) -> str:
    """Says so when a text column is mostly numbers."""
    present = column.present()
    numbers = read_numbers(column, present)
    if numbers is None or not numbers.written:
        return ""
    share = sum(present[t] for t in numbers.written) / max(1, sum(present.values()))
    if not 0.5 <= share < 1:
        return ""
    others = ", ".join(repr(text[:30]) for text in list(numbers.misfits)[:3])
    return f"{share:.0%} of the cells are numbers, but not {others}; kept as text"


def join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
