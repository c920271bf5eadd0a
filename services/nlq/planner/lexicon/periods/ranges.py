"""Periods made of two or more: from X to Y, X and Y."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.nlq.planner.lexicon.periods.heard import Heard, piece_in, year_after
from services.nlq.planner.lexicon.periods.model import Anchor, InYear, Open, Period, Piece, Recurring, Several, Span
from services.nlq.planner.lexicon.spoken import SECOND_CHOICE, Doubt, Line

Heards = Mapping[int, Sequence[Heard]]
_TO: tuple[tuple[str, ...], ...] = (
    ("to",),
    ("until",),
    ("till",),
    ("through",),
    ("through", "to"),
    ("thru",),
    ("up", "to"),
    ("and",),
)
_DASHES = frozenset("-–—")
_NOW: tuple[tuple[str, ...], ...] = (
    ("to", "date"),
    ("to", "today"),
    ("to", "now"),
    ("until", "now"),
    ("until", "today"),
    ("to", "present"),
    ("to", "the", "present"),
)
_CYCLES = {"weekday": range(1, 8), "hour": range(24), "month": range(1, 13), "quarter": range(1, 5)}
# A list is read pair by pair, so that its length bounds the work: nobody names more periods in one breath.
_LONGEST_LIST = 8


def read_range(line: Line, left: Heard, heards: Heards) -> Iterator[Heard]:
    """Both ends belong to it: January to March has all of March."""
    before = line.norm(left.start - 1)
    opened = left.start - 1
    if before == "the":
        before, opened = line.norm(left.start - 2), left.start - 2
    start = opened if before in ("from", "between") else left.start
    for words in _TO:
        if line.phrase(left.end, words) and (words != ("and",) or before == "between"):
            at = left.end + len(words)
            for right in heards.get(at + (line.norm(at) == "the"), ()):
                yield from _joined(start, left, right)
    if line.gap(left.end - 1) in _DASHES:
        for right in heards.get(left.end, ()):
            yield from _joined(start, left, right)
    for words in _NOW:
        if line.phrase(left.end, words) and isinstance(left.value, Span):
            yield Heard(start, left.end + len(words), Open(left.value.start, None))


def read_days_of_a_month(line: Line, at: int, heards: Heards) -> Iterator[Heard]:
    """Between 3 and 10 March 2023; 3-10 March: the first number is a day of the month that follows."""
    first, opener = line.whole_number(at, 1, 31), line.norm(at - 1)
    joined = line.norm(at + 1) in ("to", "until", "through") or (opener == "between" and line.norm(at + 1) == "and")
    dashed = line.gap(at) in _DASHES
    if first is None or not (joined or dashed):
        return
    begins = at + (1 if dashed else 2)
    if line.whole_number(begins, 1, 31) is None:  # "5-Mar-23" is a date
        return
    for right in heards.get(begins, ()):
        value, start = right.value, at - (opener in ("from", "between"))
        if isinstance(value, Span) and (value.end - value.start).days == 1 and first < value.start.day:
            yield Heard(start, right.end, Span(value.start.replace(day=first), value.end), right.cost, right.doubt)
        elif isinstance(value, Piece) and value.unit == "day" and first < value.day:
            piece = Piece("day", value.number, first)
            yield Heard(start, right.end, InYear(piece, value, Anchor.NEWEST), right.cost, Doubt.YEAR)


def read_days_after_a_month(line: Line, left: Heard) -> Iterator[Heard]:
    """March 5-10, 2023; March 5 to 10."""
    if not isinstance(left.value, Piece) or left.value.unit != "day" or line.norm(left.start)[0].isdigit():
        return
    at = left.end + (line.norm(left.end) in ("to", "through", "until"))
    last = line.whole_number(at, left.value.day + 1, 31)
    if last is None or (at == left.end and line.gap(at - 1) not in _DASHES):
        return
    piece = Piece("day", left.value.number, last)
    if piece_in(piece, 2000) is None:  # a leap year has every day
        return
    start = left.start - (line.norm(left.start - 1) == "from")
    yield Heard(start, at + 1, InYear(left.value, piece, Anchor.NEWEST), doubt=Doubt.YEAR)
    found = year_after(line, at + 1)
    first, end = (piece_in(left.value, found[0]), piece_in(piece, found[0])) if found else (None, None)
    if found and first and end:
        yield Heard(start, found[1], Span(first.start, end.end))


def read_list(line: Line, left: Heard, heards: Heards, length: int = 2) -> Iterator[Heard]:
    """2021, 2022 and 2023; March or April; Mondays and Tuesdays: as one condition that any of them meets."""
    sign, word = line.gap(left.end - 1), line.norm(left.end)
    at = left.end + (word in ("and", "or", "&"))
    if (at == left.end and sign != ",") or line.norm(left.start - 1) == "between" or length > _LONGEST_LIST:
        return
    for right in heards.get(at + (line.norm(at) in ("in", "on", "the")), ()):
        value = _together(left.value, right.value)
        if value is None:
            continue
        said = isinstance(right.value, Span) and left.doubt is Doubt.YEAR
        doubt = (
            right.doubt or (None if said else left.doubt) or (Doubt.YEAR if isinstance(right.value, Piece) else None)
        )
        both = Heard(left.start, right.end, value, max(left.cost, right.cost), doubt, min(left.bare, right.bare))
        yield both
        yield from read_list(line, both, heards, length + 1)


def _joined(start: int, left: Heard, right: Heard) -> Iterator[Heard]:
    for rank, value in enumerate(_between(left.value, right.value)):
        unsaid = isinstance(left.value, Piece) and isinstance(right.value, Piece)
        doubt = left.doubt or right.doubt or (Doubt.YEAR if unsaid else None)
        yield Heard(start, right.end, value, left.cost + right.cost + rank * SECOND_CHOICE, doubt)


def _between(left: Period | Piece, right: Period | Piece) -> list[Period]:
    """The readings of a range, the likeliest first; the year that one end leaves out is the other's."""
    if isinstance(left, Piece) and isinstance(right, Span):
        span = piece_in(left, right.start.year)
        if span and span.start >= right.end:
            span = piece_in(left, right.start.year - 1)
        return [Span(span.start, right.end)] if span and span.start < right.end else []
    if isinstance(left, Span) and isinstance(right, Piece):
        # "2023-Q2" is a quarter, and nobody says "from 2022 to May"
        span = None if left.years else piece_in(right, left.start.year)
        return [Span(left.start, span.end)] if span and left.start < span.start else []
    if isinstance(left, Span) and isinstance(right, Span):
        return [Span(left.start, right.end)] if left.start < right.start else []
    if isinstance(left, Piece) and isinstance(right, Piece) and left.unit == right.unit:
        return _pieces_between(left, right)
    if isinstance(left, Recurring) and isinstance(right, Recurring) and left.part == right.part:
        return _turns_between(left, right)
    return []


