"""The rule of each kind of expectation, applied to a result."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from eval.grading.cells import key, number, same, same_set
from eval.grading.expectations import AnyOf, Decimals, Either, Expectation, Names, Ordered, Rows, Scalar, SetOf
from eval.grading.result import Result

# Ways to choose columns that are tried for one set of rows; a result with more alike columns than that is no answer.
MOST_CHOICES = 500
SHORTEST_PART_OF_A_NAME = 3

Keys = tuple[Hashable, ...]


def is_right(result: Result, expected: Expectation, inherited: Decimals = None) -> bool:
    """Whether an answer is the expected one; refusals and questions back are judged elsewhere."""
    decimals = expected.decimals if expected.decimals is not None else inherited
    match expected:
        case SetOf(values=values):
            return _has_set(result, values, decimals)
        case Scalar(values=values):
            return any(_has_set(result, [value], decimals) for value in values)
        case Rows(rows=row_sets):
            return any(_has_rows(result, rows) for rows in row_sets)
        case Ordered(values=values):
            return _has_order(result, values, decimals)
        case Names(values=names):
            return _has_names(result, names, decimals)
        case AnyOf(of=others) | Either(of=others):
            return any(is_right(result, other, decimals) for other in others)
    return False


def _has_set(result: Result, values: Sequence[Any], decimals: Decimals) -> bool:
    """Also one text of several items, where several are expected."""
    if any(same_set(values, result.column(i), decimals) for i in range(result.width)):
        return True
    if len(values) > 1 and len(result.rows) == 1 and result.width == 1 and isinstance(result.rows[0][0], str):
        parts = [part for part in re.split(r"[,;\n]", result.rows[0][0]) if part.strip()]
        return same_set(values, parts, decimals)
    return False


def _has_order(result: Result, values: Sequence[Any], decimals: Decimals) -> bool:
    return len(result.rows) == len(values) and any(
        all(same(want, have, decimals) for want, have in zip(values, result.column(i), strict=True))
        for i in range(result.width)
    )


def _has_rows(result: Result, rows: Sequence[Sequence[Any]]) -> bool:
    """Exactly these rows, or their distinct ones; further columns do not count. Expected to be empty: no rows, or only gaps."""
    if not rows:
        return not result.rows or (len(result.rows) == 1 and all(cell in (None, "") for cell in result.rows[0]))
    want = [tuple(map(key, row)) for row in rows]
    have = [tuple(map(key, row)) for row in result.rows]
    width = min(map(len, have), default=0)
    if not width or len(have) > len(want):
        return False
    found = [{row[i] for row in have} for i in range(width)]
    candidates = [[i for i in range(width) if found[i] == set(column)] for column in zip(*want, strict=True)]
    if any(
        wanted > len(columns) for columns, wanted in Counter(map(tuple, candidates)).items()
    ):  # fewer alike columns than are wanted of them
        return False
    choices = itertools.islice(_choices(candidates), MOST_CHOICES)
    return any(_same_rows(want, [tuple(row[i] for i in choice) for row in have]) for choice in choices)


def _choices(candidates: Sequence[Sequence[int]], taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """A column of its own for each expected one, those in the result's order first."""
    if len(taken) == len(candidates):
        yield taken
        return
    for index in candidates[len(taken)]:
        if index not in taken:
            yield from _choices(candidates, (*taken, index))


def _same_rows(want: Sequence[Keys], have: Sequence[Keys]) -> bool:
    expected, found = Counter(want), Counter(have)
    return expected == found or (max(found.values()) == 1 and set(expected) == set(found))


def _has_names(result: Result, names: dict[str, Any], decimals: Decimals) -> bool:
    """A single value needs no name; where no label fits a name, the numbers alone must be exactly the expected ones."""
    values = list(names.values())
    if len(values) == 1 and _has_set(result, values, decimals):
        return True
    pairs = _labelled(result)
    if all(any(_fits(n, label) and same(v, cell, decimals) for label, cell in pairs) for n, v in names.items()):
        return True
    if any(_fits(name, label) for name in names for label, _ in pairs):
        return False
    numbers = [cell for row in result.rows for cell in row if number(cell) is not None]
    return len(numbers) == len(values) and _matched_once(values, numbers, decimals)


def _labelled(result: Result) -> list[tuple[str, Any]]:
    """Each cell under its heading where there is one row, and beside every text of its row."""
    pairs = list(zip(result.columns, result.rows[0], strict=False)) if len(result.rows) == 1 else []
    for row in result.rows:
        labels = [i for i, cell in enumerate(row) if isinstance(cell, str) and number(cell) is None]
        pairs += [(row[i], cell) for i in labels for j, cell in enumerate(row) if j != i]
    return pairs


def _fits(name: str, label: str) -> bool:
    wanted, found = (re.sub(r"[^a-z0-9]", "", str(text).lower()) for text in (name, label))
    if not wanted or not found:
        return False
    long_enough = min(len(wanted), len(found)) >= SHORTEST_PART_OF_A_NAME
    return wanted == found or (long_enough and (wanted in found or found in wanted))


def _matched_once(expected: Sequence[Any], found: Sequence[Any], decimals: Decimals) -> bool:
    left = list(found)
    for value in expected:
        hit = next((i for i, other in enumerate(left) if same(value, other, decimals)), None)
        if hit is None:
            return False
        left.pop(hit)
    return not left
