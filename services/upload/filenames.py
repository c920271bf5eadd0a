"""Names that people gave their files: metadata, made safe to show and to send in a header. Never part of a path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 200  # characters
UNNAMED = "unnamed"
# Unicode categories: control, format (bidi overrides), surrogates, private and unassigned, line and paragraph ends.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = "\u200c\u200d"  # format characters that Persian, Indic scripts and emoji are written with


def readable(raw: bytes) -> str:
    """Bytes of a name as text: UTF-8, or Latin-1 where it is not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def display_name(name: str) -> str:
    """The last component of a name, normalised, without anything invisible, at most `LONGEST` characters, never empty."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(
        c for c in unicodedata.normalize("NFC", last) if c in JOINERS or unicodedata.category(c) not in HIDDEN
    ).strip()
    return _shortened(shown) if shown.strip(".") else UNNAMED


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"


def content_disposition(name: str) -> str:
    """An attachment of this name, for clients old (ASCII) and new (RFC 8187)."""
    ascii_name = re.sub(r'[^\x20-\x7e]|["\\%;]', "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
