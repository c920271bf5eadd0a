"""How the cells of a column of each kind become values: the plans for numbers, times, truth values, text and nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import (
    COMPACT_DAYS,
    KEPT_EXACTLY,
    NO_VALUE,
    NOT_IN_DIGITS,
    blanks_sentence,
    code_sentence,
    join,
    misfit_sentence,
    mixture_sentence,
    null_sentence,
    number_sentence,
    time_reason,
    time_sentence,
    times_called,
    truth_sentence,
)
from services.dataproc.reading.typing.nulls import MEANS_NOTHING, TEXT_CODES_TOKENS, TEXT_TOKENS
from services.dataproc.reading.typing.number_conventions import (
    NumberInterpretation,
    code_sign,
    interpret_numbers,
    is_bare,
    looks_integer,
)
from services.dataproc.reading.typing.storage import STORAGE, exact_parser, number_storage
from services.dataproc.reading.typing.temporal import COMPACT_DATE, parse_date
from services.dataproc.reading.typing.temporal_conventions import (
    TemporalInterpretation,
    compact_dates,
    interpret_times,
)
from services.dataproc.reading.typing.text_kinds import TruthWords
from shared.columns import ColumnType

DATE_NAME = re.compile(r"(?:^|[\W_])(?:day|datum|dt|ymd|fecha|jour|tag)(?:[\W_]|$)|date", re.IGNORECASE)
PROBED_ZONES = 2000  # cells from which the offset of a column of stamps is told
FORMATS_JOINT = " or "
"""Between several formats of one column, in what is shown and in what a person may choose."""
LONGEST_CODE = 3  # letters: country and currency codes, of which NA is one
LONGEST_CAPITALS = 5  # letters: names of regions and exchanges in capitals, such as EMEA
MOSTLY = 0.5  # share of the cells from which a column is said to be mixed, and not simply text


def number_plan(column: ValueCounts, numbers: NumberInterpretation) -> ColumnPlan | None:
    """The plan for a column whose cells are written like numbers; None when no type stores them exactly."""
    if sign := code_sign(column, numbers):
        return text_plan(ColumnType.IDENTIFIER, column, code_sentence(sign, numbers))
    if DATE_NAME.search(column.name) and not numbers.misfits and compact_dates(list(numbers.written)):
        return compact_date_plan(column)
    return plain_number_plan(column, numbers, integer=looks_integer(numbers))


def plain_number_plan(column: ValueCounts, numbers: NumberInterpretation, *, integer: bool) -> ColumnPlan | None:
    storage = number_storage(list(numbers.values().values()), integer)
    if storage is None:
        return None
    evidence = join(
        number_sentence(numbers, integer=integer),
        KEPT_EXACTLY if pa.types.is_decimal(storage) else "",
        null_sentence(column, column.null_tokens),
        misfit_sentence(numbers.misfits),
    )
    return ColumnPlan(
        ColumnType.INTEGER if integer else ColumnType.DECIMAL,
        storage,
        exact_parser(numbers.parser(), storage),
        column.null_tokens,
        evidence,
        numbers.unit,
        None if is_bare(numbers) else numbers.style,
        numbers.misfits,
        open_choice=numbers.open_choice,
    )


def compact_date_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join(COMPACT_DAYS, null_sentence(column, column.null_tokens))
    parse = partial(parse_date, COMPACT_DATE)
    return ColumnPlan(
        ColumnType.DATE, STORAGE[ColumnType.DATE], parse, column.null_tokens, evidence, format=COMPACT_DATE
    )


def temporal_plan(column: ValueCounts, times: TemporalInterpretation) -> ColumnPlan:
    """The plan for a column whose cells are points or spans in time."""
    storage, parse = STORAGE[times.type], times.parse
    zoned = ["%z" in fmt for fmt in times.formats]
    if all(zoned):
        storage = pa.timestamp("us", tz=zone_of(column, times))
    elif any(zoned):
        parse = without_zone(times.parse)
    evidence = join(time_sentence(times), null_sentence(column, column.null_tokens), misfit_sentence(times.misfits))
    return ColumnPlan(
        times.type,
        storage,
        parse,
        column.null_tokens,
        evidence,
        format=FORMATS_JOINT.join(times.formats),
        misfits=times.misfits,
        open_choice=times.open_choice,
    )


def zone_of(column: ValueCounts, times: TemporalInterpretation) -> str:
    """The one offset of the column, else UTC."""
    offsets = set()
    for text in list(column.values())[:PROBED_ZONES]:
        try:
            offsets.add(times.parse(text).strftime("%z"))
        except ValueError:
            continue
    offset = offsets.pop() if len(offsets) == 1 else "+0000"
    return "UTC" if offset in ("", "+0000") else f"{offset[:3]}:{offset[3:5]}"


def without_zone(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Stamps with and without an offset cannot stand in one column: those with one do not fit."""

    def parse(text: str) -> Any:
        value = read(text)
        if value.tzinfo is not None:
            raise ValueError(text)
        return value

    return parse


