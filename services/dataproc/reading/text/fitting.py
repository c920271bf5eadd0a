"""Rows of a text table brought to its width; what is done to them is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.dataproc.reading.layout.cell_kinds import TYPED, filled, is_blank, is_typed
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.text.ragged import ColumnKinds, fit_row
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import Dialect, Row

VALUES = 0.7  # of the cells of a column, where it is one of numbers or dates


def fitted(rows: Iterable[Row], fitting: Fitting) -> Iterator[Row]:
    """Rows of exactly the table's width, without blank ones and repetitions of the header."""
    for number, row in enumerate(rows, fitting.first):
        if (fixed := fitting(row, number)) is not None:
            yield fixed


class Fitting:
    """Brings one row to the table's width; None for a blank row, and for the header where it comes back."""

    def __init__(self, layout: Layout, kinds: ColumnKinds, dialect: Dialect, repairs: Repairs) -> None:
        self.first = layout.start + 1
        self.header = header_over_values(layout, kinds)
        self._width = layout.width
        self._kinds = kinds
        self._delimiter = dialect.delimiter
        self._repairs = repairs

    def __call__(self, row: Row, number: int) -> Row | None:
        if is_blank(row):
            if self._width > 1:
                return None
            row = row or [""]
        if self.header and row[0].strip() == self.header[0] and [cell.strip() for cell in row] == self.header:
            self._repairs.note(Repair.HEADER_LEFT_OUT, number)
            return None
        return row if len(row) == self._width else self._repaired(row, number)

    def _repaired(self, row: Row, number: int) -> Row:
        fixed, repair = fit_row(row, self._width, self._kinds, self._delimiter)
        if fixed is None:
            fixed = [*row[: self._width - 1], joined(row[self._width - 1 :], self._delimiter)]
        self._repairs.note(repair or Repair.TOO_MANY_CELLS, number)
        return fixed


def header_over_values(layout: Layout, kinds: ColumnKinds) -> Row:
    """The cells of a header of one row, if one of them is a word over a column of values; else none, as rows could be like it."""
    below = zip(layout.names, kinds.shares, strict=False)
    single = layout.header[1] - layout.header[0] == 1
    tells = any(
        name and not is_typed(name) and sum(shares.get(kind, 0) for kind in TYPED) >= VALUES for name, shares in below
    )
    return list(layout.names) if single and tells and filled(list(layout.names)) > 1 else []


def joined(cells: Row, delimiter: str) -> str:
    """Several cells in one, never so that two numbers become another number."""
    text = delimiter.join(cells)
    return f"{delimiter} ".join(cells) if is_typed(text) else text
