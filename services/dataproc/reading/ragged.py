"""Rows with too many or too few cells: put right by the kinds of the columns, never by dropping a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.dataproc.reading.cellkinds import cell_kind

Row = list[str]
MOST_SHIFTS = 3


@dataclass(frozen=True)
class ColumnKinds:
    """For each column, how often a cell of each kind stands there, and the one shape of its cells when it has one."""

    shares: tuple[dict[str, float], ...]
    shapes: tuple[str | None, ...]

    @classmethod
    def of(cls, rows: Sequence[Row], width: int) -> ColumnKinds:
        whole = [row for row in rows if len(row) == width]
        columns = [[row[i] for row in whole] for i in range(width)]
        return cls(tuple(kind_shares(cells) for cells in columns), tuple(common_shape(cells) for cells in columns))

    def fit(self, row: Row) -> float:
        """How well the cells of a row of full width suit their columns."""
        total = 0.0
        for index, (cell, shares, wanted) in enumerate(zip(row, self.shares, self.shapes, strict=True)):
            total += shares.get(cell_kind(cell), 0.0)
            total += 0.25 * (wanted is not None and shape(cell) == wanted) - 0.001 * index * (cell == "")
        return total


def kind_shares(cells: list[str]) -> dict[str, float]:
    counts = Counter(cell_kind(cell) for cell in cells)
    return {kind: count / len(cells) for kind, count in counts.items()} if cells else {}


def shape(cell: str) -> str:
    """Digits as 9, letters as a."""
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in cell)


def common_shape(cells: list[str]) -> str | None:
    counts = Counter(shape(cell) for cell in cells if cell and len(cell) <= 40)
    if not counts:
        return None
    best, count = counts.most_common(1)[0]
    return best if count >= 0.8 * len(cells) and len(cells) >= 3 else None


def fit_row(row: Row, width: int, kinds: ColumnKinds, delimiter: str) -> tuple[Row | None, str]:
    """The row with `width` cells and what was done, or (None, …) when its values do not fit in that many columns."""
    extra = len(row) - width
    if extra == 0:
        return row, ""
    if extra < 0:
        return lengthen(row, -extra, kinds)
    if not any(cell.strip() for cell in row[width:]) and (
        extra > MOST_SHIFTS or kinds.fit(row[:width]) >= best_without(row, extra, kinds)[0]
    ):
        return row[:width], "empty cells beyond the last column"
    score, shorter = best_without(row, extra, kinds)
    if shorter is not None and score > 0:
        return shorter, "extra empty cell"
    merged = best_merged(row, extra, kinds, delimiter)
    return (merged, "unquoted delimiter inside a cell") if merged is not None else (None, "too many cells")


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
    """`extra` neighbouring cells joined into a text column, where every other cell then suits its column."""
    if extra > MOST_SHIFTS * 3:
        return None
    width = len(kinds.shares)
    options = []
    for index in range(width):
        joined = delimiter.join(row[index : index + extra + 1])
        candidate = [*row[:index], joined, *row[index + extra + 1 :]]
        if kinds.shares[index].get("text", 0.0) > 0.3:
            options.append((kinds.fit(candidate), -index, candidate))
    if not options:
        return None
    score, _, candidate = max(options)
    return candidate if score >= 0.6 * width else None


def lengthen(row: Row, missing: int, kinds: ColumnKinds) -> tuple[Row, str]:
    """Cut a glued pair of cells apart, or put empty cells where the others then fit best (at the end when nothing speaks against it)."""
    width = len(kinds.shares)
    if missing == 1 and (parted := part_glued(row, kinds)) is not None:
        return parted, "missing delimiter"
    padded = row + [""] * missing
    if missing > MOST_SHIFTS or not row:
        return padded, "too few cells"
    best, best_score = padded, kinds.fit(padded) + 0.5
    for index in range(len(row)):
        candidate = row[:index] + [""] * missing + row[index:]
        if (score := kinds.fit(candidate)) > best_score and len(candidate) == width:
            best, best_score = candidate, score
    return best, "too few cells"


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
