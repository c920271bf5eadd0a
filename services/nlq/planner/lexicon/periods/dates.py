"""Days, months and years as they stand in a calendar."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import replace

from services.nlq.planner.lexicon.periods.heard import (
    Heard,
    calendar_day,
    full_year,
    past_ordinal,
    piece_in,
    short_year,
    whole_years,
    with_year,
    year_after,
    year_number,
)
from services.nlq.planner.lexicon.periods.model import EraYear, Piece, span_of, year
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, UNLIKELY, UNMARKED, Doubt, Line

MONTHS = {
    name.lower(): i for names in (calendar.month_name, calendar.month_abbr) for i, name in enumerate(names) if name
} | {"sept": 9}
# Small letters make these another word far more often than a month.
_OTHER_WORDS = {"may": UNLIKELY, "march": SECOND_CHOICE, "mar": SECOND_CHOICE, "dec": UNMARKED}
# Years of this range are years even without "in"; other numbers of four digits are mostly amounts.
_COMMON_YEARS = range(1900, 2101)
_DECADES = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
}
_BEFORE_CHRIST = (("bc",), ("bce",), ("b", "c"), ("b", "c", "e"), ("before", "christ"))


def read_figures(line: Line, at: int) -> Iterator[Heard]:
    """Everything that begins with a number."""
    yield from _before_christ(line, at)
    if year_number(line, at):
        yield from _year_first(line, at)
        return
    if line.norm(at + 1) in ("ad", "ce") and (number := line.whole_number(at, 1, 999)):
        yield Heard(at, at + 2, year(number))
    yield from _written_with_signs(line, at)
    yield from _day_first(line, at)
    yield from _short_decade(line, at)


def read_month(line: Line, at: int) -> Iterator[Heard]:
    """March; March 2023; March 5, 2023; Mar 23, which may be a day or a year."""
    month, capital = MONTHS[line.norm(at)], line.tokens[at].is_capitalised
    bare = UNMARKED if capital else _OTHER_WORDS.get(line.norm(at), UNMARKED)
    yield from with_year(line, at, at + 1, Piece("month", month), bare=bare)
    number = line.whole_number(at + 1, 0, 99)
    if number is None or line.gap(at) in ("'", "’"):
        return
    end = past_ordinal(line, at + 2)
    if 1 <= number <= 31:
        yield from _day_of_month(line, at, end, month, number, SECOND_CHOICE if line.gap(at) == "-" else PLAIN)
    written_as_year = end == at + 2 and len(line.tokens[at + 1].text) == 2 and not year_after(line, end)
    if written_as_year:
        cost = PLAIN if line.gap(at) == "-" else SECOND_CHOICE
        yield Heard(
            at, end, span_of(Piece("month", month).within(full_year(number)).start, "month"), cost, Doubt.DAY_OR_YEAR
        )


def read_decade_word(line: Line, at: int) -> Iterator[Heard]:
    yield from _decade_of(at, at + 1, _DECADES[line.norm(at)])


DECADE_WORDS = frozenset(_DECADES)


def _before_christ(line: Line, at: int) -> Iterator[Heard]:
    number = line.whole_number(at, 1, 9999)
    for words in _BEFORE_CHRIST:
        if number and line.phrase(at + 1, words):
            yield Heard(at, at + 1 + len(words), EraYear(-number))


def _year_first(line: Line, at: int) -> Iterator[Heard]:
    number = year_number(line, at) or 0
    if _decade_sign(line, at):
        yield from _decade(line, at, number)
        return
    yield Heard(at, at + 1, year(number), bare=UNMARKED if number in _COMMON_YEARS else SECOND_CHOICE)
    if line.norm(at + 1) in ("ad", "ce"):
        yield Heard(at, at + 2, year(number))
    sign, month = line.gap(at), line.whole_number(at + 1, 1, 12)
    if sign not in ("-", "/", ".") or not month:
        yield from _year_then_piece(line, at, number)
        return
    d = line.whole_number(at + 2, 1, 31) if line.gap(at + 1) == sign else None
    span = calendar_day(number, month, d) if d else None
    if span:
        yield Heard(at, at + 3, span)
    elif d is None and len(line.tokens[at + 1].text) == 2:
        yield Heard(at, at + 2, span_of(Piece("month", month).within(number).start, "month"))


def _year_then_piece(line: Line, at: int, number: int) -> Iterator[Heard]:
    """2023 Q2; 2023-W10; 2023 March; 2023-Mar-06."""
    letter, of = line.norm(at + 1), line.whole_number(at + 2, 1, 53)
    unit = {"q": "quarter", "w": "week", "week": "week", "h": "half"}.get(letter)
    if of and unit and of <= {"quarter": 4, "week": 53, "half": 2}[unit]:
        span = piece_in(Piece(unit, of), number)  # type: ignore[arg-type]
        if span:
            yield Heard(at, at + 3, span)
    elif letter in MONTHS and not year_after(line, at + 2):
        yield Heard(at, at + 2, Piece("month", MONTHS[letter]).within(number))
        span = calendar_day(number, MONTHS[letter], of) if of else None
        if span:
            yield Heard(at, at + 3, span)


def _written_with_signs(line: Line, at: int) -> Iterator[Heard]:
    """03/05/2023, 3-5-23, 03.05.2023, 03/2023, 20230305."""
    written = line.tokens[at].text
    if written.isdecimal() and len(written) == 8:
        span = calendar_day(int(written[:4]), int(written[4:6]), int(written[6:]))
        if span and span.start.year in _COMMON_YEARS:
            yield Heard(at, at + 1, span, SECOND_CHOICE)
        return
    first, dot, second = written.partition(".")
    sign = line.gap(at)
    if dot and sign == "." and len(first) <= 2 and len(second) <= 2:
        yield from _three_numbers(line, at, at + 1, int(first), int(second), sign)
        return
    if line.gap(at - 1) in ("/", "."):  # the rest of a date that began before
        return
    a, b = line.whole_number(at, 1, 31), line.whole_number(at + 1, 1, 31)
    if a and b and sign in ("/", "-") and line.gap(at + 1) == sign:
        yield from _three_numbers(line, at, at + 2, a, b, sign)
    number = year_number(line, at + 1)
    if number and a and a <= 12 and sign in ("/", "-"):
        yield Heard(at, at + 2, Piece("month", a).within(number))


def _three_numbers(line: Line, at: int, year_at: int, a: int, b: int, sign: str) -> Iterator[Heard]:
    """A day and a month in either order, unless dots between them say that the day is first or only one order is a date."""
    number, full = short_year(line, year_at) or year_number(line, year_at), year_number(line, year_at)
    if not number:
        return
    orders = [(b, a)] if sign == "." else [(b, a), (a, b)]
    spans = list(dict.fromkeys(span for m, d in orders if (span := calendar_day(number, m, d))))
    doubt = Doubt.DAY_OR_MONTH_FIRST if len(spans) > 1 else None if full else Doubt.CENTURY
    for span in spans:
        yield Heard(at, year_at + 1, span, doubt=doubt)


def _day_first(line: Line, at: int) -> Iterator[Heard]:
    """5 March 2023; the 5th of March."""
    d = line.whole_number(at, 1, 31)
    if d is None:
        return
    after = past_ordinal(line, at + 1)
    after += line.norm(after) == "of"
    if line.norm(after) in MONTHS:
        yield from _day_of_month(line, at, after + 1, MONTHS[line.norm(after)], d)


def _day_of_month(line: Line, start: int, end: int, month: int, d: int, cost: float = PLAIN) -> Iterator[Heard]:
    if calendar_day(2000, month, d) is None:  # a leap year has every day
        return
    yield from (replace(heard, cost=cost) for heard in with_year(line, start, end, Piece("day", month, d)))
    short = short_year(line, end)
    # "March 5-10" is a stretch of days, "5-Mar-10" a date
    sign = line.gap(end - 1)
    span = (
        calendar_day(short, month, d)
        if short and sign not in ("'", "’") and (sign != "-" or line.gap(start) == "-")
        else None
    )
    if span:
        yield Heard(start, end + 1, span, doubt=Doubt.CENTURY)


def _decade_sign(line: Line, at: int) -> bool:
    return (line.norm(at + 1) == "s" and line.touches(at)) or line.after(at, 2) in ("'s", "’s")


def _decade(line: Line, at: int, first: int) -> Iterator[Heard]:
    """1990s; 1900s, which may be ten years or a hundred."""
    end = at + 1 + (line.norm(at + 1) == "s" and line.touches(at))
    if first % 10:
        return
    century = first % 100 == 0
    yield Heard(at, end, whole_years(first, 10), doubt=Doubt.EXTENT if century else None)
    if century:
        yield Heard(at, end, whole_years(first, 100), SECOND_CHOICE, Doubt.EXTENT)


def _short_decade(line: Line, at: int) -> Iterator[Heard]:
    number = line.whole_number(at, 0, 99)
    if number is None or number % 10 or len(line.tokens[at].text) != 2 or not _decade_sign(line, at):
        return
    yield from _decade_of(at, at + 1 + (line.norm(at + 1) == "s" and line.touches(at)), number)


def _decade_of(start: int, end: int, number: int) -> Iterator[Heard]:
    """The 90s are 1990 to 1999; the 20s are in doubt, for both centuries have had theirs."""
    if number >= 40:
        yield Heard(start, end, whole_years(1900 + number, 10))
        return
    yield Heard(start, end, whole_years(2000 + number, 10), doubt=Doubt.CENTURY)
    yield Heard(start, end, whole_years(1900 + number, 10), SECOND_CHOICE, Doubt.CENTURY)
