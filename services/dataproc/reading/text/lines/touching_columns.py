"""Columns of a fixed width that fill it in every row, so that no blank parts them: the names above tell where they begin, if letters and digits meet there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from services.dataproc.reading.layout.cell_kinds import is_typed
from services.dataproc.reading.text.drawn import Gaps

FEWEST_ROWS = 2
PADDED = 2  # blanks before a name: a name shorter than its column, and no words of a sentence
UNDECIDED = "the columns touch one another in every row, and nothing tells where they part: read as one column of lines"


class Meeting(Enum):
    """What stands at both sides of a place in all rows."""

    BLANK = "a blank in some of them"
    CHANGE = "a letter and a digit"
    SAME = "two letters, or two digits, in some of them"


def touching_columns(lines: Sequence[str]) -> Gaps | None:
    """The places (start, end) between columns, of no width; () where columns touch and cannot be parted, None where none do."""
    names, *rows = [line.rstrip("\r\n") for line in lines] or [""]
    starts = [found.start() for found in re.finditer(r"(?:^|(?<= ))\S", names)]
    if len(rows) < FEWEST_ROWS or len(starts) < 2 or starts[0] or any(map(is_typed, names.split())):
        return None
    if len({len(row) for row in rows}) > 1 or len(rows[0]) <= starts[-1] or any("\t" in row for row in lines):
        return None
    padded = [place for place in starts[1:] if names[place - PADDED : place].isspace()]
    meetings = {place: meeting(rows, place) for place in starts[1:]}
    if not any(meetings[place] is not Meeting.BLANK for place in padded):
        return None
    if Meeting.SAME not in meetings.values():
        return tuple((place, place) for place in starts[1:])
    return None if all(len(row.split()) == len(starts) for row in rows) else ()


def meeting(rows: Sequence[str], place: int) -> Meeting:
    """Of rows some of which have a blank there, the others must have a letter beside a digit."""
    pairs = [row[place - 1 : place + 1] for row in rows if " " not in row[place - 1 : place + 1]]
    if any(pair[0].isdigit() == pair[1].isdigit() for pair in pairs):
        return Meeting.SAME
    return Meeting.CHANGE if len(pairs) == len(rows) else Meeting.BLANK