def truth_plan(column: ValueCounts, words: TruthWords) -> ColumnPlan:
    def parse(text: str) -> bool:
        word = text.strip().lower()
        if word in (words.yes, words.no):
            return word == words.yes
        raise ValueError(text)

    evidence = join(
        truth_sentence(words.yes, words.no),
        null_sentence(column, column.null_tokens),
        misfit_sentence(words.misfits),
    )
    return ColumnPlan(
        ColumnType.BOOLEAN,
        STORAGE[ColumnType.BOOLEAN],
        parse,
        column.null_tokens,
        evidence,
        format=f"{words.yes}/{words.no}",
        misfits=words.misfits,
    )


def empty_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join(NO_VALUE, null_sentence(column, MEANS_NOTHING))
    return ColumnPlan(ColumnType.EMPTY, STORAGE[ColumnType.EMPTY], reject, MEANS_NOTHING, evidence)


def reject(text: str) -> Any:
    raise ValueError(text)


def text_plan(kind: ColumnType, column: ValueCounts, evidence: str) -> ColumnPlan:
    """A plan that keeps the cells; in columns of codes and categories the blanks around them are dropped, and counted."""
    plan = ColumnPlan(kind, STORAGE[kind], str, text_nulls(column), "")
    mixture, offending = find_mixture(column)
    notes = join(
        evidence, null_sentence(column, plan.nulls), blanks_sentence(padded_cells(column) if plan.trims else 0), mixture
    )
    return ColumnPlan(kind, plan.storage, str.strip if plan.trims else str, plan.nulls, notes, offending=offending)


def text_nulls(column: ValueCounts) -> frozenset[str]:
    """Null tokens of a text column; fewer where the column's own words look like them (NA among FR and DE, or EMEA and APAC)."""
    words = [text.strip() for text in column.present()]
    short = sum(
        len(word) <= LONGEST_CODE or (len(word) <= LONGEST_CAPITALS and word.isalpha() and word.isupper())
        for word in words
    )
    return TEXT_CODES_TOKENS if len(words) >= 2 and short >= 0.8 * len(words) else TEXT_TOKENS


def padded_cells(column: ValueCounts) -> int:
    """Cells with blanks around their text."""
    return sum(count for text, count in column.counts.items() if text != text.strip() and text.strip())


def find_mixture(column: ValueCounts) -> tuple[str, Mapping[str, int]]:
    """When a text column is mostly numbers, or mostly points in time: the sentence that says so, and the cells that are something else."""
    values = column.values()
    numbers = interpret_numbers(column, values)
    if numbers is not None and numbers.written:
        if only_too_long(column, numbers):
            return NOT_IN_DIGITS, {}
        return mostly("numbers", sum(values[text] for text in numbers.written), values, numbers.misfits)
    times = interpret_times(values, MOSTLY, column.order_hint, torn=True)
    if times is None:
        return "", {}
    said, others = mostly(times_called(times), times.total - sum(times.misfits.values()), values, times.misfits)
    return join(said, time_reason(times) if times.torn else ""), others


def only_too_long(column: ValueCounts, numbers: NumberInterpretation) -> bool:
    """Is nothing but the length of some numbers in the way of a column of numbers?"""
    return (
        not numbers.misfits
        and code_sign(column, numbers) is None
        and number_storage(list(numbers.values().values()), looks_integer(numbers)) is None
    )


def mostly(
    things: str, fitting: int, values: Mapping[str, int], misfits: Mapping[str, int]
) -> tuple[str, Mapping[str, int]]:
    share = fitting / max(1, sum(values.values()))
    if not MOSTLY <= share < 1:
        return "", {}
    return mixture_sentence(things, share, list(misfits)), misfits