def _pieces_between(left: Piece, right: Piece) -> list[Period]:
    in_year: list[Period] = [InYear(left, right, Anchor.NEWEST)]
    if left.unit in ("month", "quarter"):
        return [Recurring(left.unit, _around(left.unit, left.number, right.number)), *in_year]
    return in_year


def _turns_between(left: Recurring, right: Recurring) -> list[Period]:
    """Monday to Friday has Friday; 9am to 5pm ends when the clock strikes five."""
    if len(left.values) > 1 or len(right.values) > 1 or left.values == right.values:
        return []
    values = _around(left.part, left.values[0], right.values[0])
    return [Recurring(left.part, values[:-1] if left.part == "hour" else values)]


def _around(part: str, first: int, last: int) -> tuple[int, ...]:
    """November to February goes round the end of the year."""
    cycle = _CYCLES[part]
    count = (last - first) % len(cycle) + 1
    return tuple(cycle[(first - cycle[0] + i) % len(cycle)] for i in range(count))


def _together(left: Period | Piece, right: Period | Piece) -> Period | None:
    if isinstance(left, Piece) and isinstance(right, Span):
        left = piece_in(left, right.start.year) or left
    left, right = _coming_back(left), _coming_back(right)
    if isinstance(left, Recurring) and isinstance(right, Recurring) and left.part == right.part:
        return Recurring(left.part, tuple(dict.fromkeys(left.values + right.values)))
    if isinstance(left, Recurring) and isinstance(right, Span):
        earlier = _in_year(left, right.start.year)
    else:
        earlier = left.of if isinstance(left, Several) else (left,) if isinstance(left, Span) else ()
    if earlier and isinstance(right, Span) and _alike(earlier[-1], right):
        return Several((*earlier, right))
    return None


def _in_year(turns: Recurring, year: int) -> tuple[Span, ...]:
    """The months or quarters of a list whose year is said at its end."""
    if turns.part == "month" or turns.part == "quarter":
        return tuple(Piece(turns.part, value).within(year) for value in turns.values)
    return ()


def _coming_back(value: Period | Piece) -> Period | Piece:
    """A month or a quarter as that of every year."""
    if isinstance(value, Piece) and (value.unit == "month" or value.unit == "quarter"):
        return Recurring(value.unit, (value.number,))
    return value


def _alike(left: Span, right: Span) -> bool:
    """Of about the same length, as the items of a list are: a year and a year, but not a year and a day."""
    a, b = (left.end - left.start).days, (right.end - right.start).days
    return left != right and max(a, b) <= 1.15 * min(a, b)
