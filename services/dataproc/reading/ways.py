"""How a table was read, as its `reading` keeps it: its raw cells are found again in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """Column by column with a library's reader, or cell by cell."""

    FAST = "fast"
    CAREFUL = "careful"

    @classmethod
    def of(cls, reading: Mapping[str, Any]) -> Way:
        """Cell by cell, which reads everything, where it is not said."""
        return cls(reading.get("path", cls.CAREFUL))


class FastReader(StrEnum):
    """What read a table in the fast way, where there are several."""

    COLUMNS = "columns"
    MENDED = "mended copy"
    BLOCKS = "blocks"
