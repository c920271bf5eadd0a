"""Which rows of a table are its header, where each column votes on whether its first cell names it; and the names that they give."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from services.dataproc.reading.layout.cell_kinds import (
    TYPED,
    CellKind,
    cell_kind,
    filled,
    is_typed,
    is_year,
    typed_share,
)
from services.dataproc.reading.layout.footers import is_spoken
from services.dataproc.reading.layout.note_signs import note_sign
from services.dataproc.reading.layout.numbered_headers import counts_columns, names_years
from services.dataproc.reading.layout.unit_rows import is_unit_row, joined_units

Row = list[str]

LOOKED_AT = 200
MOST_HEADER_ROWS = 4
LONGEST_HEADER_CELL = 120
LONGEST_GROUP_LABEL = 60
SURE_HEADER = 0.5  # what names over one column of values weigh
MOSTLY = 0.7  # of the cells of a column are of one kind: a few totals, notes and n/a stand in most


MARKED = re.compile(r"([^\s*†‡§]*\d)(?:\s?[*†‡§]{1,3}|\s?\[\w{1,2}\]|\s?\(\w{1,2}\)|\s[a-z]{1,2})")


class HeaderSign(Enum):
    """What speaks for a header or against it; the sentence is for people."""

    NONE = ""
    ONLY_ROW = "the only row is the header"
    ONLY_DATA = "one row of data without a header"
    GROUP_LABELS = "labels of groups over names of columns"
    DISTINCT_LABELS = "its cells are distinct labels"
    LIKE_THE_OTHERS = "the first row looks like the others"
    CONSECUTIVE_YEARS = "its cells are consecutive years"
    COLUMN_NUMBERS = "its cells count the columns"
    DATES_OVER_NUMBERS = "its cells are dates over columns of numbers"
    WORDS_OVER_VALUES = "its cells are words over columns of values"
    VALUES_OVER_VALUES = "its cells are values like those below"
    HOLDS_VALUES = "it holds values"
    WORDS_COME_BACK = "its words come back below"
    OTHER_SHAPE = "it differs in shape from the codes below"
    SAME_SHAPE = "it is shaped like the cells below"
    WORD_OF_ITS_OWN = "its words do not come back among the few below"


class Vote(NamedTuple):
    """Above 0 for a header, below 0 against it."""

    weight: float
    sign: HeaderSign


class HeaderRows(NamedTuple):
    """The header is the rows from `first` to `last`, exclusive; none where the data begin at once."""

    first: int
    last: int
    evidence: str


def find_header(rows: Sequence[Row], top: int, end: int, width: int, *, after: int = 0) -> HeaderRows:
    """The header of the table whose first row is `top`; group labels above that do not stand before row `after`."""
    if end - top <= 1:
        alone = bool(rows) and top < end and not any(is_typed(cell) for cell in rows[top])
        sign = HeaderSign.ONLY_ROW if alone else HeaderSign.ONLY_DATA
        return HeaderRows(top, top + alone, sign.value)
    body = [row for row in rows[top + 1 : min(end, top + 1 + LOOKED_AT)] if row != rows[top]] or rows[top + 1 : top + 2]
    score, sign = header_score(rows[top], body, width)
    if score < 0 and labels_groups(rows, top, end, width):
        return HeaderRows(top, top + 2, f"2 header rows from row {top + 1}: {HeaderSign.GROUP_LABELS.value}")
    if score < 0:
        return HeaderRows(top, top, f"no header: {sign.value}")
    first, last = top, top + 1
    while last - first < MOST_HEADER_ROWS and last < end - 1 and continues_header(rows, first, last, end, width):
        last += 1
    while first > after and last - first < MOST_HEADER_ROWS and spans_header(rows[first - 1], rows[first], width):
        first -= 1
    count = last - first
    where = f"header in row {first + 1}" if count == 1 else f"{count} header rows from row {first + 1}"
    return HeaderRows(first, last, f"{where}: {sign.value}")


def may_be_a_row(head: Row, body: Sequence[Row], width: int) -> bool:
    """Does nothing but being the first speak for a row of words as the header, over words written like its own ("milan,italy" over "lima,peru")?"""
    if len(body) < 2 or header_score(head, body[:LOOKED_AT], width).sign is not HeaderSign.DISTINCT_LABELS:
        return False
    return all(
        set(map(word_shape, cells)) == {word_shape(head[index])}
        for index in range(min(width, len(head)))
        if (cells := [row[index] for row in body[:LOOKED_AT] if index < len(row) and row[index].strip()])
    )


def word_shape(cell: str) -> tuple[bool, bool, bool, int]:
    """How a word is written: capitals, small letters, other signs, and how many words there are."""
    return cell.islower(), cell.isupper(), cell.replace(" ", "").isalpha(), len(cell.split())


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
        2 * len(named) >= width
        and header_score(lower, rows[top + 2 : min(end, top + 2 + LOOKED_AT)], width).weight >= 0.5
    )


def header_score(head: Row, body: Sequence[Row], width: int) -> Vote:
    """Above 0 when the row names the columns below it, below 0 when it is one of them; with what most columns say."""
    votes, signs = 0.0, Counter[HeaderSign]()
    for index in range(min(width, len(head))):
        weight, sign = column_vote(head[index], [row[index] for row in body if index < len(row)])
        votes += weight
        signs[sign] += abs(weight) > 0
    typed = sum(is_typed(cell) for cell in head)
    labels = [cell.strip() for cell in head if cell.strip()]
    if votes == 0:
        plausible = (
            typed == 0 and len(set(labels)) == len(labels) and all(len(cell) <= LONGEST_HEADER_CELL for cell in labels)
        )
        return Vote(0.1, HeaderSign.DISTINCT_LABELS) if plausible else Vote(-0.1, HeaderSign.LIKE_THE_OTHERS)
    if votes < 0 and typed and names_years(head, body):
        return Vote(0.5, HeaderSign.CONSECUTIVE_YEARS)
    if votes < 0 and typed and counts_columns(head, body):
        return Vote(0.5, HeaderSign.COLUMN_NUMBERS)
    return Vote(votes, signs.most_common(1)[0][0] if signs else HeaderSign.NONE)


def column_vote(head: str, body: list[str]) -> Vote:
    """One column's opinion on whether its first cell is a label."""
    kinds = Counter(map(unmarked_kind, body))
    share, kind = typed_share(kinds), unmarked_kind(head)
    if not (share or kinds[CellKind.TEXT]) or kind in (CellKind.EMPTY, CellKind.MISSING):
        return Vote(0.0, HeaderSign.NONE)
    if kind is CellKind.DATE and share >= MOSTLY and not kinds[CellKind.DATE]:
        return Vote(1.0, HeaderSign.DATES_OVER_NUMBERS)
    if share >= MOSTLY:
        words_over = kind is CellKind.TEXT
        return Vote(1.0, HeaderSign.WORDS_OVER_VALUES) if words_over else Vote(-1.0, HeaderSign.VALUES_OVER_VALUES)
    if kind in TYPED:
        return Vote(0.0, HeaderSign.NONE) if is_year(head) else Vote(-0.4, HeaderSign.HOLDS_VALUES)
    words = [cell for cell in body if cell.strip()]
    if head in words:
        return Vote(-0.3 if words.count(head) < 0.9 * len(words) else 0.0, HeaderSign.WORDS_COME_BACK)
    return shape_vote(head, words)


