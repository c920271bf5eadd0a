"""Text of files, models and servers, made safe for a terminal: neither markup nor control sequences work in it."""

from __future__ import annotations

import unicodedata

from rich.text import Text

KEPT = "\n\t\u200c\u200d"
"""Line breaks and tabs, and the joiners that some scripts and emoji are written with."""
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Control, formatting (which includes bidirectional overrides), lone surrogates, private use."""


def printable(text: str) -> str:
    """What a terminal could take for a command becomes U+FFFD."""
    return "".join(c if c in KEPT or unicodedata.category(c) not in UNSAFE else "\ufffd" for c in text)


def safe(text: object, style: str = "") -> Text:
    return Text(printable(str(text)), style=style)
