"""Cells that all stand in ="…", which keeps a spreadsheet from reading them as numbers: the sign before the quote is no part of the line."""

from __future__ import annotations

import re
from collections.abc import Sequence

DELIMITERS = ",;\t|"
FEWEST_LINES = 2
GUARD = re.compile(rf'(^|(?<=")[{DELIMITERS}])="')
CELL = '="(?:[^"]|"")*"'


def guarded_by(lines: Sequence[str]) -> str | None:
    """The delimiter between guarded cells, where no line has anything else; one guarded column is read as it stands."""
    bodies = [line.rstrip("\r\n") for line in lines if line.strip()]
    if len(bodies) < FEWEST_LINES or not bodies[0].startswith('="'):
        return None
    whole = ((sign, re.compile(rf"{CELL}(?:{re.escape(sign)}{CELL})+")) for sign in DELIMITERS)
    return next((sign for sign, pattern in whole if all(map(pattern.fullmatch, bodies))), None)


def without_guards(line: str) -> str:
    return GUARD.sub(r'\1"', line)
