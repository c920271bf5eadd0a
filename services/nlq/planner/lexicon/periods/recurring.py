"""Weekdays and hours, which come back."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from services.nlq.planner.lexicon.periods.heard import Heard
from services.nlq.planner.lexicon.periods.model import Recurring
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, UNLIKELY, Doubt, Line

_DAYS = {name.lower(): i for names in (calendar.day_name, calendar.day_abbr) for i, name in enumerate(names, 1)}
_DAYS |= {f"{name}s": i for name, i in _DAYS.items() if len(name) > 3} | {"tues": 2, "weds": 3, "thur": 4, "thurs": 4}
_DAY_GROUPS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("weekend",): (6, 7), ("weekends",): (6, 7), ("weekdays",): (1, 2, 3, 4, 5), ("working", "days"): (1, 2, 3, 4, 5),
    ("workdays",): (1, 2, 3, 4, 5), ("business", "days"): (1, 2, 3, 4, 5), ("weekday",): (1, 2, 3, 4, 5), ("work", "days"): (1, 2, 3, 4, 5),
}  # fmt: skip
# Nobody agrees on these, so each has its alternatives, the commonest first.
_DAYTIMES: dict[str, tuple[tuple[int, ...], ...]] = {
    "morning": (tuple(range(6, 12)), tuple(range(12))),
    "afternoon": (tuple(range(12, 18)), tuple(range(12, 17))),
    "evening": (tuple(range(18, 22)), tuple(range(18, 24))),
    "night": ((22, 23, 0, 1, 2, 3, 4, 5), (21, 22, 23, 0, 1, 2, 3, 4, 5)),
}
_DAYTIMES |= {f"{name}s": hours for name, hours in _DAYTIMES.items()}
_NAMED_HOURS = {"noon": 12, "midday": 12, "midnight": 0}

DAY_WORDS = frozenset(_DAYS) | {words[0] for words in _DAY_GROUPS}
HOUR_WORDS = frozenset(_DAYTIMES) | frozenset(_NAMED_HOURS) | {"hour"}


def read_weekdays(line: Line, at: int) -> Iterator[Heard]:
    word = line.norm(at)
    if word in _DAYS:
        # "sun" and "sat" are words; as days they are written with a capital
        bare = UNLIKELY if word in ("sun", "sat", "mon", "wed") and not line.tokens[at].is_capitalised else PLAIN
        yield Heard(at, at + 1, Recurring("weekday", (_DAYS[word],)), bare=bare)
    for words, values in _DAY_GROUPS.items():
        if line.phrase(at, words):
            # "weekday" alone mostly asks for the day of the week
            yield Heard(
                at, at + len(words), Recurring("weekday", values), bare=UNLIKELY if words == ("weekday",) else PLAIN
            )


def read_hours(line: Line, at: int) -> Iterator[Heard]:
    """Morning; noon; hour 13."""
    word = line.norm(at)
    if word in _NAMED_HOURS:
        yield Heard(at, at + 1, Recurring("hour", (_NAMED_HOURS[word],)), bare=SECOND_CHOICE)
    for rank, hours in enumerate(_DAYTIMES.get(word, ())):
        yield Heard(at, at + 1, Recurring("hour", hours), rank * SECOND_CHOICE, Doubt.EXTENT)
    number = line.whole_number(at + 1, 0, 23) if word == "hour" else None
    if number is not None:
        yield Heard(at, at + 2, Recurring("hour", (number,)))


def read_clock(line: Line, at: int) -> Iterator[Heard]:
    """9am, 9:00 pm, 13:00, 5 o'clock. Only whole hours: a plan knows the hour of a time and nothing finer."""
    number = line.whole_number(at, 0, 24)
    if number is None:
        return
    after = at + 1
    whole = line.gap(at) == ":" and line.tokens[after].text == "00"
    if line.gap(at) == ":" and not whole:
        return
    after += whole
    half = line.norm(after) if line.norm(after) in ("am", "pm") else "".join(line.norms[after : after + 2])
    if half in ("am", "pm") and 1 <= number <= 12:
        end = after + (1 if line.norm(after) == half else 2)
        yield Heard(at, end, Recurring("hour", (number % 12 + (12 if half == "pm" else 0),)))
    elif whole:
        yield Heard(at, after, Recurring("hour", (number % 24,)))
    elif line.norm(after) in ("oclock", "hrs"):
        yield Heard(at, after + 1, Recurring("hour", (number % 24,)))
