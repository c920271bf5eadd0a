"""Spans of time as people and programs write them: clocks beyond a day, lap times, ISO 8601, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.dataproc.reading.open_choices import OpenChoice, OpenQuestion


class Clock(StrEnum):
    """What two numbers with a colon are: hours and minutes, or minutes and seconds. The names are the formats of spreadsheets."""

    HOURS = "[h]:mm:ss"
    MINUTES = "[m]:ss"


CLOCKS = frozenset(Clock)

_CLOCK = re.compile(r"(-)?(?:(\d+)\s?d(?:ays?)?,?\s*)?(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?")
_SUM = re.compile(r"(-)(\d+)\s?d(?:ays?)?(?:,\s*|\s*\+\s*)(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6})0*)?")
_MINUTES = re.compile(r"(-)?(\d{1,4}):([0-5]\d)(?:\.(\d{1,6}))?")
_LAP = re.compile(r"-?\d{1,4}:[0-5]\d\.\d{1,6}")
_TWO_PARTS = re.compile(r"-?\d{1,4}:[0-5]\d")
_ISO = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?")
_WORDS = re.compile(
    r"(-)?(?:(\d+)\s*d(?:ays?)?\s*)?(?:(\d+)\s*h(?:(?:ou)?rs?)?\s*)?(?:(\d+)\s*m(?:in(?:ute)?s?)?\s*)?(?:(\d+)\s*s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE,
)


def parse_duration(text: str) -> timedelta:
    """Two numbers with a colon are hours and minutes, unless a fraction shows them to be minutes and seconds."""
    stripped = text.strip()
    if match := _SUM.fullmatch(stripped):
        _, days, hours, minutes, seconds, fraction = match.groups()
        return span(hours, minutes, seconds, fraction) - timedelta(days=int(days))
    if match := _CLOCK.fullmatch(stripped):
        sign, days, hours, minutes, seconds, fraction = match.groups()
        value = span(hours, minutes, seconds, fraction, days)
    elif _LAP.fullmatch(stripped):
        return parse_minutes(stripped)
    elif (match := _ISO.fullmatch(stripped)) and len(stripped) > 2 and not stripped.endswith("T"):
        sign, weeks, days, hours, minutes, seconds, fraction = match.groups()
        value = span(hours, minutes, seconds, fraction, days, weeks)
    elif stripped and (match := _WORDS.fullmatch(stripped)) and any(match.groups()[1:]):
        sign, days, hours, minutes, seconds = match.groups()
        value = span(hours, minutes, seconds, None, days)
    else:
        raise ValueError(text)
    return -value if sign else value


def parse_minutes(text: str) -> timedelta:
    """Two numbers with a colon are minutes and seconds; everything else is read as it is elsewhere."""
    match = _MINUTES.fullmatch(text.strip())
    if match is None:
        return parse_duration(text)
    sign, minutes, seconds, fraction = match.groups()
    value = span(None, minutes, seconds, fraction)
    return -value if sign else value


def span(
    hours: str | None,
    minutes: str | None,
    seconds: str | None,
    fraction: str | None,
    days: str | None = None,
    weeks: str | None = None,
) -> timedelta:
    return timedelta(weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0),
                     microseconds=int((fraction or "0").ljust(6, "0")))  # fmt: skip


def duration_parser(clock: Clock) -> Callable[[str], timedelta]:
    return parse_minutes if clock is Clock.MINUTES else parse_duration


@dataclass(frozen=True)
class ClockFinding:
    """How two numbers with a colon are read. `by_fraction`: others have a fraction of a second, and so show what the parts are."""

    clock: Clock
    by_fraction: bool = False
    is_open: bool = False

    @property
    def open_choice(self) -> OpenChoice | None:
        return OpenChoice(OpenQuestion.CLOCK_PARTS, tuple(Clock), self.clock) if self.is_open else None


def find_clock(texts: Iterable[str]) -> ClockFinding:
    """Of durations, some of which may be two numbers with a colon."""
    stripped = [text.strip() for text in texts]
    two = [text for text in stripped if _TWO_PARTS.fullmatch(text)]
    if two and any(_LAP.fullmatch(text) for text in stripped):
        return ClockFinding(Clock.MINUTES, by_fraction=True)
    return ClockFinding(Clock.HOURS, is_open=bool(two) and len(two) == len(stripped))


def is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except (ValueError, OverflowError):
        return False
    return True
