"""Rows of a text table brought to its width, by the kinds of its columns and never by dropping a value; what is done to them is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from services.dataproc.reading.layout.cell_kinds import (
    LONGEST_VALUE,
    TYPED,
    CellKind,
    cell_kind,
    filled,
    is_blank,
    is_typed,
)
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import Dialect, Row

VALUES = 0.7  # of the cells of a column, where it is one of numbers or dates
MOST_SHIFTS = 3
MOST_JOINED = 60
GOOD_FIT = 0.6
TEXT_SHARE = 0.3
OFTEN = 0.05
SHAPE_WORTH = 0.25
LENGTH_WORTH = 0.15


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
        self._delimiter = dialect.sign
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


@dataclass(frozen=True)
class ColumnKinds:
    """For each column, how often a cell of each kind stands there, the one shape of its cells, if any, and their usual length.

    Where rows `end_early` so often that it is no accident, the program that wrote them leaves out empty cells at the end;
    where they `end_late`, it adds some.
    """

    shares: tuple[dict[CellKind, float], ...]
    shapes: tuple[str | None, ...]
    lengths: tuple[int, ...]
    end_early: bool = False
    end_late: bool = False

    @classmethod
    def of(cls, rows: Sequence[Row], width: int) -> ColumnKinds:
        whole = [row for row in rows if len(row) == width]
        columns = [[row[i] for row in whole] for i in range(width)]
        short = sum(0 < len(row) < width and not is_blank(row) for row in rows)
        long = sum(len(row) > width and is_blank(row[width:]) for row in rows)
        often = max(3, OFTEN * len(rows))
        return cls(
            tuple(kind_shares(cells) for cells in columns),
            tuple(common_shape(cells) for cells in columns),
            tuple(median_length(cells) for cells in columns),
            short >= often,
            long >= often,
        )

    def at_home(self, row: Row) -> bool:
        """Is every cell among cells of its kind, or alone in its column?"""
        return all(
            fine_kind(cell) in shares or shares.keys() <= {CellKind.EMPTY}
            for cell, shares in zip(row, self.shares, strict=True)
            if cell.strip()
        )

    def fit(self, row: Row) -> float:
        """How well the cells of a row of full width suit their columns."""
        return sum(self.cell_fit(index, cell) for index, cell in enumerate(row))

    def cell_fit(self, column: int, cell: str) -> float:
        """The share of the column's cells that are of this kind, more for its shape, less for a text of unusual length."""
        kind, wanted = fine_kind(cell), self.shapes[column]
        fit = self.shares[column].get(kind, 0.0) + SHAPE_WORTH * (wanted is not None and shape(cell) == wanted)
        if kind is CellKind.TEXT:
            fit -= LENGTH_WORTH * abs(log((len(cell) + 2) / (self.lengths[column] + 2)))
        return fit - 0.001 * column * (cell == "")


def fine_kind(cell: str) -> CellKind:
    """The kind of a cell, where links and codes are told from running text."""
    kind = CellKind.NUMBER if len(cell) < LONGEST_VALUE and cell.isdecimal() else cell_kind(cell)
    if kind is CellKind.TEXT and " " not in cell:
        if "://" in cell or "@" in cell:
            return CellKind.LINK
        return CellKind.CODE if any(c.isdigit() for c in cell) else kind
    return kind


def kind_shares(cells: list[str]) -> dict[CellKind, float]:
    counts = Counter(fine_kind(cell) for cell in cells)
    return {kind: count / len(cells) for kind, count in counts.items()} if cells else {}


def median_length(cells: list[str]) -> int:
    lengths = sorted(len(cell) for cell in cells if cell)
    return lengths[len(lengths) // 2] if lengths else 0


def shape(cell: str) -> str:
    """Digits as 9, letters as a."""
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in cell)


def common_shape(cells: list[str]) -> str | None:
    counts = Counter(shape(cell) for cell in cells if cell and len(cell) <= 40)
    if not counts:
        return None
    best, count = counts.most_common(1)[0]
    return best if count >= 0.8 * len(cells) and len(cells) >= 3 else None


