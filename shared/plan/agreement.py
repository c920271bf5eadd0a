"""Do two results of one plan agree? A number is shown only where they do (docs/decisions/0022)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from shared.plan.query import Group, Pivot, Query, Show, Sort, Take
from shared.plan.result import Cell, NumberSums, Result, Row, is_number, rest_of

# Two engines add the same doubles up in another order: of a million values that costs some 1e-13 of the sum of their sizes. What differs
# by more than a billionth was computed differently. Near zero, where sums cancel, a billionth of one.
RELATIVE = 1e-9
ABSOLUTE = 1e-9


@dataclass(frozen=True)
class Difference:
    """Where two results part. `column` and `row` are told where one of them is to blame; cells are the first pair that differs."""

    kind: Literal["columns", "rows", "values", "order"]
    detail: str
    column: str | None = None
    row: int | None = None


def compare(first: Result, second: Result, order: Sequence[str] = ()) -> Difference | None:
    """None where they agree. `order`: columns by which the rows are sorted (`sorted_by`); without any, rows are compared as multisets.

    Names of columns are compared where there are several: one alone cannot be taken for another.
    """
    if len(first.columns) != len(second.columns):
        return Difference("columns", f"{len(first.columns)} columns against {len(second.columns)}")
    if len(first.columns) > 1:
        for name, other in zip(first.columns, second.columns, strict=True):
            if not same_name(name, other):
                return Difference("columns", f"{name!r} against {other!r}", column=name)
    if first.total_rows != second.total_rows:
        return Difference("rows", f"{first.total_rows} rows against {second.total_rows}")
    if first.rows is None or second.rows is None:
        return _compare_sketches(first, second)
    return _compare_rows(first.columns, first.rows, second.rows, order)


def same_name(name: str, other: str) -> bool:
    """Headings of a pivot are values: 2024 may be written 2024.0."""
    try:
        return name == other or float(name) == float(other)
    except ValueError:
        return False


def same_cell(first: Cell, second: Cell) -> bool:
    """Types count, but for that of a number: 3 and 3.0 are the same."""
    if is_number(first) and is_number(second):
        return math.isclose(first, second, rel_tol=RELATIVE, abs_tol=ABSOLUTE)  # type: ignore[arg-type]
    return type(first) is type(second) and first == second


def sorted_by(query: Query) -> tuple[str, ...]:
    """The columns by which a plan's result is in order, as far as they are shown; rows that tie in them are not told apart."""
    order: list[tuple[str | None, str]] = []
    for step in query.steps:
        match step:
            case Sort():
                order = [(key.of.table, key.of.name) for key in step.by] + order
            case Group():
                order = [(None, key.name) for key in step.by]
            case Pivot():
                order = [(step.rows.table, step.rows.name)]
            case Take() if step.by is not None:
                order = [(field.table, field.name) for field in (*step.within, step.by)] + order
            case Show():
                shown = {
                    (named.of.table, named.of.name): named.name for named in step.columns if named.of.kind == "field"
                }
                order = _prefix([(None, shown[key]) if key in shown else None for key in order])
    return tuple(name for _, name in order)


def _prefix(keys: list[tuple[str | None, str] | None]) -> list[tuple[str | None, str]]:
    """A further key says nothing once one before it is hidden."""
    found: list[tuple[str | None, str]] = []
    for key in keys:
        if key is None:
            break
        found.append(key)
    return found


def _compare_rows(
    names: Sequence[str], first: Sequence[Row], second: Sequence[Row], order: Sequence[str]
) -> Difference | None:
    positions = [names.index(name) for name in takewhile(lambda name: name in names, order)]
    for number, (row, other) in enumerate(zip(first, second, strict=True)):
        for at in positions:
            if not same_cell(row[at], other[at]):
                return Difference("order", f"{row[at]!r} against {other[at]!r}", names[at], number)
    unmatched = _Rows(second)
    for number, row in enumerate(first):
        if not unmatched.take(row):
            return _difference_of(names, number, row, second[number])
    return None


def _difference_of(names: Sequence[str], number: int, row: Row, other: Row) -> Difference:
    at = next(
        (at for at, (cell, against) in enumerate(zip(row, other, strict=True)) if not same_cell(cell, against)), 0
    )
    return Difference("values", f"{row[at]!r} against {other[at]!r}", names[at], number)


class _Rows:
    """A multiset of rows, found by what is no number in them and then by their numbers, within the tolerance."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_rest: defaultdict[Row, list[tuple[float, ...]]] = defaultdict(list)
        for row in rows:
            self._by_rest[_typed(rest_of(row))].append(_numbers(row))
        for numbers in self._by_rest.values():
            numbers.sort()

    def take(self, row: Row) -> bool:
        """Whether there is such a row; it is there no more."""
        held, wanted = self._by_rest[_typed(rest_of(row))], _numbers(row)
        margin = max(RELATIVE * abs(wanted[0]), ABSOLUTE) * 2 if wanted else 0.0
        at = bisect_left(held, (wanted[0] - margin,)) if wanted else 0
        while at < len(held) and (not wanted or held[at][0] <= wanted[0] + margin):
            if all(map(same_cell, held[at], wanted)):
                del held[at]
                return True
            at += 1
        return False


def _typed(rest: Row) -> Row:
    """For Python True is 1."""
    return tuple(f"\0{cell}" if isinstance(cell, bool) else cell for cell in rest)


def _numbers(row: Row) -> tuple[float, ...]:
    return tuple(float(cell) for cell in row if is_number(cell))  # type: ignore[arg-type]


def _compare_sketches(first: Result, second: Result) -> Difference | None:
    if first.sketch.texts != second.sketch.texts:
        return Difference("values", "texts, dates or missing values differ")
    for name, sums, others in zip(first.columns, first.sketch.numbers, second.sketch.numbers, strict=True):
        if not _same_sums(sums, others):
            return Difference("values", f"the numbers add up to {sums.total!r} against {others.total!r}", column=name)
    return None


def _same_sums(first: NumberSums, second: NumberSums) -> bool:
    """Errors of cells add up as their sizes do, and are twice as large in a square."""
    size = max(first.size, second.size) * RELATIVE + ABSOLUTE
    square = max(first.squares, second.squares) * 2 * RELATIVE + ABSOLUTE
    pairs = (
        (first.total, second.total, size),
        (first.size, second.size, size),
        (first.weighted, second.weighted, size),
    )
    return all(abs(one - other) <= margin for one, other, margin in (*pairs, (first.squares, second.squares, square)))
