"""Names that a person may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CLOSE = 0.6
_MOST = 3
_MOST_LISTED = 12


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'Revenue'?`, or nothing."""
    near = nearest(name, known)
    return f"Did you mean {' or '.join(repr(other) for other in near)}?" if near else ""


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The closest known names, best first; spelling counts more than case, spaces and underscores."""
    by_key: dict[str, str] = {}
    for other in known:
        by_key.setdefault(_key(other), other)
    return [by_key[key] for key in difflib.get_close_matches(_key(name), list(by_key), n=_MOST, cutoff=_CLOSE)]


def listed(known: Iterable[str]) -> str:
    """The first names, for a message."""
    names = sorted(known)
    return ", ".join(names[:_MOST_LISTED]) + (f" … ({len(names)} in all)" if len(names) > _MOST_LISTED else "")


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
