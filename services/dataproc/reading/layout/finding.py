"""Where the tables of a grid of cells are: preamble, header rows, data, notes below, and further tables.

The same rules serve text files and worksheets: rows come in as lists of strings, positions go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.dataproc.reading.layout.cell_kinds import filled, is_typed
from services.dataproc.reading.layout.footers import is_note_above, is_sentence_above, text_of_note, trim_footer
from services.dataproc.reading.layout.headers import (
    LOOKED_AT,
    SURE_HEADER,
    find_header,
    header_score,
    may_be_a_row,
    merge_header,
)
from services.dataproc.reading.layout.labelled_lines import is_labelled_above
from services.dataproc.reading.layout.numbered_headers import may_be_values
from services.dataproc.reading.layout.row_names import remarks_on_width, unnamed_row_names

Row = list[str]

DEEPEST_PREAMBLE = 60
FULLEST_WITHIN = 25


@dataclass(frozen=True)
class Layout:
    """Positions within the rows of one table. `end` is exclusive; header rows are `header[0]` to `header[1]`, exclusive.

    The `remarks` have to be told to whoever uses the table; `notes` are the texts above and below it.
    """

    header: tuple[int, int]
    start: int
    end: int
    width: int
    names: tuple[str, ...]
    preamble: tuple[int, ...] = ()
    footer: tuple[int, ...] = ()
    evidence: str = ""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def headless(self) -> bool:
        return self.header[0] == self.header[1]


def find_layout(
    rows: Sequence[Row],
    *,
    header_rows: int | None = None,
    more_follow: bool = False,
    cells_merge: bool = False,
    above: int = 0,
) -> Layout:
    """The layout of one table, which begins after the first `above` rows. `header_rows` overrules the finding; with `more_follow` the rows are only the beginning.

    Where cells can be merged, a label that stands in several header rows of a column counts once.
    """
    width = body_width(rows)
    top = first_table_row(rows, width, above)
    end, footer = (len(rows), ()) if more_follow else trim_footer(rows, top, width)
    if header_rows is not None:
        first, last, evidence = top, top + header_rows, f"{header_rows} header row(s), as chosen"
    else:
        first, last, evidence = find_header(rows, top, end, width, after=after_lines(rows, top, width))
    preamble = tuple(i for i in range(first) if filled(rows[i]))
    start = last
    while start < end and not filled(rows[start]):
        start += 1
    names = merge_header(rows[first:last], width, once=cells_merge)
    remarks: tuple[str, ...] = ()
    if last - first == 1:
        shifted = unnamed_row_names(rows[first], rows[start:end], width)
        remarks = remarks_on_width(rows[first], rows[start:end], width, row_names=shifted)
        if header_rows is None and may_be_a_row(rows[first], rows[start:end], width):
            remarks += (
                "nothing tells whether the first row names the columns or is one of them; `header_rows` decides",
            )
        if shifted:
            names, evidence = ["", *names[:-1]], f"{evidence}; the first column holds row names and has none itself"
    if header_rows is None and last - first <= 1:
        head = last if last == first else first
        remarks += remarks_on_counting(rows[head:end], headed=last > first)
    if preamble:
        evidence += f"; {len(preamble)} line(s) above it are not part of the table"
    notes = tuple(text_of_note(rows[i]) for i in (*preamble, *footer))
    return Layout(
        (first, last), start, end, max(width, len(names)), tuple(names), preamble, footer, evidence, remarks, notes
    )


def remarks_on_counting(rows: Sequence[Row], *, headed: bool) -> tuple[str, ...]:
    """What has to be said where numbers that count 1, 2, 3 … stand first, over other numbers."""
    if len(rows) < 2 or not may_be_values(rows[0], rows[1 : 1 + LOOKED_AT]):
        return ()
    taken = "is read as the names of the columns" if headed else "is read as data"
    return (f"the first row counts ({', '.join(rows[0][:3])} …) and {taken}; `header_rows` decides",)


def body_width(rows: Sequence[Row]) -> int:
    """The number of cells that most rows have; rows of the later part count as much as those of the first."""
    sample = [rows[i] for i in spread(len(rows), 1000)]
    counts = Counter(len(row) for row in sample if filled(row))
    if not counts:
        return max((len(row) for row in rows), default=0)
    return max(counts, key=lambda length: (counts[length] * (1 if length > 1 else 0.5), length))


def spread(total: int, wanted: int) -> range:
    return range(0, total, max(1, total // wanted))


def first_table_row(rows: Sequence[Row], width: int, above: int) -> int:
    """The first row, not among those `above`, that is as wide and as full as the table's rows are."""
    ends = empty_ends(rows, width)
    for index in range(above, min(len(rows), DEEPEST_PREAMBLE)):
        if ends > 1 and names_all_but_ends(rows, index, width, ends):
            return index
        near = rows[index : index + FULLEST_WITHIN]
        fullest = max((filled(row) for row in near if len(row) <= width + 1), default=0)
        if full_enough(rows[index], width, fullest) and not stands_above(rows, index, width):
            return index
    return next((i for i, row in enumerate(rows) if i >= above and filled(row)), 0)


