"""Where the tables of a grid of cells are: preamble, header rows, data, notes below, and further tables.

The same rules serve text files and worksheets: rows come in as lists of strings, positions go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.dataproc.reading.layout.cell_kinds import cell_kind, filled, is_typed, is_year
from services.dataproc.reading.layout.footers import trim_footer
from services.dataproc.reading.layout.header_names import merge_header

Row = list[str]

LOOKED_AT = 200
DEEPEST_PREAMBLE = 60
FULLEST_WITHIN = 25
MOST_HEADER_ROWS = 4
LONGEST_HEADER_CELL = 120


@dataclass(frozen=True)
class Layout:
    """Positions within the rows of one table. `end` is exclusive; header rows are `header[0]` to `header[1]`, exclusive."""

    header: tuple[int, int]
    start: int
    end: int
    width: int
    names: tuple[str, ...]
    preamble: tuple[int, ...] = ()
    footer: tuple[int, ...] = ()
    evidence: str = ""
    blank: frozenset[int] = field(default_factory=frozenset)

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
        first, last, evidence = find_header(rows, top, end, width)
    preamble = tuple(i for i in range(first) if filled(rows[i]))
    start = last
    while start < end and not filled(rows[start]):
        start += 1
    names = merge_header(rows[first:last], width, once=cells_merge)
    if last - first == 1 and unnamed_row_names(rows[first], rows[start:end], width):
        names, evidence = ["", *names[:-1]], f"{evidence}; the first column holds row names and has none itself"
    if preamble:
        evidence += f"; {len(preamble)} line(s) above it are not part of the table"
    return Layout((first, last), start, end, max(width, len(names)), tuple(names), preamble, footer, evidence)


def unnamed_row_names(head: Row, body: Sequence[Row], width: int) -> bool:
    """One name fewer than columns, over a first column that numbers or names the rows (as R writes tables)."""
    if len(head) != width - 1 or not all(cell.strip() for cell in head) or not body:
        return False
    first = [row[0] for row in body[:LOOKED_AT] if len(row) == width]
    numbered = [str(n) for n in range(1, len(first) + 1)], [str(n) for n in range(len(first))]
    named = len(set(first)) == len(first) > 1 and all(cell_kind(cell) == "text" for cell in first)
    return first in numbered or named


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
    for index in range(above, min(len(rows), DEEPEST_PREAMBLE)):
        near = rows[index : index + FULLEST_WITHIN]
        fullest = max((filled(row) for row in near if len(row) <= width + 1), default=0)
        if full_enough(rows[index], width, fullest) and not is_title(rows[index], rows, index, width):
            return index
    return next((i for i, row in enumerate(rows) if i >= above and filled(row)), 0)


def full_enough(row: Row, width: int, fullest: int) -> bool:
    """At least half as full as the fullest row near it; of two cells, both, unless it is the first that has no name."""
    cells = filled(row)
    if len(row) + 1 < width or not cells:
        return False
    unnamed_first = len(row) == width and cells == fullest - 1 and not row[0].strip()
    return cells >= max(min(2, fullest), fullest * 0.5) or unnamed_first


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


def find_header(rows: Sequence[Row], top: int, end: int, width: int) -> tuple[int, int, str]:
    """(first, last + 1, evidence) of the header rows; an empty span when the data begin at once."""
    if end - top <= 1:
        alone = bool(rows) and top < end and not any(is_typed(cell) for cell in rows[top])
        return (top, top + 1, "the only row is the header") if alone else (top, top, "one row of data without a header")
    body = [row for row in rows[top + 1 : min(end, top + 1 + LOOKED_AT)] if row != rows[top]] or rows[top + 1 : top + 2]
    score, why = header_score(rows[top], body, width)
    if score < 0 and labels_groups(rows, top, end, width):
        return top, top + 2, f"2 header rows from row {top + 1}: labels of groups over names of columns"
    if score < 0:
        return top, top, f"no header: {why}"
    first, last = top, top + 1
    while last - first < MOST_HEADER_ROWS and last < end - 1 and continues_header(rows, first, last, end, width):
        last += 1
    while first > 0 and last - first < MOST_HEADER_ROWS and spans_header(rows[first - 1], rows[first], width):
        first -= 1
    count = last - first
    return (
        first,
        last,
        (f"header in row {first + 1}: {why}" if count == 1 else f"{count} header rows from row {first + 1}: {why}"),
    )


def labels_groups(rows: Sequence[Row], top: int, end: int, width: int) -> bool:
    """Years or words, repeated or with gaps after them, over a row of names, over values (", 2013, , 2014," over "region, sales, cost, sales, cost")."""
    if end - top < 3:
        return False
    upper, lower = rows[top], rows[top + 1]
    named = [index for index, cell in enumerate(lower) if cell.strip()]
    gaps = [index for index in named if index < len(upper) and not upper[index].strip()]
    labels = [cell for cell in upper if cell.strip()]
    if (
        len(labels) < 2
        or not (gaps or len(set(labels)) < len(labels))
        or any(is_typed(cell) and not is_year(cell) for cell in labels)
        or any(map(is_typed, lower))
    ):
        return False
    return (
        2 * len(named) >= width and header_score(lower, rows[top + 2 : min(end, top + 2 + LOOKED_AT)], width)[0] >= 0.5
    )


def header_score(head: Row, body: Sequence[Row], width: int) -> tuple[float, str]:
    """Above 0 when the row names the columns below it, below 0 when it is one of them; with the reason."""
    votes, reasons = 0.0, Counter[str]()
    for index in range(min(width, len(head))):
        vote, reason = column_vote(head[index], [row[index] for row in body if index < len(row)])
        votes += vote
        reasons[reason] += abs(vote) > 0
    typed = sum(is_typed(cell) for cell in head)
    labels = [cell.strip() for cell in head if cell.strip()]
    if votes == 0:
        plausible = (
            typed == 0 and len(set(labels)) == len(labels) and all(len(cell) <= LONGEST_HEADER_CELL for cell in labels)
        )
        return (0.1, "its cells are distinct labels") if plausible else (-0.1, "the first row looks like the others")
    if votes < 0 and typed and all(is_year(cell) or not is_typed(cell) for cell in head) and consecutive_years(head):
        return 0.5, "its cells are consecutive years"
    if (
        votes < 0
        and counts_columns(head)
        and any(mostly_words([row[i] for row in body if i < len(row)]) for i in range(width))
    ):
        return 0.5, "its cells count the columns"
    reason = reasons.most_common(1)[0][0] if reasons else ""
    return votes, reason


def counts_columns(row: Row) -> bool:
    """0, 1, 2, 3 … or 1, 2, 3, 4 …, perhaps with nothing over the first column: what programs write for columns without names."""
    numbers = [cell.strip() for cell in (row if row[0].strip() else row[1:])]
    return len(numbers) > 3 and any(numbers == [str(first + n) for n in range(len(numbers))] for first in (0, 1))


def mostly_words(cells: list[str]) -> bool:
    kinds = Counter(cell_kind(cell) for cell in cells)
    return kinds["text"] > 0.7 * len(cells)


def consecutive_years(row: Row) -> bool:
    years = [int(cell.strip()[:4]) for cell in row if is_year(cell)]
    steps = {b - a for a, b in pairwise(years)}
    return len(years) >= 3 and len(steps) == 1 and 0 < abs(steps.pop()) <= 10


def column_vote(head: str, body: list[str]) -> tuple[float, str]:
    """One column's opinion on whether its first cell is a label."""
    kinds = Counter(cell_kind(cell) for cell in body)
    present = kinds["number"] + kinds["date"] + kinds["text"]
    kind = cell_kind(head)
    if not present or kind in ("empty", "missing"):
        return 0.0, ""
    typed_share = (kinds["number"] + kinds["date"]) / present
    if kind == "date" and kinds["number"] >= 0.7 * present and not kinds["date"]:
        return 1.0, "its cells are dates over columns of numbers"
    if typed_share >= 0.7:
        return (
            (1.0, "its cells are words over columns of values")
            if kind == "text"
            else (-1.0, "its cells are values like those below")
        )
    if kind in ("number", "date"):
        return (-0.4, "it holds values") if not is_year(head) else (0.0, "")
    words = [cell for cell in body if cell.strip()]
    if head in words:
        return -0.3 if words.count(head) < 0.9 * len(words) else 0.0, "its words come back below"
    return shape_vote(head, words)


