"""Tables drawn for the eye: lines of dashes between the rows, and a delimiter at both ends of every line (Markdown, psql, MySQL)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

STROKES = "-=+:|\u2500\u2501\u2550\u253c\u2502"
STROKE = re.compile("-{3}|={3}|[\u2500\u2501\u2550]{3}")


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