def unmarked_kind(cell: str) -> CellKind:
    """The kind without a mark of footnotes or of offices of statistics behind a number ("450**", "12.5 p")."""
    kind = cell_kind(cell)
    if kind is CellKind.TEXT and (found := MARKED.fullmatch(cell.strip())) and cell_kind(found[1]) is CellKind.NUMBER:
        return CellKind.NUMBER
    return kind


def shape_vote(head: str, words: list[str]) -> Vote:
    """Words of one shape (codes, fixed length) under a label of another shape speak for a header."""
    lengths = {len(word) for word in words}
    if len(words) > 1 and {masked(head)} == set(map(masked, words)) and any(c.isdigit() for c in head):
        return Vote(-0.2, HeaderSign.SAME_SHAPE)
    if len(words) >= 3 and len(lengths) == 1 and len(head) not in lengths:
        return Vote(0.5, HeaderSign.OTHER_SHAPE)
    if len(words) >= 5 and all(any(c.isdigit() for c in word) for word in words):
        digits = any(c.isdigit() for c in head)
        return Vote(-0.2, HeaderSign.SAME_SHAPE) if digits else Vote(0.4, HeaderSign.OTHER_SHAPE)
    if len(words) >= 10 and len(set(words)) <= len(words) / 4:
        return Vote(0.2, HeaderSign.WORD_OF_ITS_OWN)
    return Vote(0.0, HeaderSign.NONE)


def masked(word: str) -> str:
    """The places of its digits, capitals and small letters."""
    return "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.islower() else c for c in word)


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
    labelled = [i for i in typed if cell_kind(row[i]) is CellKind.TEXT]
    if is_unit_row(row, above, typed, width):
        return True
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
    return typed_share(Counter(cell_kind(cell) for cell in cells)) >= MOSTLY


def spans_header(above: Row, head: Row, width: int) -> bool:
    """Is the row above a row of group labels over the header (", , 2013, , 2014,")?"""
    cells = filled(above)
    if cells < 2 or len(above) + 1 < width or cells >= width:
        return False
    if note_sign(above[0]) is not None or (is_spoken(above) and not is_spoken(head)):
        return False
    return all(len(cell) <= LONGEST_GROUP_LABEL for cell in above) and all(
        head[i].strip() for i in range(min(len(head), len(above))) if above[i].strip()
    )


def merge_header(header: Sequence[Row], width: int, *, once: bool = False) -> list[str]:
    """One name per column: labels of several header rows joined, group labels carried to the right."""
    if not header:
        return []
    rows = [(list(row) + [""] * (width - len(row)))[: max(width, len(row))] for row in header]
    widest = max(map(len, rows))
    rows = [row + [""] * (widest - len(row)) for row in rows]
    if len(rows) == 1:
        return [cell.strip() for cell in rows[0]]
    if (names := joined_units(rows, widest)) is not None:
        return names
    for upper in range(len(rows) - 1):
        carry_right(rows[upper], rows[upper + 1 :])
    labels = [[cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=True)]
    return [" ".join([label for label, _ in groupby(column)] if once else column) for column in labels]


def carry_right(row: Row, below: Sequence[Row]) -> None:
    """Fill the blanks after a group label, as far as the columns below it have labels of their own."""
    label = ""
    for index, cell in enumerate(row):
        if cell.strip():
            label = cell
        elif label and any(index < len(lower) and lower[index].strip() for lower in below):
            row[index] = label
