"""In which order the names of a chart stand, and which of them stand in it where there are too many. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.nlq.answers.charts.cells import Frame, is_number

_CALENDAR: tuple[Mapping[str, int], ...] = tuple(
    {name.casefold(): at for names in forms for at, name in enumerate(names) if name}
    for forms in ((calendar.month_name, calendar.month_abbr), (calendar.day_name, calendar.day_abbr))
)


def calendar_place(cells: Sequence[Any]) -> Callable[[Any], int] | None:
    """Where each stands in the year or the week, when all of them are English names of months or of weekdays."""
    names = {str(cell).casefold() for cell in cells if cell is not None}
    places = next((places for places in _CALENDAR if names and names <= places.keys()), None)
    return None if places is None else lambda cell: places.get(str(cell).casefold(), len(places))


def in_order(frame: Frame, key: str, value: str, most_as_they_stand: int) -> Frame:
    """Months and weekdays as the calendar has them; rows that somebody sorted by their number as they are; and of many names the largest first."""
    at, number_at = frame.columns.index(key), frame.columns.index(value)
    place = calendar_place(frame.cells(key))
    if place is not None:
        return Frame(frame.columns, sorted(frame.rows, key=lambda row: place(row[at])))
    if len(set(frame.combinations([key]))) <= most_as_they_stand or is_sorted(frame.values(value)):
        return frame
    return Frame(frame.columns, sorted(frame.rows, key=lambda row: -_size(row[number_at], signed=True)))


def largest(frame: Frame, key: str, value: str, most: int) -> Frame:
    """The rows of those names that have the numbers furthest from zero, as they stood; of rows sorted by their number, the first ones."""
    at, number_at = frame.columns.index(key), frame.columns.index(value)
    sizes: dict[str, float] = {}
    for row in frame.rows:
        sizes[str(row[at])] = max(sizes.get(str(row[at]), 0.0), _size(row[number_at]))
    names = list(sizes) if is_sorted(frame.values(value)) else sorted(sizes, key=lambda name: -sizes[name])
    kept = set(names[:most])
    return Frame(frame.columns, [row for row in frame.rows if str(row[at]) in kept])


def is_sorted(numbers: Sequence[float]) -> bool:
    """One way or the other."""
    pairs = list(pairwise(numbers))
    return all(before <= after for before, after in pairs) or all(before >= after for before, after in pairs)


def _size(number: Any, *, signed: bool = False) -> float:
    """A missing one comes last."""
    if not is_number(number):
        return float("-inf") if signed else 0.0
    return float(number) if signed else abs(float(number))
