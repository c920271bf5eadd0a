"""Headers that have fewer names than the rows below them have cells: as R writes row names, and where a delimiter ends every row."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled

Row = list[str]

NAMED_ROWS = 200  # looked at for names of rows
NUMBERS_ROWS = frozenset(
    {"id", "no", "no.", "nr", "nr.", "num", "number", "nummer", "#", "index", "idx", "pos", "row", "rank", "key"}
)
"""Names that stand over the numbers of rows themselves; R gives these none."""


def unnamed_row_names(head: Row, body: Sequence[Row], width: int) -> bool:
    """One name fewer than columns, over a first column that numbers or names the rows (as R writes tables).

    Not where nothing stands behind the last delimiter: it ends the rows then, and the names stand where they should.
    """
    if len(head) != width - 1 or not all(cell.strip() for cell in head) or not body:
        return False
    whole = [row for row in body[:NAMED_ROWS] if len(row) == width]
    if not any(row[-1].strip() for row in whole):
        return False
    first = [row[0] for row in whole]
    if head[0].strip().lower() in NUMBERS_ROWS and all(map(str.isdecimal, first)):
        return False
    numbered = [str(n) for n in range(1, len(first) + 1)], [str(n) for n in range(len(first))]
    named = len(set(first)) == len(first) > 1 and all(cell_kind(cell) is CellKind.TEXT for cell in first)
    return first in numbered or named


def remarks_on_width(head: Row, body: Sequence[Row], width: int, *, row_names: bool) -> tuple[str, ...]:
    """What has to be said where most rows are longer than a header of which every cell is a name."""
    names = len(head)
    if names >= width or not all(cell.strip() for cell in head) or names < 2 or not body:
        return ()
    if row_names:
        return (f"the header has {names} names over {width} columns: the first column is read as names of rows",)
    whole = [row for row in body if len(row) == width]
    if not any(filled(row[names:]) for row in whole):
        return ("nothing stands behind the delimiter that ends the rows",) if whole else ()
    return (f"the header has {names} names over {width} columns: the last have none",)
