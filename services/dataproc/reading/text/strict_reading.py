"""Texts that keep to RFC 4180 to the letter: where every record has the same number of cells, nothing has to be guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from services.dataproc.reading.text.drawn import is_framed
from services.dataproc.reading.text.splitting import Dialect

DELIMITERS = (",", ";", "\t", "|")
QUOTE = '"'
FEWEST_RECORDS = 2
DEEPEST_TITLE = 12


def strict_dialect(lines: list[str]) -> Dialect | None:
    """The one delimiter by which all records below a title have equally many cells, some of them in quotes; None where none or several are such.

    Cells without quotes hold none, as the RFC has it. The last record may be cut, where the lines are but the first of a text.
    """
    for start in titles_end(lines):
        text = "".join(lines[start:]).rstrip("\r\n")
        if QUOTE not in text:
            return None
        widths = {delimiter: strict_width(text, delimiter) for delimiter in DELIMITERS if delimiter in text}
        found = [delimiter for delimiter, width in widths.items() if width > 1]
        if len(found) == 1 and not is_framed(lines, found[0]):
            evidence = (
                f"delimiter {found[0]!r}: by the strict rules of RFC 4180 every record has {widths[found[0]]} cells"
            )
            return Dialect(delimiter=found[0], evidence=evidence)
    return None


def titles_end(lines: list[str]) -> Iterator[int]:
    """Where the table may begin: at once, and below blank lines among the first ones."""
    yield 0
    for place, (line, following) in enumerate(pairwise(lines[:DEEPEST_TITLE]), 1):
        if QUOTE in line:
            return
        if not line.strip() and following.strip():
            yield place


def strict_width(text: str, delimiter: str) -> int:
    """The number of cells that all records have; 0 where they differ or a rule is broken."""
    cell, place, cells, records, width = cell_pattern(delimiter), 0, 0, 0, 0
    while place < len(text):
        found = cell.match(text, place)
        if found is None:
            return width if opens_to_the_end(text, place) and records >= FEWEST_RECORDS else 0
        cells += 1
        place = found.end()
        if found[1] == delimiter and place < len(text):
            continue
        cells += found[1] == delimiter
        if width and cells != width:
            return 0
        width, records, cells = cells, records + 1, 0
    return width if records >= FEWEST_RECORDS else 0


@cache
def cell_pattern(delimiter: str) -> re.Pattern[str]:
    """One cell, and what ends it."""
    sign = re.escape(delimiter)
    return re.compile(rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{sign}\r\n]*+)({sign}|\r\n|\n|\r|\Z)')


def opens_to_the_end(text: str, place: int) -> bool:
    """Is what stands here a quoted cell that the end of the sample cuts?"""
    return text[place] == QUOTE and text.count(QUOTE, place) % 2 == 1
