"""Spans of time as people and programs write them: clocks beyond a day, lap times, ISO 8601, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, auto

from shared.open_choices import OpenChoice, OpenQuestion


class Clock(StrEnum):
    """What two numbers with a colon are: hours and minutes, or minutes and seconds. The names are the formats of spreadsheets."""

    HOURS = "[h]:mm:ss"
    MINUTES = "[m]:ss"


CLOCKS = frozenset(Clock)
MINUTES_OF_AN_HOUR = 60

_SHORT_SPANS = "length|split|splits|lap|laps|track|song|video|clip|pace|runtime|playtime|finish|swim|länge|spielzeit|rundenzeit|longueur|lunghezza"
SHORT_SPAN_NAME = re.compile(rf"(?:^|[\W_])(?:{_SHORT_SPANS})(?:[\W_]|$)", re.IGNORECASE)
"""Spans that are minutes rather than hours; it only tips the guess."""

SPAN_NAME = re.compile(
    rf"(?:^|[\W_])(?:{_SHORT_SPANS}|duration|elapsed|dauer|laufzeit|durée|duración|duração|durata|duur)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Names of spans, which are no times of day."""

_CLOCK = re.compile(r"(-)?(?:(\d+)\s?d(?:ays?)?,?\s*)?(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?")
_SUM = re.compile(r"(-)(\d+)\s?d(?:ays?)?(?:,\s*|\s*\+\s*)(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6})0*)?")
_MINUTES = re.compile(r"(-)?(\d{1,4}):([0-5]\d)(?:\.(\d{1,6}))?")
_LAP = re.compile(r"-?\d{1,4}:[0-5]\d\.\d{1,6}")
_SECONDS = re.compile(r"[0-5]?\d(?:\.\d{1,6})?")
_TWO_PARTS = re.compile(r"-?\d{1,4}:[0-5]\d")
_THREE_PARTS = re.compile(r"-?\d{1,4}:[0-5]\d:[0-5]\d(?:\.\d+)?")
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
    """Two numbers with a colon are minutes and seconds, and one is seconds; everything else is read as it is elsewhere."""
    stripped = text.strip()
    match = _MINUTES.fullmatch(stripped)
    if match is None:
        return timedelta(seconds=float(stripped)) if _SECONDS.fullmatch(stripped) else parse_duration(text)
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


class ClockSign(Enum):
    """What shows that two numbers with a colon are minutes and seconds."""

    FRACTION = auto()
    HOURS_BEFORE_OTHERS = auto()


@dataclass(frozen=True)
class ClockFinding:
    """How two numbers with a colon are read, and what shows it."""

    clock: Clock
    sign: ClockSign | None = None
    is_open: bool = False

    @property
    def open_choice(self) -> OpenChoice | None:
        return OpenChoice(OpenQuestion.CLOCK_PARTS, tuple(Clock), self.clock) if self.is_open else None


def find_clock(texts: Iterable[str], name: str = "") -> ClockFinding:
    """Of durations, some of which may be two numbers with a colon."""
    stripped = [text.strip() for text in texts]
    two = [text for text in stripped if _TWO_PARTS.fullmatch(text) or _SECONDS.fullmatch(text)]
    if two and any(_LAP.fullmatch(text) for text in stripped):
        return ClockFinding(Clock.MINUTES, ClockSign.FRACTION)
    three = [text for text in stripped if _THREE_PARTS.fullmatch(text)]
    if two and three and len(two) + len(three) == len(stripped):
        return beside_hours(two, three)
    guess = Clock.MINUTES if SHORT_SPAN_NAME.search(name) else Clock.HOURS
    is_open = bool(two) and len(two) == len(stripped)
    return ClockFinding(guess if is_open else Clock.HOURS, is_open=is_open)


def beside_hours(two: list[str], three: list[str]) -> ClockFinding:
    """Of `59:30` beside `1:01:20`: minutes, which become hours at sixty.

    As hours the shorter would be the longer. Where neither shows (`00:45` beside `08:30:00`), it is left open.
    """
    most, hours = (max(abs(int(text.split(":")[0])) for text in texts) for texts in (two, three))
    if most >= MINUTES_OF_AN_HOUR:
        return ClockFinding(Clock.HOURS, is_open=True)
    return ClockFinding(Clock.MINUTES, ClockSign.HOURS_BEFORE_OTHERS, is_open=most <= hours)


def durations_among(texts: Iterable[str]) -> set[str]:
    """Those that are spans. Beside a lap of `1:02.9` a lap of `59.8` is one too, in seconds."""
    spans, others = set[str](), set[str]()
    for text in texts:
        (spans if is_duration(text) else others).add(text)
    laps = any(_LAP.fullmatch(text.strip()) for text in spans)
    return spans | {text for text in others if laps and _SECONDS.fullmatch(text.strip())}


def is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except (ValueError, OverflowError):
        return False
    return True
