"""Numbers that an unquoted comma divides: decimal ones ("59,91" twice below two names) and grouped ones ("₹1,23,456")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from services.dataproc.reading.layout.row_names import first_name_fits, unnamed_row_names
from services.dataproc.reading.text.rejoining.model import Rejoining, Sign, Undecided
from services.dataproc.reading.text.splitting import Row

Way = tuple[int, ...]
"""How many cells each column takes."""

DECIMAL = re.compile(r"[-+(]?\s?[$€£¥₹]?\s?\d+,\d{1,6}\s?[%€)]?")
GROUPED = re.compile(r"[-+(]?\s?[$€£¥₹]?\s?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?[%)]?")
"""Groups of three, or of two before the last one as in India."""
LEADING_ZERO = re.compile(r",0\d+\s?[%€)]?$")
"""What counts and measures do not begin with."""
PROBED_ROWS = 200
MOST_SURPLUS, MOST_COLUMNS = 8, 40
MONEY = 2  # digits behind a decimal comma that are hardly an accident where all rows have them
ROWS_TO_SEE_A_ZERO = 40  # of so many fractions of two digits all but one in seventy sets have one that begins with 0
LONGEST_FRACTION = 2  # longer ones are as long in all rows, or no fractions


class Evidence(Enum):
    """How much speaks for numbers that were divided, where nothing but one column tells."""

    NONE = 0
    LIKELY = 1
    SURE = 2


@dataclass(frozen=True)
class DividedNumbers(Rejoining):
    """The cells of one column, or of several where all rows have as many cells and each column takes its `way` of them."""

    way: Way = ()

    def divides(self, row: Row) -> bool:
        return all(is_number(cells) for cells in self._cells(row) if len(cells) > 1) and len(row) >= self.width

    def join(self, row: Row) -> Row:
        return [self.delimiter.join(cells) for cells in self._cells(row)]

    def _cells(self, row: Row) -> Iterator[Row]:
        return taken(row, self.way if len(row) == sum(self.way) else alone(self.column, len(row), self.width))


def taken(row: Row, way: Way) -> Iterator[Row]:
    start = 0
    for count in way:
        yield row[start : start + count]
        start += count


def alone(column: int, cells: int, width: int) -> Way:
    """All that a row has more belongs to one column."""
    return tuple(1 + (cells - width if index == column else 0) for index in range(width))


def is_number(cells: Sequence[str]) -> bool:
    text = ",".join(cells)
    return DECIMAL.fullmatch(text) is not None or GROUPED.fullmatch(text) is not None


def divided_numbers(names: Sequence[str], body: Sequence[Row], head: int) -> DividedNumbers | Undecided | None:
    """The one way in which all rows fall under the names; None where there is none, or where names of rows explain the rows as well."""
    width = len(names)
    probed = probed_rows(body, width)
    lengths = {len(row) for row in probed}
    if width > MOST_COLUMNS or min(lengths) < width or max(lengths) - width > MOST_SURPLUS:
        return None
    if len(lengths) > 1:
        ways = [alone(column, max(lengths), width) for column in range(width)]
    else:
        ways = list(ways_of(probed[0], width))
    found = [way for way in ways if all(fits(row, way, width) for row in probed) and one_convention(probed, way)]
    if not found:
        return None
    columns = sorted({index for way in found for index, count in enumerate(way) if count > 1})
    open_names = Undecided(columns[0], columns[-1], tuple(names), max(lengths), head) if len(lengths) == 1 else None
    named_rows = unnamed_row_names(list(names), probed, width + 1)
    keeps_name = first_name_fits(list(names), probed)
    if len(found) > 1:
        return open_names if keeps_name or not named_rows else None
    evidence = evidence_for(probed, found[0])
    if evidence is Evidence.SURE or (evidence is Evidence.LIKELY and not named_rows):
        said = ", ".join(names[index] for index in columns)
        return DividedNumbers(width, columns[0], Sign.NUMBERS, ",", said, found[0])
    if keeps_name or not named_rows:
        return open_names
    doubtful = evidence is Evidence.LIKELY and columns[0] > 0 and len(body) < ROWS_TO_SEE_A_ZERO
    return replace(open_names, first=0, last=width - 1) if doubtful and open_names else None


def probed_rows(body: Sequence[Row], width: int) -> list[Row]:
    """The first rows, and the first of those behind them that are wider: one late wide row is what has to be explained."""
    wider = (row for row in islice(body, PROBED_ROWS, None) if len(row) > width)
    return [*body[:PROBED_ROWS], *islice(wider, PROBED_ROWS)]


def ways_of(row: Row, width: int) -> Iterator[Way]:
    """All ways to join neighbours of a row to so many cells that what is joined is a number."""
    if width == 1:
        if len(row) == 1 or is_number(row):
            yield (len(row),)
        return
    for count in range(1, len(row) - width + 2):
        if count == 1 or is_number(row[:count]):
            yield from ((count, *rest) for rest in ways_of(row[count:], width - 1))


def fits(row: Row, way: Way, width: int) -> bool:
    if len(row) != sum(way):
        way = alone(next(index for index, count in enumerate(way) if count > 1), len(row), width)
    return all(is_number(cells) for cells in taken(row, way) if len(cells) > 1)


def joined_columns(rows: Sequence[Row], way: Way) -> Iterator[list[str]]:
    """The joined cells of each column that has some."""
    for index in (index for index, count in enumerate(way) if count > 1):
        ways = ((row, way if len(row) == sum(way) else alone(index, len(row), len(way))) for row in rows)
        cells = [list(taken(row, own))[index] for row, own in ways]
        yield [",".join(parts) for parts in cells if len(parts) > 1]


def one_convention(rows: Sequence[Row], way: Way) -> bool:
    """Are the joined cells of a column all grouped, or all decimal ones whose fractions are short or all of a length?"""
    for cells in joined_columns(rows, way):
        lengths = {fraction_length(cell) for cell in cells}
        decimal = all(map(DECIMAL.fullmatch, cells)) and (max(lengths) <= LONGEST_FRACTION or len(lengths) == 1)
        if not decimal and not all(map(GROUPED.fullmatch, cells)):
            return False
    return True


def fraction_length(cell: str) -> int:
    return sum(map(str.isdecimal, cell.rpartition(",")[2]))


def evidence_for(rows: Sequence[Row], way: Way) -> Evidence:
    """Two columns or more are divided so by no accident; one whose parts are more than two, or begin with 0, neither."""
    columns = list(joined_columns(rows, way))
    cells = columns[0]
    many = all(map(GROUPED.fullmatch, cells)) and any(cell.count(",") > 1 for cell in cells)
    if len(columns) > 1 or many or any(map(LEADING_ZERO.search, cells)):
        return Evidence.SURE
    return Evidence.LIKELY if {fraction_length(cell) for cell in cells} == {MONEY} else Evidence.NONE
