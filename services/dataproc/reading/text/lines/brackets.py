"""Blanks inside of brackets in lines that blanks divide, as in the times of web servers' logs: [10/Oct/2000:13:55:36 -0700]."""

from __future__ import annotations

import re
from collections.abc import Sequence

HELD_BLANK = "\ue002"
BRACKETS = re.compile(r"(?:(?<= )|^)\[[^\[\]\"]*\d[^\[\]\"]*\](?= |\r?\n?$)")
OFTEN = 0.9  # of the lines: a log has its time in each


def stand_in_brackets(lines: Sequence[str]) -> bool:
    """Has (nearly) every line a value with blanks in brackets?"""
    found = sum(any(" " in value for value in BRACKETS.findall(line)) for line in lines)
    return found >= max(1, OFTEN * len(lines))


def hold_blanks(line: str) -> str:
    return BRACKETS.sub(lambda found: found[0].replace(" ", HELD_BLANK), line) if "[" in line else line


def free_blanks(cell: str) -> str:
    return cell.replace(HELD_BLANK, " ")