def fit_row(row: Row, width: int, kinds: ColumnKinds, delimiter: str) -> tuple[Row | None, Repair | None]:
    """The row with `width` cells and what was done, or (None, …) when its values do not fit in that many columns."""
    extra = len(row) - width
    if extra == 0:
        return row, None
    if extra < 0:
        return lengthen(row, -extra, kinds)
    if is_blank(row[width:]) and (
        extra > MOST_SHIFTS
        or (kinds.end_late and kinds.at_home(row[:width]))
        or kinds.fit(row[:width]) >= best_without(row, extra, kinds)[0]
    ):
        return row[:width], Repair.EMPTY_CELLS_BEYOND
    score, shorter = best_without(row, extra, kinds)
    if shorter is not None and score > 0:
        return shorter, Repair.EXTRA_EMPTY_CELL
    merged = best_merged(row, extra, kinds, delimiter)
    return (merged, Repair.UNQUOTED_DELIMITER) if merged is not None else (None, None)


def best_without(row: Row, extra: int, kinds: ColumnKinds) -> tuple[float, Row | None]:
    """The best fit among rows with `extra` empty cells left out."""
    if extra > MOST_SHIFTS:
        return -1.0, None
    score, current = 0.0, list(row)
    for _ in range(extra):
        options = [current[:i] + current[i + 1 :] for i, cell in enumerate(current) if not cell.strip()]
        if not options:
            return -1.0, None
        width = len(kinds.shares)
        scored = [(kinds.fit((option + [""] * width)[:width]), -n, option) for n, option in enumerate(options)]
        score, _, current = max(scored)
    return score, current


def best_merged(row: Row, extra: int, kinds: ColumnKinds, delimiter: str) -> Row | None:
    """Neighbouring cells joined in columns of text, where every other cell then suits its column."""
    if extra > MOST_JOINED:
        return None
    found = align(row, kinds, delimiter)
    return found[1] if found is not None and found[0] >= GOOD_FIT * len(kinds.shares) else None


def align(cells: Row, kinds: ColumnKinds, delimiter: str) -> tuple[float, Row] | None:
    """The best division of more cells than columns among the columns, in order; only columns of text take several."""
    width, extra = len(kinds.shares), len(cells) - len(kinds.shares)
    best: dict[int, tuple[float, Row]] = {0: (0.0, [])}
    for column in range(width):
        spans = range(1, extra + 2) if kinds.shares[column].get(CellKind.TEXT, 0.0) > TEXT_SHARE else range(1, 2)
        reached: dict[int, tuple[float, Row]] = {}
        for taken, (score, row) in best.items():
            for span in spans:
                if taken + span + width - column - 1 > len(cells):
                    break
                cell = delimiter.join(cells[taken : taken + span])
                total = score + kinds.cell_fit(column, cell)
                if taken + span not in reached or total > reached[taken + span][0]:
                    reached[taken + span] = (total, [*row, cell])
        best = reached
    return best.get(len(cells))


def lengthen(row: Row, missing: int, kinds: ColumnKinds) -> tuple[Row, Repair]:
    """Cut a glued pair of cells apart, or put empty cells where the others then fit best (at the end when nothing speaks against it)."""
    width = len(kinds.shares)
    padded = row + [""] * missing
    if kinds.end_early and kinds.at_home(padded):
        return padded, Repair.TOO_FEW_CELLS
    if missing == 1 and (parted := part_glued(row, kinds)) is not None:
        return parted, Repair.MISSING_DELIMITER
    if missing > MOST_SHIFTS or not row:
        return padded, Repair.TOO_FEW_CELLS
    best, best_score = padded, kinds.fit(padded) + 0.5
    for index in range(len(row)):
        candidate = row[:index] + [""] * missing + row[index:]
        if (score := kinds.fit(candidate)) > best_score and len(candidate) == width:
            best, best_score = candidate, score
    return best, Repair.TOO_FEW_CELLS


def part_glued(row: Row, kinds: ColumnKinds) -> Row | None:
    """Two values that stand in one cell, told apart by the fixed shape of their columns."""
    width = len(kinds.shares)
    best, best_score = None, kinds.fit([*row, ""]) + 0.3
    for index, cell in enumerate(row):
        for cut in cuts(cell, kinds.shapes[index], kinds.shapes[index + 1]):
            candidate = [*row[:index], cell[:cut], cell[cut:], *row[index + 1 :]]
            score = kinds.fit(candidate)
            if score > best_score and score >= 0.75 * width:
                best, best_score = candidate, score
    return best


def cuts(cell: str, left: str | None, right: str | None) -> list[int]:
    """Positions at which the cell would fall into the shapes of its own and the next column."""
    found = []
    if left and len(left) < len(cell) and shape(cell[: len(left)]) == left:
        found.append(len(left))
    if right and len(right) < len(cell) and shape(cell[-len(right) :]) == right:
        found.append(len(cell) - len(right))
    return found
