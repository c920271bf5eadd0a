"""Texts that an unquoted delimiter divides into more parts in some rows than in others: the one column that can take them."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import TYPED, CellKind, cell_kind
from services.dataproc.reading.text.splitting import Row

PROBED_ROWS = 200


def columns_of_surplus(wide: Sequence[Row], narrow: Sequence[Row], width: int) -> list[int]:
    """The columns whose cells can take what rows have more, so that every other column keeps its kind; none where all rows have as many cells.

    A column of values has to stand behind: without it what a row has more may be a remark at its end.
    """
    if not narrow and len(set(map(len, wide))) == 1:
        return []
    wide, narrow = wide[:PROBED_ROWS], narrow[:PROBED_ROWS]
    takers = [column for column in range(width) if takes_surplus(wide, narrow, width, column)]
    return takers if takers and any(typed_behind(wide, width, column) for column in takers) else []


def takes_surplus(wide: Sequence[Row], narrow: Sequence[Row], width: int, column: int) -> bool:
    if not all(is_text(cell) for row in wide for cell in parts_of(row, width, column)):
        return False
    if not all(is_text(row[column]) or not row[column].strip() for row in narrow):
        return False
    others = [other for other in range(width) if other != column]
    return all(one_kind(cells_of(wide, narrow, width, column, other)) for other in others)


def parts_of(row: Row, width: int, column: int) -> Row:
    return row[column : column + len(row) - width + 1]


def cells_of(wide: Sequence[Row], narrow: Sequence[Row], width: int, column: int, other: int) -> list[str]:
    """The cells of the `other` column, where what the rows have more stands in `column`."""
    return [row[other if other < column else other - width] for row in wide] + [row[other] for row in narrow]


def typed_behind(wide: Sequence[Row], width: int, column: int) -> bool:
    behind = range(column + 1, width)
    return any(all(cell_kind(row[other - width]) in TYPED for row in wide) for other in behind)


def one_kind(cells: Sequence[str]) -> bool:
    return len({cell_kind(cell) for cell in cells} - {CellKind.EMPTY, CellKind.MISSING}) <= 1


def is_text(cell: str) -> bool:
    return cell_kind(cell) is CellKind.TEXT