def shape_vote(head: str, words: list[str]) -> tuple[float, str]:
    """Words of one shape (codes, fixed length) under a label of another shape speak for a header."""
    lengths = {len(word) for word in words}
    if len(words) >= 3 and len(lengths) == 1 and len(head) not in lengths:
        return 0.5, "it differs in shape from the codes below"
    if len(words) >= 5 and all(any(c.isdigit() for c in word) for word in words):
        return (
            (0.4, "it differs in shape from the codes below")
            if not any(c.isdigit() for c in head)
            else (-0.2, "it is shaped like the cells below")
        )
    if len(words) >= 10 and len(set(words)) <= len(words) / 4:
        return 0.2, "its words do not come back among the few below"
    return 0.0, ""


def continues_header(rows: Sequence[Row], first: int, last: int, end: int, width: int) -> bool:
    """Is the row after the header so far one more header row?"""
    row, above = rows[last], rows[last - 1]
    if not filled(row):
        return False
    if [c.strip() for c in row] == [c.strip() for c in above] and filled(row) > 1:
        return True
    below = rows[last + 1 : min(end, last + 1 + LOOKED_AT)]
    typed = [i for i in range(min(width, len(row))) if mostly_typed([r[i] for r in below if i < len(r)])]
    if not typed or any(is_typed(cell) for cell in row):
        return False
    labelled = [i for i in typed if cell_kind(row[i]) == "text"]
    if len(labelled) == 1 and names_all(above, width):
        return False
    if filled(row) < 0.5 * width:
        return bool(labelled) and not row[0].strip() and filled(rows[last + 1]) > filled(row)
    repeats = {cell.strip().lower() for cell in row if cell.strip()} & {c.strip().lower() for r in below for c in r}
    return len(labelled) >= 0.6 * len(typed) and len(repeats) <= 0.2 * filled(row)


def names_all(row: Row, width: int) -> bool:
    """Does the row name every column, each by a name of its own? Then one odd cell below it ("absent" over grades) makes no further header row."""
    names = [cell.strip().lower() for cell in row if cell.strip()]
    return len(names) >= width and len(set(names)) == len(names)


def mostly_typed(cells: list[str]) -> bool:
    kinds = Counter(cell_kind(cell) for cell in cells)
    present = kinds["number"] + kinds["date"] + kinds["text"]
    return present > 0 and (kinds["number"] + kinds["date"]) / present >= 0.7


def spans_header(above: Row, head: Row, width: int) -> bool:
    """Is the row above a row of group labels over the header (", , 2013, , 2014,")?"""
    cells = filled(above)
    if cells < 2 or len(above) + 1 < width or cells >= width:
        return False
    return all(len(cell) <= 60 for cell in above) and all(
        head[i].strip() for i in range(min(len(head), len(above))) if above[i].strip()
    )
