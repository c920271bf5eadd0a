"""Characters that nobody sees: marks of direction, joiners, blanks without width, soft hyphens, and byte-order marks within a text."""

from __future__ import annotations

import re

MARKS = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Inside the brackets of a regular expression, of RE2 or Python."""
MARK = re.compile(f"[{MARKS}]")
JOINERS = "\u200c\u200d"
"""Persian, scripts of India and joined pictures are written with them: in words they mean something."""
NO_JOINER = re.compile(f"(?![{JOINERS}])[{MARKS}]")
HYPHEN_BEFORE_DIGIT = re.compile(r"\u00ad\s*[\d.,]")
"""Some code pages show it as a minus, or as the hyphen of a date."""


def without_marks(text: str) -> str:
    """A value as it is seen, unless a mark in it may have been seen as well."""
    if text.isascii() or HYPHEN_BEFORE_DIGIT.search(text):
        return text
    return MARK.sub("", text)


def word_without_marks(text: str) -> str:
    return text if text.isascii() else NO_JOINER.sub("", text)
