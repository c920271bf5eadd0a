"""What an inspection may cost and what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.formats import Format

ReadRange = Callable[[int, int], Awaitable[bytes]]
"""Bytes of the stored object from a start up to, not including, an end."""


@dataclass(frozen=True)
class ContentLimits:
    """How far compressed content may unfold. A file that stays below `small` bytes may have any ratio."""

    inflated_bytes: int = 4 << 30
    inflation: int = 250
    small: int = 256 << 20
    members: int = 10_000


@dataclass(frozen=True)
class Verdict:
    """What the content is. `encoding` is told for text only, as far as its beginning shows it."""

    format: Format
    encoding: str | None = None
