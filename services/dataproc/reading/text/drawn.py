"""Tables drawn for the eye: columns below one another with nothing but blanks between them; lines of dashes between the rows, and a delimiter at both ends of every line (Markdown, psql, MySQL)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

Gaps = tuple[tuple[int, int], ...]

FEWEST_LINES = 3
BLANKS = re.compile(" +")
WIDEST_GAP = re.compile(r"\S {2,}\S")
ALIGNED = 0.8  # of the lines have a gap: some rows have but one cell
NARROWEST = 2
NAME_BEGINS = re.compile(r" (?=\S)")
FEWEST_BESIDE_A_BLANK = 3
TOUCHING = 0.1  # of the rows may fill a gap with a long value, and one of a few
FEWEST_FOR_TOUCHING = 5
STROKES = "-=+:|\u2500\u2501\u2550\u253c\u2502"
BOX_EDGE = re.compile(r"\+-+\+")
STROKE = re.compile("-{3}|={3}|[\u2500\u2501\u2550]{3}")


def column_gaps(lines: Sequence[str]) -> Gaps:
    """(start, end) of the blanks that lines have in the same places, between what stands there; () when the lines are not aligned.

    Few rows may have a value that runs on to the next column. The names over the columns may leave less room than the values do.
    """
    rows = [line.rstrip() for line in lines]
    parted = [row for row in rows if WIDEST_GAP.search(row)]
    if len(parted) < max(FEWEST_LINES, ALIGNED * len(rows)) or any("\t" in row for row in parted):
        return ()
    names, *body = parted
    body = within_columns(names, body)
    places = sorted({place for row in body for place, char in enumerate(row) if char != " "})
    gaps = ((left + 1, right) for left, right in pairwise(places) if right - left > NARROWEST)
    found = list(filter(None, (free_of_names(names, gap) for gap in gaps)))
    return tuple(sorted([*found, *single_blanks(names, body, found)])) if found else ()


def within_columns(names: str, body: Sequence[str]) -> list[str]:
    """The rows without the few that have a value where all others are blank, before a name."""
    most = max(len(body) >= FEWEST_FOR_TOUCHING, int(TOUCHING * len(body)))
    touching: set[int] = set()
    for place in (start.start() for start in NAME_BEGINS.finditer(names)):
        rows = [number for number, row in enumerate(body) if row[place : place + 1].strip()]
        touching |= set(rows) if len(rows) <= most else set()
    return [row for number, row in enumerate(body) if number not in touching] if len(touching) <= most else list(body)


def single_blanks(names: str, body: Sequence[str], gaps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Gaps of one blank before a name, where all values after it begin, or all before it end: words inside of cells stand there by chance."""
    found = []
    for place in (start.start() for start in NAME_BEGINS.finditer(names)):
        if any(start - 1 <= place <= end for start, end in gaps) or any(row[place : place + 1].strip() for row in body):
            continue
        left = max((end for _, end in gaps if end <= place), default=0)
        right = min((start for start, _ in gaps if start > place), default=max(map(len, body)))
        before = [row[left:place] for row in body if row[left:place].strip()]
        after = [row[place + 1 : right] for row in body if row[place + 1 : right].strip()]
        begin, end = all(cell[0] != " " for cell in after), all(cell[-1] != " " for cell in before)
        if min(len(before), len(after)) >= FEWEST_BESIDE_A_BLANK and (begin or end):
            found.append((place, place + 1))
    return found


def free_of_names(names: str, gap: tuple[int, int]) -> tuple[int, int] | None:
    """The widest run of blanks that the names leave of a gap, if any: those inside of a name are narrower than those between two."""
    start, end = gap
    runs = list(BLANKS.finditer(names[start:end].ljust(end - start)))
    widest = max(reversed(runs), key=lambda run: len(run[0]), default=None)
    return (start + widest.start(), start + widest.end()) if widest else None


def split_aligned(body: str, gaps: Gaps) -> list[str]:
    """The cells between the gaps; the whole line where it does not keep to them and cannot be cut elsewhere."""
    if any(body[start:end].strip(" ") for start, end in gaps):
        return split_touching(body, gaps)
    edges = [0, *(end for _, end in gaps), max(len(body), gaps[-1][1])]
    return [body[left:right].strip(" ") for left, right in pairwise(edges)]


def split_touching(body: str, gaps: Gaps) -> list[str]:
    """The cells of a line in which values run into the gaps: cut where letters and digits meet; whole where it holds blanks that may be the value's own."""
    cells = split_at_runs(body, len(gaps) + 1)
    if len(cells) > 1:
        return cells
    cuts = [place_of_cut(body, start, end) for start, end in gaps]
    edges = [0, *(cut for cut in cuts if cut is not None), len(body)]
    if None in cuts or any(left > right for left, right in pairwise(edges)):
        return [body]
    return [body[left:right].strip(" ") for left, right in pairwise(edges)]


def place_of_cut(body: str, start: int, end: int) -> int | None:
    """Where a line is cut in a gap, or beside it; None where nothing tells."""
    if not body[start:end].strip(" "):
        return end
    if " " in body[start:end]:
        return None
    changes = [
        place
        for place in range(max(1, start), min(len(body) - 1, end) + 1)
        if body[place - 1].isdigit() != body[place].isdigit() and " " not in body[place - 1 : place + 1]
    ]
    return changes[0] if len(changes) == 1 else None


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


def is_boxed(lines: Sequence[str]) -> bool:
    """Is this the box of one column that a database's shell draws: a line of dashes above the name, one below it, and one below the rows?"""
    drawn = [place for place, line in enumerate(lines) if BOX_EDGE.fullmatch(line.strip())]
    return drawn[:2] == [0, 2] and len(drawn) > 2 and is_framed(lines, "|")


def without_frame(body: str, delimiter: str) -> str:
    body = body.strip(" ")
    return body[1:-1] if len(body) > 1 and body[0] == body[-1] == delimiter else body
