"""An answer as a table: a scalar is one cell, a list one column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """Cells are JSON: dates are ISO 8601 text."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, value: Any) -> Result:
        """Of whatever an answer's `value` may be: one cell, a list, a list of rows, an object."""
        if isinstance(value, Mapping):
            return cls(tuple(map(str, value)), (tuple(value.values()),))
        if isinstance(value, list):
            rows = tuple(_row(item) for item in value)
            return cls(tuple(str(i) for i in range(max(map(len, rows), default=1))), rows)
        return cls(("value",), ((value,),))

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def column(self, index: int) -> list[Any]:
        return [row[index] if index < len(row) else None for row in self.rows]

    def shown(self, most: int = 6) -> str:
        """Short enough for a line of a report."""
        if len(self.rows) == 1 and len(self.rows[0]) == 1:
            return repr(self.rows[0][0])
        more = f" … {len(self.rows)} rows" if len(self.rows) > most else ""
        return f"{list(self.columns)} {[list(row) for row in self.rows[:most]]}{more}"


def _row(value: Any) -> Row:
    if isinstance(value, Mapping):
        return tuple(value.values())
    return tuple(value) if isinstance(value, list | tuple) else (value,)
