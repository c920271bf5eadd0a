"""What a plan finds, as JSON: the cells of a table, or, where these are too many to carry, enough to tell two results apart."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Cell: TypeAlias = bool | int | float | str | None
Row: TypeAlias = tuple[Cell, ...]
DIGEST_BITS = 128


class NumberSums(BaseModel):
    """Of the numbers in one column: their sum, that of their sizes, of their squares, and of each times a weight that hangs on the texts of
    its row, so that numbers that changed places give another sum."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    total: float = 0.0
    size: float = 0.0
    squares: float = 0.0
    weighted: float = 0.0


class Sketch(BaseModel):
    """Two results of the same rows, in whatever order, have the same sketch, up to what sums of floats differ by.

    A digest of the numbers themselves would tell 0.1 + 0.2 and 0.3 apart; sums can be compared with a tolerance.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    texts: str = Field(description="hex digest of all cells that are no numbers, and of where numbers stand")
    numbers: tuple[NumberSums, ...] = Field(description="one for each column")


class Result(BaseModel):
    """`rows` are all of them, in their order, or None where these are more than was asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    columns: tuple[str, ...]
    total_rows: int = Field(ge=0)
    sketch: Sketch
    rows: tuple[Row, ...] | None = None

    @classmethod
    def of_columns(cls, names: Sequence[str], columns: Sequence[Iterable[object]]) -> Result:
        """Of values as Arrow and pandas hand them over: dates, times, decimals, NaN."""
        rows = tuple(zip(*(map(cell_of, column) for column in columns), strict=True))
        return cls(columns=tuple(names), total_rows=len(rows), sketch=sketch_of(rows, len(names)), rows=rows)

    @classmethod
    def of_value(cls, value: object) -> Result:
        """Of an answer that is a single value."""
        return cls.of_columns(("value",), ((value,),))

    def within(self, most_rows: int, most_bytes: int) -> Result:
        """Without its rows, where these take more than that as JSON."""
        if self.rows is None or (len(self.rows) <= most_rows and self.size <= most_bytes):
            return self
        return self.model_copy(update={"rows": None})

    @property
    def size(self) -> int:
        """Bytes as JSON."""
        return len(self.model_dump_json().encode())


def cell_of(value: Any) -> Cell:
    """A value as typed JSON, as the answers of the jail have it: days and midnights as ISO 8601 days, no NaN, elapsed times as pandas writes them."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if hasattr(value, "item"):  # a scalar of numpy
        value = value.item()
    if isinstance(value, (float, Decimal)):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.tzinfo is None and value.time() == dt.time.min else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return _elapsed(value)
    return value if isinstance(value, (bool, int)) else json.dumps(value, ensure_ascii=False, default=str)


def is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def rest_of(row: Row) -> Row:
    """What must be the same to the letter: the cells that are no numbers, and where numbers stand."""
    return tuple("\0number" if is_number(cell) else cell for cell in row)


def sketch_of(rows: Iterable[Row], width: int) -> Sketch:
    digest = 0
    sums = [[0.0] * len(NumberSums.model_fields) for _ in range(width)]
    for row in rows:
        code = _code(rest_of(row))
        digest = (digest + code) % (1 << DIGEST_BITS)
        _add(sums, row, weight=code / (1 << DIGEST_BITS))
    names = tuple(NumberSums.model_fields)
    numbers = tuple(NumberSums(**dict(zip(names, of_column, strict=True))) for of_column in sums)
    return Sketch(texts=f"{digest:032x}", numbers=numbers)


def _add(sums: list[list[float]], row: Row, weight: float) -> None:
    for column, cell in zip(sums, row, strict=True):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            value = float(cell)
            for place, part in enumerate((value, abs(value), value * value, value * weight)):
                column[place] += part


def _code(rest: Row) -> int:
    text = json.dumps(rest, ensure_ascii=False).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=DIGEST_BITS // 8).digest(), "big")


def _elapsed(value: dt.timedelta) -> str:
    minutes, seconds = divmod(value.seconds, 60)
    fraction = f".{value.microseconds:06}" if value.microseconds else ""
    sign = "+" if value.days < 0 else ""
    return f"{value.days} days {sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"
