"""Headers whose cells are numbers: years, and the numbers that count columns (months, weeks, classes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, is_typed, is_year, typed_share

Row = list[str]

MOSTLY = 0.7
FEWEST_COUNTED = 3  # two numbers that follow one another are common among data
FEWEST_ROWS_NUMBERED = 2  # under an empty cell: that a single row is number 0 or 1 tells nothing
FEWEST_YEARS = 3
FEWEST_YEARS_UNDER_A_WORD = 2
WIDEST_STEP = 10  # years between two columns


def counts_columns(row: Row, body: Sequence[Row]) -> bool:
    """0, 1, 2, 3 … or 1, 2, 3, 4 …, behind a word or with nothing over the first column: what programs and people write over columns of one kind.

    Over words; over other numbers only where these do not count on, and are not the same numbers in another order. With nothing over numbered rows, as
    data frames are written, any numbers are names.
    """
    if over_numbered_rows(row, body):
        return True
    named = names_first_column(row, body) or over_unnamed_words(row, body)
    numbers = counted_from_start(row, named=named)
    if numbers is None:
        return False
    if not named and over_words(row, body):
        return True
    return differ(numbers, body) and (named or not numbers_rows(row, body))


def may_be_values(row: Row, body: Sequence[Row]) -> bool:
    """Is it nothing but their counting that makes names of numbers over numbers, or could have done so?"""
    numbers = counted_from_start(row, named=False)
    others = over_numbered_rows(row, body) or over_words(row, body) or names_first_column(row, body)
    return numbers is not None and bool(body) and not others and not goes_on(numbers, body[0][-len(numbers) :])


def counted_from_start(row: Row, *, named: bool) -> list[str] | None:
    """The cells that count 0, 1, 2 … or 1, 2, 3 … over at least three columns, as far as they have to; None where they do not."""
    numbers = [cell.strip() for cell in (row[1:] if named or not row[0].strip() else row)]
    return numbers if len(numbers) >= FEWEST_COUNTED and is_count(numbers) else None


def is_count(cells: Sequence[str]) -> bool:
    return any(cells == [str(first + n) for n in range(len(cells))] for first in (0, 1))


def over_numbered_rows(row: Row, body: Sequence[Row]) -> bool:
    """Nothing over a first column that counts the rows, and numbers that differ over all others: an index, which has no name."""
    labels = [cell.strip() for cell in row[1:]]
    if row[0].strip() or not labels or not all(labels) or len(set(labels)) < len(labels):
        return False
    rows = [cell.strip() for cell in column(body, 0)]
    return is_count(rows) and (len(rows) >= FEWEST_ROWS_NUMBERED or is_count(labels))


def numbers_rows(row: Row, body: Sequence[Row]) -> bool:
    """Does the first column count on from this row, so that it is the first of numbered rows ("1,2,3" over "2,7,1" and "3,9,0")?"""
    first = int(row[0]) if row[0].strip().isdecimal() else None
    return first is not None and [cell.strip() for cell in column(body, 0)] == [
        str(first + 1 + n) for n in range(len(body))
    ]


def differ(numbers: Sequence[str], body: Sequence[Row]) -> bool:
    below = [row[-len(numbers) :] for row in body]
    return bool(below) and not goes_on(numbers, below[0]) and any(set(cells) - set(numbers) for cells in below)


def over_words(row: Row, body: Sequence[Row]) -> bool:
    return any(mostly_words(column(body, index)) for index in range(len(row)))


def names_years(row: Row, body: Sequence[Row]) -> bool:
    """Years in equal steps beside words; two are enough behind a word over words, or beside names of rows, where no years stand below them."""
    years = [index for index, cell in enumerate(row) if is_year(cell)]
    if not years or any(is_typed(cell) and not is_year(cell) for cell in row):
        return False
    steps = {b - a for a, b in pairwise(int(row[index].strip()[:4]) for index in years)}
    if len(steps) != 1 or not 0 < abs(steps.pop()) <= WIDEST_STEP:
        return False
    if len(years) >= FEWEST_YEARS:
        return True
    beside = over_names_of_rows(row, body)
    below = [is_year(cell) for index in years for cell in column(body, index + beside)]
    others = 2 * sum(below) < len(below)
    named = beside or names_first_column(row, body) or over_unnamed_words(row, body)
    return len(years) >= FEWEST_YEARS_UNDER_A_WORD and others and named


def names_first_column(row: Row, body: Sequence[Row]) -> bool:
    """A word over a column of words of which it is none, or over numbers."""
    cells = column(body, 0)
    return cell_kind(row[0]) is CellKind.TEXT and row[0] not in cells and (mostly_words(cells) or mostly_typed(cells))


def over_unnamed_words(row: Row, body: Sequence[Row]) -> bool:
    return not row[0].strip() and mostly_words(column(body, 0))


def over_names_of_rows(row: Row, body: Sequence[Row]) -> bool:
    """Is there one name fewer than the rows have cells, over distinct words, as R writes names of rows?"""
    words = column(body, 0)
    return (
        mostly_words(words)
        and len(set(words)) == len(words)
        and all(len(below) == len(row) + 1 for below in body if any(map(str.strip, below)))
    )


def goes_on(numbers: Sequence[str], below: Row) -> bool:
    """Does the next row count on from this one, or again?"""
    last = int(numbers[-1])
    return [cell.strip() for cell in below] == [str(last + 1 + n) for n in range(len(numbers))]


def mostly_words(cells: Sequence[str]) -> bool:
    return sum(cell_kind(cell) is CellKind.TEXT for cell in cells) > MOSTLY * len(cells)


def mostly_typed(cells: Sequence[str]) -> bool:
    return typed_share(Counter(map(cell_kind, cells))) > MOSTLY


def column(rows: Sequence[Row], index: int) -> list[str]:
    return [row[index] for row in rows if index < len(row)]
