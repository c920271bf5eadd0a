"""Tables drawn for the eye: columns below one another with nothing but blanks between them; lines of dashes between the rows, and a delimiter at both ends of every line (Markdown, psql, MySQL)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

Gaps = tuple[tuple[int, int], ...]

FEWEST_LINES = 4
WIDEST_GAP = re.compile(r"\S {2,}\S")
ALIGNED = 0.8  # of the lines have a gap: some rows have but one cell
NARROWEST = 2
STROKES = "-=+:|\u2500\u2501\u2550\u253c\u2502"
STROKE = re.compile("-{3}|={3}|[\u2500\u2501\u2550]{3}")


def column_gaps(lines: Sequence[str]) -> Gaps:
    """(start, end) of the blanks that all lines have in the same places, between what stands there; () when the lines are not aligned."""
    rows = [line.rstrip() for line in lines]
    parted = [row for row in rows if WIDEST_GAP.search(row)]
    if len(parted) < max(FEWEST_LINES, ALIGNED * len(rows)) or any("\t" in row for row in parted):
        return ()
    taken = {place for row in parted for place, char in enumerate(row) if char != " "}
    places = sorted(taken)
    return tuple((left + 1, right) for left, right in pairwise(places) if right - left > NARROWEST)


def split_aligned(body: str, gaps: Gaps) -> list[str]:
    """The cells between the gaps; the whole line where it does not keep to them."""
    if any(body[start:end].strip(" ") for start, end in gaps):
        return split_at_runs(body, len(gaps) + 1)
    edges = [0, *(end for _, end in gaps), max(len(body), gaps[-1][1])]
    return [body[left:right].strip(" ") for left, right in pairwise(edges)]


def split_at_runs(body: str, width: int) -> list[str]:
    """The cells between runs of blanks if there are as many as columns, as where a value is longer than those before it."""
    cells = re.split(" {2,}", body.strip(" "))
    return cells if len(cells) == width else [body]


def is_rule(line: str, delimiter: str) -> bool:
    """Nothing but strokes, some of them dashes in a row, and what divides cells."""
    return STROKE.search(line) is not None and line.strip(strokes(delimiter)) == ""


@lru_cache(maxsize=64)
def strokes(delimiter: str) -> str:
    return f"{STROKES} \t\r\n{delimiter}"


def is_framed(lines: Iterable[str], delimiter: str) -> bool:
    """Do all lines that are divided begin and end with the delimiter?"""
    divided = [line.strip() for line in lines if delimiter in line]
    return len(divided) > 1 and all(len(line) > 1 and line[0] == line[-1] == delimiter for line in divided)


def without_frame(body: str, delimiter: str) -> str:
    body = body.strip(" ")
    return body[1:-1] if len(body) > 1 and body[0] == body[-1] == delimiter else body
