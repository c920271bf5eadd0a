"""When two results say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    chosen: list[Sequence[str]] = []
    for column in few:
        found = next((c for c in many if _bag(c) == _bag(column) and all(c is not other for other in chosen)), None)
        if found is None:
            return False
        chosen.append(found)
    rows = [list(zip(*columns, strict=True)) for columns in (few, chosen)]
    return rows[0] == rows[1] if ordered else sorted(rows[0]) == sorted(rows[1])


def _columns(result: Result) -> list[Sequence[str]]:
    return [[_spelled(row[at]) for row in result.rows or ()] for at in range(len(result.columns))]


def _without_gaps(columns: list[Sequence[str]]) -> list[Sequence[str]]:
    """A list of values says nothing by an empty one among them."""
    return [[cell for cell in column if cell != GAP] for column in columns]


def _spelled(cell: Cell) -> str:
    return f"{cell:.{DIGITS}g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else repr(cell)


def _bag(values: Iterable[str]) -> list[str]:
    return sorted(values)
