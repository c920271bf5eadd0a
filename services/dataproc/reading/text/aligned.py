"""Tables whose columns stand below one another, with nothing but blanks between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

Gaps = tuple[tuple[int, int], ...]

FEWEST_LINES = 4
WIDEST_GAP = re.compile(r"\S {2,}\S")
ALIGNED = 0.8
NARROWEST = 2


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
