"""What a model writes for people, without characters that nobody sees and that change what is seen. Pure."""

from __future__ import annotations

import re

# C0 but for tab and line feed, delete and C1; what embeds, overrides or isolates a direction (an override shows a number backwards); halves of
# pairs, which no UTF-8 can carry.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_plain(text: str) -> bool:
    return _UNSEEN.search(text) is None


def plain(text: str) -> str:
    return _UNSEEN.sub("", text)


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def plain_line(text: str, longest: int) -> str:
    """On one line, and cut where it is longer than `longest` characters."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
