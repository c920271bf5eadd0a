"""Lines of comments in a text, and the header that the last of them can be ("#CHROM	POS", "#Fields: date time")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from services.dataproc.reading.layout.cell_kinds import is_typed
from services.dataproc.reading.text.quoting import common_width
from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Dialect, LineSplitter

COMMENTED_LINES = 50  # a file with comments has some of them at its top
COMMENT_SIGNS = ("#", "%", "//", ";", "--", "!", "*")
FEWEST_COMMENTS = 2
FIELDS = re.compile(r"#\s?Fields:\s*", re.IGNORECASE)
"""Before the names of columns in the extended log format of the W3C, whose values are divided by blanks or tabs."""


@dataclass(frozen=True)
class HeaderComment:
    """The line of a comment that names the columns, counted from 0, and what it says without its sign."""

    place: int
    body: str

    def uncovered(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines, with the names in place of the comment."""
        return (self.body if place == self.place else line for place, line in enumerate(lines))


def header_in_comment(head: list[str], dialect: Dialect, width: int) -> HeaderComment | None:
    """The last comment above the rows, where it has a word for every column and the row below it has values."""
    if not dialect.comment or width < 2:
        return None
    place, row = last_comment(head, dialect.comment)
    if place is None or row is None:
        return None
    line = head[place].rstrip("\r\n")
    body = FIELDS.sub("", line) if FIELDS.match(line) else line.lstrip(dialect.comment[0]).lstrip(" ")
    split = LineSplitter(dialect)
    names = [name.strip() for name in split(body)]
    words = all(names) and len(set(names)) == len(names) and not any(map(is_typed, names))
    if len(names) != width or not words or not (FIELDS.match(line) or any(map(is_typed, split(row.rstrip("\r\n"))))):
        return None
    return HeaderComment(place, body + "\n")


def last_comment(head: list[str], sign: str) -> tuple[int | None, str | None]:
    """(place of the last comment above the first row, that row)"""
    last = None
    for place, line in enumerate(head):
        if line.startswith(sign):
            last = place
        elif line.strip():
            return last, line
    return last, None


def below_comments(head: list[str]) -> list[str]:
    """The lines without comments at the top, which are divided by other rules; all where nothing else is left."""
    sign = next((sign for sign in COMMENT_SIGNS if head and head[0].startswith(sign)), None)
    if sign is None:
        return head
    first = next((place for place, line in enumerate(head) if line.strip() and not line.startswith(sign)), len(head))
    above = sum(line.startswith(sign) for line in head[:first])
    fields = any(map(FIELDS.match, head[:first]))
    enough = fields or (above >= FEWEST_COMMENTS and len(head) - first >= FEWEST_COMMENTS)
    return head[first:] if enough and first < len(head) else head


def fields_delimiter(head: list[str]) -> str | None:
    """The delimiter of a log of the W3C, which a line of its head tells."""
    line = next((line for line in head[:COMMENTED_LINES] if FIELDS.match(line)), None)
    return None if line is None else "\t" if "\t" in FIELDS.sub("", line) else " "


def comment_sign(head: list[str], dialect: Dialect) -> str:
    """The sign that opens the most lines, of which most do not have the table's width."""
    signed = {
        sign: [line for line in head[:COMMENTED_LINES] if line.startswith(sign)]
        for sign in COMMENT_SIGNS
        if sign[0] != dialect.delimiter
    }
    sign = max(signed, key=lambda sign: len(signed[sign]))
    if any(map(FIELDS.match, signed.get("#", ()))):
        return "#"
    if len(signed[sign]) < FEWEST_COMMENTS:
        return ""
    width = expected_width([line for line in head if not line.startswith(sign)], dialect)
    fitting = [line for line in signed[sign] if len(line.split(dialect.delimiter or None)) == width]
    named = fitting == signed[sign][-1:] and header_in_comment(head, replace(dialect, comment=sign), width) is not None
    return sign if width > 1 and (named or 2 * len(fitting) < len(signed[sign])) else ""


def expected_width(head: list[str], dialect: Dialect) -> int:
    """The number of cells that records are expected to have."""
    return common_width(RecordReader(head, dialect, None, Repairs()))
