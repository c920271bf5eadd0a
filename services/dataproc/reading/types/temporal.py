"""Dates, times and durations as people write them: candidate formats, and exact parsing under one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

MONTHS = {name: number for number, names in enumerate(
    ["jan january janvier januar enero", "feb february février fevrier februar febrero févr", "mar march mars märz marz marzo", "apr april avril avr abril",
     "may mai mayo", "jun june juin juni junio", "jul july juillet juil juli julio", "aug august août aout agosto", "sep sept september septembre septiembre",
     "oct october octobre oktober okt octubre", "nov november novembre noviembre", "dec december décembre dezember dez diciembre déc"], 1)
    for name in names.split()}  # fmt: skip
WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?"
PARTS = {
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%m": r"(?P<m>1[0-2]|0?[1-9])",
    "%d": r"(?P<d>3[01]|[12]\d|0?[1-9])",
    "%b": r"(?P<b>[^\W\d_]{3,10})\.?",
    "%a": WEEKDAY,
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
    "%d %m %Y", "%Y %m %d",
)  # fmt: skip
COMPACT_DATE = "%Y%m%d"
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
)
JOINTS = (" ", "T", ", ", "  ", " at ", ":")
EXTRA_STAMPS = ("%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%dT%H:%M:%S",
                "%a %b %d %Y %H:%M:%S", "%a %b %d %H:%M:%S %z %Y")  # fmt: skip
DURATION_CLOCK = re.compile(r"(-)?(?:(\d+)\s?d(?:ays?)?,?\s*)?(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?")
DURATION_ISO = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?")
DURATION_WORDS = re.compile(
    r"(-)?(?:(\d+)\s*d(?:ays?)?\s*)?(?:(\d+)\s*h(?:(?:ou)?rs?)?\s*)?(?:(\d+)\s*m(?:in(?:ute)?s?)?\s*)?(?:(\d+)\s*s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Parser:
    """Texts of one format become values; anything else raises ValueError."""

    format: str
    kind: str
    parse: Callable[[str], date | datetime | time | timedelta]


@lru_cache(maxsize=1024)
def pattern_of(fmt: str) -> re.Pattern[str]:
    source = re.escape(fmt).replace(r"\ ", r"\s+")
    for code, part in PARTS.items():
        source = source.replace(re.escape(code), part)
    return re.compile(source, re.IGNORECASE)


def month_number(name: str) -> int:
    try:
        return MONTHS[name.lower().rstrip(".")]
    except KeyError:
        raise ValueError(name) from None


def fields(fmt: str, text: str) -> dict[str, str]:
    match = pattern_of(fmt).fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return {key: value for key, value in match.groupdict().items() if value is not None}


def to_date(parts: dict[str, str]) -> date:
    if "Y" in parts:
        year = int(parts["Y"])
    else:
        short = int(parts["y"])
        year = short + (1900 if short >= 70 else 2000)
    month = int(parts["m"]) if "m" in parts else month_number(parts["b"])
    return date(year, month, int(parts["d"]))


def to_time(parts: dict[str, str]) -> time:
    hour = int(parts["I"]) % 12 + 12 * (parts["p"].lower() == "p") if "I" in parts else int(parts["H"])
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


def parse_date(fmt: str, text: str) -> date:
    return to_date(fields(fmt, text))


def parse_time(fmt: str, text: str) -> time:
    return to_time(fields(fmt, text))


def parse_stamp(fmt: str, text: str) -> datetime:
    parts = fields(fmt, text)
    stamp = datetime.combine(to_date(parts), to_time(parts))
    return stamp.replace(tzinfo=to_zone(parts["z"])) if "z" in parts else stamp


def date_parser(fmt: str) -> Parser:
    return Parser(fmt, "date", lambda text: parse_date(fmt, text))


def time_parser(fmt: str) -> Parser:
    return Parser(fmt, "time", lambda text: parse_time(fmt, text))


def stamp_parser(fmt: str) -> Parser:
    return Parser(fmt, "datetime", lambda text: parse_stamp(fmt, text))


def stamp_formats_for(text: str) -> list[str]:
    """Date-time formats that can read this example."""
    found, stripped = [], text.strip()
    for day in DATE_FORMATS:
        head = pattern_of(day).match(stripped)
        if head is None or head.end() == len(stripped):
            continue
        for joint in JOINTS:
            if stripped[head.end() :].lower().startswith(joint.lower()):
                found += [f"{day}{joint}{clock}{zone}" for clock in TIME_FORMATS for zone in ("", "%z", " %z")]
    return [fmt for fmt in dict.fromkeys([*found, *EXTRA_STAMPS]) if readable(parse_stamp, fmt, text)]


def date_formats_for(text: str) -> list[str]:
    return [fmt for fmt in DATE_FORMATS if readable(parse_date, fmt, text)]


def time_formats_for(text: str) -> list[str]:
    return [fmt for fmt in TIME_FORMATS if readable(parse_time, fmt, text)]


def readable(parse: Callable[[str, str], object], fmt: str, text: str) -> bool:
    try:
        parse(fmt, text)
    except ValueError:
        return False
    return True


def parse_duration(text: str) -> timedelta:
    """Clock durations beyond a day, ISO 8601 durations, and "3 h 37 min"."""
    stripped = text.strip()
    if match := DURATION_CLOCK.fullmatch(stripped):
        sign, days, hours, minutes, seconds, fraction = match.groups()
        weeks = None
    elif (match := DURATION_ISO.fullmatch(stripped)) and len(stripped) > 2 and not stripped.endswith("T"):
        sign, weeks, days, hours, minutes, seconds, fraction = match.groups()
    elif stripped and (match := DURATION_WORDS.fullmatch(stripped)) and any(match.groups()[1:]):
        sign, days, hours, minutes, seconds = match.groups()
        weeks = fraction = None
    else:
        raise ValueError(text)
    value = timedelta(weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0),
                      microseconds=int((fraction or "0").ljust(6, "0")))  # fmt: skip
    return -value if sign else value
