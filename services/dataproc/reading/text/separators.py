"""What divides cells, where it is no sign that people use for it alone: several characters ("::", "||", "~|~"), and control characters (Ctrl-A, of Hive)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import is_typed

HELD_SEPARATOR = "\ue0ff"
"""Stands for a separator of several characters while lines are read: parsers know delimiters of one only."""
RUN = re.compile(r"[:|~^@;#$&!,\t¦§¬\x01-\x08\x0e-\x19\x1c-\x1f]{2,6}")
LONGEST = 4
CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")
STRONG_ALONE = ",;\t|~^"
OF_EMPTY_CELLS = frozenset(",;\t")
"""Between two of these stands an empty cell; they are one separator only where they are doubled everywhere, and more than once."""
QUOTED = re.compile('"[^"]*"')


def control_characters(text: str) -> list[str]:
    return sorted(set(CONTROL.findall(text)))


def separator_of_several(lines: Sequence[str]) -> str | None:
    """The characters that stand together equally often on every line, where no usual delimiter does by itself."""
    bodies = [QUOTED.sub('""', line.rstrip("\r\n")) for line in lines if line.strip()]
    if len(bodies) < 2:
        return None
    found = [sign for sign in candidates(bodies[0]) if equally_often(bodies, sign) and not is_empty_cell(bodies, sign)]
    if not found:
        return None
    best = max(found, key=lambda sign: (bodies[0].count(sign), len(sign)))
    if any(divides_alone(bodies, best, sign) for sign in STRONG_ALONE):
        return None
    return (
        best
        if bodies[0].count(best) > 1 or any(map(mostly_typed, zip(*(b.split(best) for b in bodies), strict=True)))
        else None
    )


def mostly_typed(cells: Sequence[str]) -> bool:
    """Values, as names of the form `std::string` do not give."""
    return sum(map(is_typed, cells)) >= 0.5 * len(cells)


def candidates(line: str) -> set[str]:
    """All that can be a separator within the runs of signs of a line."""
    return {
        run[start:end]
        for run in RUN.findall(line)
        for start in range(len(run) - 1)
        for end in range(start + 2, min(len(run), start + LONGEST) + 1)
    }


def is_empty_cell(lines: Sequence[str], sign: str) -> bool:
    """Can the separator be usual delimiters with nothing between them?"""
    if not set(sign) <= OF_EMPTY_CELLS:
        return False
    alone = any(char in line.replace(sign, "") for line in lines for char in sign)
    return alone or sign != sign[0] * 2 or lines[0].count(sign) < 2


def equally_often(lines: Sequence[str], sign: str) -> bool:
    count = lines[0].count(sign)
    return count > 0 and all(line.count(sign) == count for line in lines)


def divides_alone(lines: Sequence[str], separator: str, sign: str) -> bool:
    """Does a usual delimiter stand equally often on every line outside of the separators, and as often as these?"""
    others = [line.replace(separator, "") for line in lines]
    return equally_often(others, sign) and others[0].count(sign) >= lines[0].count(separator)
