"""Halves of surrogate pairs that stand alone, as programs write them that cut a text between the two.

RFC 8259 (section 8.2) allows them in its grammar and leaves open what they mean: no text holds them. They are read as U+FFFD, the sign for a letter that is
lost, and counted.
"""

from __future__ import annotations

import re

REPLACEMENT = b"\\ufffd"
# A backslash stands in texts only, so that going from one escape to the next keeps apart `\ud83d` and `\\ud83d`, which is a backslash and letters.
ESCAPES = re.compile(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)  # fmt: skip


def may_hold_surrogates(data: bytes) -> bool:
    return b"\\ud" in data or b"\\uD" in data


def without_lone_surrogates(data: bytes) -> tuple[bytes, int]:
    """(the same text with the replacement sign for each, how many there were)"""
    if not may_hold_surrogates(data):
        return data, 0
    count = 0

    def replaced(found: re.Match[bytes]) -> bytes:
        nonlocal count
        if found["lone"] is None:
            return found[0]
        count += 1
        return REPLACEMENT

    return ESCAPES.sub(replaced, data), count
