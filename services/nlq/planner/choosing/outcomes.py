"""When two results say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from shared.plan.agreement import compare
from shared.plan.result import Cell, Result

GAP = repr(None)
DIGITS = 9  # as many as the two renderings of a plan agree in (shared.plan.agreement)


def say_the_same(left: Result, right: Result, *, ordered: bool) -> bool:
    """Whether the columns of one are all among those of the other, row by row: showing more beside an answer is no other answer.

    Of results that are too long to come with their rows, only the same columns can be told to be the same.
    """
    if left.rows is None or right.rows is None:
        return compare(left, right) is None
    few, many = sorted((_columns(left), _columns(right)), key=len)
    if len(few) == len(many) == 1:
        few, many = _without_gaps(few), _without_gaps(many)
    elif left.total_rows != right.total_rows:
        return False
    labels = len(few) > 1 and left.total_rows > 1
    left_over = list(many)
    pairs: list[tuple[Sequence[str], Sequence[str]]] = []
    for column in few:
        alike = ((at, pair) for at, c in enumerate(left_over) if (pair := _alike(column, c, labels)) is not None)
        at, pair = next(alike, (-1, None))
        if pair is None:
            return False
        del left_over[at]
        pairs.append(pair)
    rows = [list(zip(*columns, strict=True)) for columns in zip(*pairs, strict=True)]
    return rows[0] == rows[1] if ordered else sorted(rows[0]) == sorted(rows[1])


def _alike(left: Sequence[str], right: Sequence[str], labels: bool) -> tuple[Sequence[str], Sequence[str]] | None:
    """Two columns with the same values, in whatever order. Beside figures, which are compared as well, the months of one year are the
    same labels as their first days."""
    written = [(left, right)]
    if labels:
        written += [(part, right) for part in _calendar_parts(left)] + [(left, part) for part in _calendar_parts(right)]
    return next((pair for pair in written if _bag(pair[0]) == _bag(pair[1])), None)


def _calendar_parts(column: Sequence[str]) -> Iterator[Sequence[str]]:
    """Years, quarters and months of a column of days, as numbers; none of any other column."""
    try:
        days = [date.fromisoformat(cell.strip("'")) for cell in column]
    except ValueError:
        return
    yield [_spelled(day.year) for day in days]
    yield [_spelled((day.month + 2) // 3) for day in days]
    yield [_spelled(day.month) for day in days]


def _columns(result: Result) -> list[Sequence[str]]:
    return [[_spelled(row[at]) for row in result.rows or ()] for at in range(len(result.columns))]


def _without_gaps(columns: list[Sequence[str]]) -> list[Sequence[str]]:
    """A list of values says nothing by an empty one among them."""
    return [[cell for cell in column if cell != GAP] for column in columns]


def _spelled(cell: Cell) -> str:
    return f"{cell:.{DIGITS}g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else repr(cell)


def _bag(values: Iterable[str]) -> list[str]:
    return sorted(values)
