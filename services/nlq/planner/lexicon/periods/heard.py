"""What the readers of single periods hand to those of ranges and edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from services.nlq.planner.lexicon.periods.model import Period, Piece, Span, day, year
from services.nlq.planner.lexicon.spoken import PLAIN, Doubt, Line


@dataclass(frozen=True, slots=True)
class Heard:
    """A period or a piece of a year that is not said. `bare` is what it costs besides where no preposition marks it."""

    start: int
    end: int
    value: Period | Piece
    cost: float = PLAIN
    doubt: Doubt | None = None
    bare: float = PLAIN
    twin: bool = True
    """Whether an anchored one may count from the other anchor, too."""


Reader = Callable[[Line, int], Iterator[Heard]]

# POSIX: two digits up to 68 are of this century.
_LAST_OF_THIS_CENTURY = 68


def calendar_day(y: int, m: int, d: int) -> Span | None:
    try:
        return day(date(y, m, d))
    except ValueError:
        return None


def piece_in(piece: Piece, number: int) -> Span | None:
    """The piece of that year, where it has one."""
    try:
        return piece.within(number)
    except ValueError:
        return None


def full_year(short: int) -> int:
    return short + (2000 if short <= _LAST_OF_THIS_CENTURY else 1900)


def year_number(line: Line, at: int) -> int | None:
    """A year as four digits."""
    number = line.whole_number(at, 1000, 2999)
    return number if number and len(line.tokens[at].text) == 4 else None


def short_year(line: Line, at: int) -> int | None:
    """A year as two digits."""
    number = line.whole_number(at, 0, 99)
    return full_year(number) if number is not None and len(line.tokens[at].text) == 2 else None


def year_after(line: Line, at: int) -> tuple[int, int] | None:
    """The year that follows at this token, "of", "in" and "the year" skipped, and where it ends; '23 is one."""
    after = at
    for word in ("of", "in", "the", "year"):
        after += line.norm(after) == word
    number = year_number(line, after)
    if number is None and after == at and line.gap(at - 1) in ("'", "’"):
        number = short_year(line, at)
    return (number, after + 1) if number else None


def past_ordinal(line: Line, at: int) -> int:
    """Behind the letters of "1st", where they are there."""
    return at + 1 if line.norm(at) in ("st", "nd", "rd", "th") and line.touches(at - 1) else at


def with_year(
    line: Line, start: int, end: int, piece: Piece, doubt: Doubt | None = None, bare: float = PLAIN
) -> Iterator[Heard]:
    """The piece by itself, and of the year that is said after it."""
    yield Heard(start, end, piece, doubt=doubt, bare=bare)
    found = year_after(line, end)
    span = piece_in(piece, found[0]) if found else None
    if found and span:
        yield Heard(start, found[1], span, doubt=doubt)


def whole_years(first: int, count: int) -> Span:
    return Span(year(first).start, year(first + count).start)
