"""Dates, times and durations as people write them: candidate formats, and exact parsing under one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from services.dataproc.reading.typing.moments.calendar_words import (
    MONTHS,
    Numbers,
    is_weekday,
    month_number,
)
from shared.columns import ColumnType

NAME = r"[^\W\d_][^\d\s.,;:/|_()-]{1,15}"
"""Letters of any script, with the marks that belong to them."""

PARTS = {
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%m": r"(?P<m>1[0-2]|0?[1-9])",
    "%d": r"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|º|ª)?",
    "%b": rf"(?P<b>{NAME})\.?",
    "%a": rf"(?P<a>{NAME}(?:-feira)?)\.?,?",
    "%H": r"(?P<H>2[0-3]|[01]?\d)",
    "%I": r"(?P<I>1[0-2]|0?[1-9])",
    "%M": r"(?P<M>[0-5]\d)",
    "%S": r"(?P<S>[0-5]\d)",
    "%f": r"(?P<f>\d{1,9})",
    "%p": r"(?P<p>[ap])\.?m\.?",
    "%z": r"(?P<z>Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)",
}
DATE_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d", "%m.%d.%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
    "%d-%m-%y", "%m-%d-%y", "%y/%m/%d", "%y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%d/%b/%Y", "%d. %b %Y", "%b %d, %Y", "%b %d %Y",
    "%b-%d-%Y", "%Y-%b-%d", "%Y %b %d", "%a %d %b %Y", "%a %b %d, %Y", "%a %b %d %Y", "%a %Y-%m-%d", "%a %d/%m/%Y", "%a %m/%d/%Y", "%Y年%m月%d日", "%d%b%Y",
    "%d %m %Y", "%Y %m %d", "%d %b, %Y", "%d de %b de %Y", "%d de %b %Y", "%a %d.%m.%Y", "%a %d. %b %Y", "%a %d de %b de %Y", "%Y년 %m월 %d일",
    "%Y. %b %d.", "%Y. %m. %d.", "%Y.%m.%d.", "%Y. %m. %d", "%d tháng %m %Y", "%d tháng %m, %Y", "ngày %d tháng %m năm %Y",
)  # fmt: skip
MONTH_FORMATS = ("%b %Y", "%b-%Y", "%b/%Y", "%Y %b", "%Y-%b", "%b de %Y", "%Y年%m月", "%Y년 %m월")
"""Months by their names: each is its first day. Of 2024-01 or 01/2024 the text says as much, and sorts or not as it stands."""

SHORT_MONTH_FORMATS = ("%b-%y", "%b %y", "%b '%y", "%b’%y", "%b'%y", "%b/%y")
"""As months, where the cells show that the two digits are years."""
ALL_MONTH_FORMATS = (*MONTH_FORMATS, *SHORT_MONTH_FORMATS)

YEARS_OF_MONTHS = range(1800, 2101)
"""Beyond, a word and four digits are a thing and its number: Set 1000, Mag 9000."""

COMPACT_DATE = "%Y%m%d"
STAMP_DAYS = (*DATE_FORMATS, COMPACT_DATE)
REMEMBERED = 1 << 14  # cells: those of many columns, and of both looks at each, are the same days
CODE = re.compile(r"%[A-Za-z]")
NAMED_PART = re.compile(r"\(\?P<\w+>")
MIDNIGHT = time()
TIME_FORMATS = (
    "%H:%M:%S",
    "%H:%M",
    "%H:%M:%S.%f",
    "%H:%M:%S,%f",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%I:%M%p",
    "%I:%M:%S%p",
    "%I %p",
    "%I%p",
    "%Hh%M",
    "%H:%M Uhr",
    "%H:%M:%S Uhr",
)
STAMP_CLOCKS = (*TIME_FORMATS, "%H.%M", "%H.%M.%S", "%I.%M.%S.%f %p")
"""Times that are only told from numbers with a date before them."""

JOINTS = (" ", "T", ", ", "  ", " at ", ":", " um ", " à ")
EXTRA_STAMPS = ("%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%dT%H:%M:%S",
                "%a %b %d %Y %H:%M:%S", "%a %b %d %H:%M:%S %z %Y",
                "[%d/%b/%Y:%H:%M:%S %z]", "[%d/%b/%Y:%H:%M:%S]", "[%a %b %d %H:%M:%S.%f %Y]", "[%a %b %d %H:%M:%S %Y]", "[%d-%b-%Y %H:%M:%S %z]")  # fmt: skip


FORMATS_JOINT = " or "
"""Between several formats of one column, in what is shown and in what a person may choose."""

UNTIL = re.compile(r"(?P<fmt>.*%y.*) until (?P<last>\d{4})")
SPREADSHEETS_UNTIL = 2029
"""The last of the hundred years that two digits stand for, where nothing else is said: as in spreadsheets."""


@lru_cache(maxsize=1024)
def until_year(fmt: str) -> int | None:
    """The last year that `%y` may stand for, where the format states it: `%d.%m.%y until 2029`."""
    found = UNTIL.fullmatch(fmt)
    return int(found["last"]) if found else None


def stated(fmt: str) -> str:
    """The format without the last year that it states."""
    found = UNTIL.fullmatch(fmt)
    return found["fmt"] if found else fmt


@lru_cache(maxsize=1024)
def pattern_of(fmt: str) -> re.Pattern[str]:
    source = re.escape(stated(fmt)).replace(r"\ ", r"\s+")
    for code, part in PARTS.items():
        source = source.replace(re.escape(code), part)
    return re.compile(source, re.IGNORECASE)


def fields(fmt: str, text: str) -> dict[str, str]:
    match = pattern_of(fmt).fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    found = {key: value for key, value in match.groupdict().items() if value is not None}
    if "a" in found and not is_weekday(found["a"]):
        raise ValueError(text)
    return found


def sensible(fmt: str, kind: ColumnType) -> bool:
    """Can a format that a person wrote give such a value: a month at least for days, an hour or minutes for times, no part twice?"""
    codes = CODE.findall(fmt)
    day = any(code in codes for code in ("%Y", "%y")) and any(code in codes for code in ("%m", "%b"))
    clock = ("%I" in codes) == ("%p" in codes) and not ("%I" in codes and "%H" in codes)
    timed = any(code in codes for code in ("%H", "%I", "%M"))
    return (
        len(codes) == len(set(codes))
        and set(codes) <= set(PARTS)
        and clock
        and (timed if kind is ColumnType.TIME else day)
    )


def to_date(parts: dict[str, str], months: Numbers, last: int | None) -> date:
    if "Y" in parts:
        year = int(parts["Y"])
    else:
        last = last or SPREADSHEETS_UNTIL
        year = last - (last - int(parts["y"])) % 100
    month = int(parts["m"]) if "m" in parts else month_number(parts["b"], months)
    return date(year, month, int(parts.get("d", 1)))


def to_time(parts: dict[str, str]) -> time:
    hour = int(parts["I"]) % 12 + 12 * (parts["p"].lower() == "p") if "I" in parts else int(parts.get("H", 0))
    fraction = parts.get("f", "")
    if len(fraction.rstrip("0")) > 6:
        raise ValueError("finer than a microsecond")
    return time(
        hour, int(parts.get("M", 0)), int(parts.get("S", 0)), int(fraction[:6].ljust(6, "0")) if fraction else 0
    )


def to_zone(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def parse_date(fmt: str, text: str, months: Numbers = MONTHS) -> date:
    """A month without a day is its first; a time of day other than midnight is no date."""
    parts = fields(fmt, text)
    if to_time(parts) != MIDNIGHT:
        raise ValueError(text)
    return to_date(parts, months, until_year(fmt))


def parse_time(fmt: str, text: str) -> time:
    return to_time(fields(fmt, text))


def parse_stamp(fmt: str, text: str, months: Numbers = MONTHS) -> datetime:
    """A day without a time is its midnight."""
    parts = fields(fmt, text)
    stamp = datetime.combine(to_date(parts, months, until_year(fmt)), to_time(parts))
    return stamp.replace(tzinfo=to_zone(parts["z"])) if "z" in parts else stamp


@lru_cache(maxsize=16)
def any_pattern(formats: tuple[str, ...]) -> re.Pattern[str]:
    """Whatever one of the formats matches: most cells of a table match none, and see so at one look instead of at sixty."""
    sources = (NAMED_PART.sub("(?:", pattern_of(fmt).pattern) for fmt in formats)
    return re.compile("|".join(f"(?:{source})" for source in sources), re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def stamp_formats_for(text: str) -> tuple[str, ...]:
    """Date-time formats that can read this example."""
    found: list[str] = []
    stripped = text.strip()
    for day in STAMP_DAYS if any_pattern(STAMP_DAYS).match(stripped) else ():
        head = pattern_of(day).match(stripped)
        if head is None or head.end() == len(stripped):
            continue
        for joint in JOINTS:
            if stripped[head.end() :].lower().startswith(joint.lower()):
                found += [f"{day}{joint}{clock}{zone}" for clock in STAMP_CLOCKS for zone in ("", "%z", " %z")]
    extra = EXTRA_STAMPS if any_pattern(EXTRA_STAMPS).fullmatch(stripped) else ()
    return tuple(fmt for fmt in dict.fromkeys([*found, *extra]) if readable(parse_stamp, fmt, text))


@lru_cache(maxsize=REMEMBERED)
def date_formats_for(text: str) -> tuple[str, ...]:
    formats = DATE_FORMATS if any_pattern(DATE_FORMATS).fullmatch(text.strip()) else ()
    months = ALL_MONTH_FORMATS if any_pattern(ALL_MONTH_FORMATS).fullmatch(text.strip()) else ()
    return tuple(
        fmt
        for fmt in (*formats, *months)
        if readable(parse_date, fmt, text)
        and (fmt not in MONTH_FORMATS or int(fields(fmt, text)["Y"]) in YEARS_OF_MONTHS)
    )


@lru_cache(maxsize=REMEMBERED)
def time_formats_for(text: str) -> tuple[str, ...]:
    formats = TIME_FORMATS if any_pattern(TIME_FORMATS).fullmatch(text.strip()) else ()
    return tuple(fmt for fmt in formats if readable(parse_time, fmt, text))


def readable(parse: Callable[[str, str], object], fmt: str, text: str) -> bool:
    try:
        parse(fmt, text)
    except ValueError:
        return False
    return True
