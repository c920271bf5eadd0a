"""Is a column a column of dates, date-times, times or durations, and in which format?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from services.dataproc.reading.typing.moments.calendar_words import months_among
from services.dataproc.reading.typing.moments.century import find_century
from services.dataproc.reading.typing.moments.day_order import (
    DayOrder,
    OrderFinding,
    contradicts,
    find_order,
    place_year,
    preference,
)
from services.dataproc.reading.typing.moments.durations import (
    SPAN_NAME,
    ClockSign,
    duration_parser,
    durations_among,
    find_clock,
    is_duration,
)
from services.dataproc.reading.typing.moments.formats import (
    COMPACT_DATE,
    SHORT_MONTH_FORMATS,
    date_formats_for,
    parse_date,
    parse_stamp,
    parse_time,
    readable,
    stamp_formats_for,
    stated,
    time_formats_for,
)
from services.dataproc.reading.typing.moments.short_years import are_months_of_years
from shared.columns import ColumnType
from shared.open_choices import OpenChoice

PROBED = 24  # cells from which formats are suggested; every cell is read under each of those
LONGEST_STAMP = 48  # characters of the longest way of writing a moment, weekday, month and zone in full


@dataclass(frozen=True)
class TemporalInterpretation:
    """The formats of a temporal column, tried in order, with the cells that none of them reads.

    `clock_sign`: why two numbers with a colon are minutes and seconds; `chosen`: a person gave the format.
    """

    type: ColumnType
    formats: tuple[str, ...]
    parse: Callable[[str], Any]
    misfits: dict[str, int]
    total: int
    order: OrderFinding | None = None
    open_choice: OpenChoice | None = None
    clock_sign: ClockSign | None = None
    chosen: bool = False

    @property
    def torn(self) -> bool:
        """Can some cells only be day-first and others only month-first, so that those between could be either?"""
        return self.order is not None and self.order.torn


def interpret_times(
    present: dict[str, int], tolerance: float, order_hint: DayOrder | None, *, torn: bool = False, name: str = ""
) -> TemporalInterpretation | None:
    """The temporal reading of a column that fits best, or None. One whose cells say both orders of day and month only when `torn` is asked for.

    `name` is the column's: where it says that these are spans, 03:45 is no time of day.
    """
    if sum(plausible(text) for text in probes(present)) < 0.5 * len(probes(present)):
        return None
    clocks = [interpret_clock_times(present), interpret_durations(present, name)]
    if SPAN_NAME.search(name):
        clocks.reverse()
    readings = (interpret_dates(present, order_hint, name), interpret_stamps(present, order_hint, name), *clocks)
    fitting = [
        r
        for r in readings
        if r is not None and r.total and sum(r.misfits.values()) <= tolerance * r.total and (torn or not r.torn)
    ]
    return min(fitting, key=lambda r: sum(r.misfits.values())) if fitting else None


def probes(present: dict[str, int]) -> list[str]:
    texts = list(present)
    return texts[:: max(1, len(texts) // PROBED)]


def plausible(text: str) -> bool:
    """Short and with a digit, as every date, time and duration is."""
    return len(text) <= LONGEST_STAMP and any(c.isdigit() for c in text)


def interpret_dates(
    present: dict[str, int], order_hint: DayOrder | None, name: str = ""
) -> TemporalInterpretation | None:
    found = interpret_by_formats(ColumnType.DATE, present, date_formats_for, parse_date, order_hint, name)
    short = [fmt for fmt in found.formats if stated(fmt) in SHORT_MONTH_FORMATS] if found else []
    return found if not short or are_months_of_years(name, short, present, months_among(present)) else None


def interpret_stamps(
    present: dict[str, int], order_hint: DayOrder | None, name: str = ""
) -> TemporalInterpretation | None:
    return interpret_by_formats(ColumnType.DATETIME, present, stamp_formats_for, parse_stamp, order_hint, name)


def interpret_clock_times(present: dict[str, int]) -> TemporalInterpretation | None:
    return interpret_by_formats(ColumnType.TIME, present, time_formats_for, parse_time, None)


def interpret_by_formats(kind: ColumnType, present: dict[str, int], formats_for: Callable[[str], Sequence[str]], parse: Callable[[str, str], Any],
               order_hint: DayOrder | None, name: str = "") -> TemporalInterpretation | None:  # fmt: skip
    """Formats that some probe suggests, ranked by how many cells they read; others join while they add cells."""
    probed = probes(present)
    suggested = Counter(fmt for text in probed for fmt in formats_for(text))
    if not suggested or suggested.most_common(1)[0][1] < 0.2 * len(probed):
        return None
    parse = parse_with_months(parse, suggested, present)
    reads = {fmt: {t for t in present if readable(parse, fmt, t)} for fmt, _ in suggested.most_common(8)}
    weight = {fmt: sum(present[t] for t in texts) for fmt, texts in reads.items()}
    first = max(weight, key=lambda fmt: (weight[fmt], preference(fmt, order_hint)))
    first, open_year = place_year(first, reads[first], weight)
    order = None if open_year else find_order(first, reads[first], present, parse, order_hint)
    chosen, covered = [first], set(reads[first])
    for fmt in sorted(weight, key=lambda f: -weight[f]):
        if reads[fmt] - covered and not contradicts(fmt, chosen):
            chosen.append(fmt)
            covered |= reads[fmt]
    misfits = {t: n for t, n in present.items() if t not in covered}
    total = sum(n for t, n in present.items() if t in covered or t in misfits)
    century = find_century(tuple(chosen), covered, name)
    open_choice = open_year or (order.open_choice if order else None) or century.open_choice
    return TemporalInterpretation(
        kind, century.formats, parser_of(parse, century.formats), misfits, total, order, open_choice
    )


def parse_with_months(parse: Callable[..., Any], formats: Iterable[str], texts: Iterable[str]) -> Callable[..., Any]:
    """The same function, with the names of months as these texts mean them."""
    return partial(parse, months=months_among(texts)) if any("%b" in fmt for fmt in formats) else parse


def parser_of(parse: Callable[[str, str], Any], formats: tuple[str, ...]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        for fmt in formats:
            try:
                return parse(fmt, text)
            except ValueError:
                continue
        raise ValueError(text)

    return read


def interpret_durations(present: dict[str, int], name: str) -> TemporalInterpretation | None:
    if not any(map(is_duration, probes(present))):
        return None
    good = durations_among(present)
    misfits = {t: n for t, n in present.items() if t not in good}
    total = sum(n for t, n in present.items() if t in good or t in misfits)
    found = find_clock(good, name)
    return TemporalInterpretation(
        ColumnType.DURATION,
        (found.clock,),
        duration_parser(found.clock),
        misfits,
        total,
        open_choice=found.open_choice,
        clock_sign=found.sign,
    )


def compact_dates(texts: list[str], fewest: int = 3) -> bool:
    """Eight digits that are all plausible days of the last and this century."""
    try:
        days = [parse_date(COMPACT_DATE, text) for text in texts]
    except ValueError:
        return False
    return len(days) >= fewest and all(date(1900, 1, 1) <= day <= date(2100, 12, 31) for day in days)