def after_lines(rows: Sequence[Row], top: int, width: int) -> int:
    """From which row on the header may begin: not among the lines of labels and values right above the first row."""
    return top if top > 0 and is_labelled_above(rows, top - 1, width) else 0


def empty_ends(rows: Sequence[Row], width: int) -> int:
    """Behind how many of the last delimiters does no row of the table hold anything?"""
    ends = width
    for row in rows:
        if len(row) == width:
            ends = next((count for count, cell in enumerate(reversed(row[-ends:])) if cell.strip()), ends)
        if ends <= 1:
            break
    return ends


def names_all_but_ends(rows: Sequence[Row], index: int, width: int, ends: int) -> bool:
    """Does a shorter row of words name the columns, but for those that only delimiters at the end of every row make?"""
    row, below = rows[index], rows[index + 1 : index + 1 + FULLEST_WITHIN]
    if not max(2, width - ends) <= len(row) < width - 1 or filled(row) < len(row) or any(map(is_typed, row)):
        return False
    whole = bool(below) and all(len(other) == width for other in below if filled(other))
    return whole and header_score(below[0], below[1:], width).weight < SURE_HEADER


def full_enough(row: Row, width: int, fullest: int) -> bool:
    """At least half as full as the fullest row near it; of two cells, both, unless it is the first that has no name."""
    cells = filled(row)
    if len(row) + 1 < width or not cells:
        return False
    unnamed_first = len(row) == width and cells == fullest - 1 and not row[0].strip()
    return cells >= max(min(2, fullest), fullest * 0.5) or unnamed_first


def stands_above(rows: Sequence[Row], index: int, width: int) -> bool:
    """Is a row as wide as the table a title all the same, or a note above it?"""
    row = rows[index]
    below = [other for other in rows[index + 1 : index + 1 + FULLEST_WITHIN] if filled(other)]
    if len(below) < 2:
        return False
    if is_note_above(row, below[0]) or is_title(row, rows, index, width) or is_labelled_above(rows, index, width):
        return True
    return is_sentence_above(row, below) and header_score(below[0], below[1:], width).weight >= SURE_HEADER


def is_title(row: Row, rows: Sequence[Row], index: int, width: int) -> bool:
    """A row of running text above a row of short labels is a title, even when it happens to have as many cells."""
    if index + 2 >= len(rows) or (filled(row) > 3 and width > 3):
        return False
    below = rows[index + 1]
    if (
        filled(below) < min(filled(row), width)
        or any(is_typed(cell) for cell in below if cell)
        or not any(is_typed(c) for c in rows[index + 2])
    ):
        return False
    words = [len(cell.split()) for cell in row if cell.strip()]
    words_below = [len(cell.split()) for cell in below if cell.strip()]
    return sum(words) / len(words) >= 4 and sum(words_below) / len(words_below) < 3
