"""Headers whose cells are numbers: years, and the numbers that count columns (months, weeks, classes)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, is_typed, is_year

Row = list[str]

MOSTLY = 0.7
FEWEST_COUNTED = 4
FEWEST_UNDER_A_WORD = 3
FEWEST_YEARS = 3
FEWEST_YEARS_UNDER_A_WORD = 2
WIDEST_STEP = 10  # years between two columns


def counts_columns(row: Row, body: Sequence[Row]) -> bool:
    """0, 1, 2, 3 … or 1, 2, 3, 4 …, behind a word or with nothing over the first column: what programs and people write over columns of one kind.

    Over words; over other numbers only where these do not count on, and are not the same numbers in another order.
    """
    named = names_first_column(row, body) or over_unnamed_words(row, body)
    numbers = [cell.strip() for cell in (row[1:] if named or not row[0].strip() else row)]
    fewest = FEWEST_UNDER_A_WORD if named else FEWEST_COUNTED
    if len(numbers) < fewest or numbers not in ([str(first + n) for n in range(len(numbers))] for first in (0, 1)):
        return False
    if any(mostly_words(column(body, index)) for index in range(len(row) if not named else 0)):
        return True
    below = [row[-len(numbers) :] for row in body]
    return (
        not goes_on(numbers, below[0])
        and any(set(cells) - set(numbers) for cells in below)
        and (named or mostly_fractions(below))
    )


def names_years(row: Row, body: Sequence[Row]) -> bool:
    """Years in equal steps beside words; two are enough behind a word over words, where no years stand below them."""
    years = [index for index, cell in enumerate(row) if is_year(cell)]
    if not years or any(is_typed(cell) and not is_year(cell) for cell in row):
        return False
    steps = {b - a for a, b in pairwise(int(row[index].strip()[:4]) for index in years)}
    if len(steps) != 1 or not 0 < abs(steps.pop()) <= WIDEST_STEP:
        return False
    if len(years) >= FEWEST_YEARS:
        return True
    below = [is_year(cell) for index in years for cell in column(body, index)]
    others = 2 * sum(below) < len(below)
    return (
        len(years) >= FEWEST_YEARS_UNDER_A_WORD
        and others
        and (names_first_column(row, body) or over_unnamed_words(row, body))
    )


def names_first_column(row: Row, body: Sequence[Row]) -> bool:
    """A word over a column of words of which it is none."""
    words = column(body, 0)
    return cell_kind(row[0]) is CellKind.TEXT and mostly_words(words) and row[0] not in words


def over_unnamed_words(row: Row, body: Sequence[Row]) -> bool:
    return not row[0].strip() and mostly_words(column(body, 0))


def goes_on(numbers: Sequence[str], below: Row) -> bool:
    """Does the next row count on from this one, or again?"""
    last = int(numbers[-1])
    return [cell.strip() for cell in below] == [str(last + 1 + n) for n in range(len(numbers))]


def mostly_fractions(rows: Sequence[Row]) -> bool:
    cells = [cell for row in rows for cell in row if cell.strip()]
    return sum("." in cell or "," in cell for cell in cells) > MOSTLY * len(cells)


def mostly_words(cells: Sequence[str]) -> bool:
    return sum(cell_kind(cell) is CellKind.TEXT for cell in cells) > MOSTLY * len(cells)


def column(rows: Sequence[Row], index: int) -> list[str]:
    return [row[index] for row in rows if index < len(row)]
