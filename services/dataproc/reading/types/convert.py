"""From columns of strings to columns of values: whole batches at once where the format allows, cell by cell elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.types.plan import ColumnPlan

REMEMBERED = 200_000
SHOWN_ROWS = 20
ISO_DATE = ("%Y-%m-%d",)
ISO_STAMPS = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
              "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z"}  # fmt: skip
FLOAT_LETTERS = r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$"
WHOLE = r"^[-+]?\d{1,18}$"
EXACT_LENGTH = 16


@dataclass
class Misfits:
    """Cells that did not fit their column: distinct texts with counts, and the first rows (counted from 1)."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[int] = field(default_factory=list)

    def total(self) -> int:
        return self.counts.total()


class ColumnConverter:
    """Turns string arrays of one column into arrays of its storage type, remembering what did not fit."""

    def __init__(self, plan: ColumnPlan) -> None:
        self.plan = plan
        self.misfits = Misfits()
        self._known: dict[str, Any] = {}
        self._nulls = pa.array(sorted(plan.nulls), pa.string())

    def __call__(self, cells: pa.Array, first_row: int) -> pa.Array:
        present = self._without_nulls(cells)
        if self.plan.type == "empty":
            return self._empty(present, first_row)
        if pa.types.is_string(self.plan.storage):
            return pc.utf8_trim_whitespace(present) if self.plan.type != "text" and self.plan.type != "json" else present
        converted = vectorised(pc.utf8_trim_whitespace(present), self.plan)
        return converted if converted is not None else self._cell_by_cell(present, first_row)

    def _without_nulls(self, cells: pa.Array) -> pa.Array:
        missing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(cells)), value_set=self._nulls)
        return pc.if_else(missing, pa.scalar(None, pa.string()), cells)

    def _empty(self, present: pa.Array, first_row: int) -> pa.Array:
        return self._cell_by_cell(present, first_row) if present.null_count < len(present) else present

    def _cell_by_cell(self, present: pa.Array, first_row: int) -> pa.Array:
        encoded = present.dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        bad = {code for code, text in enumerate(texts) if text is not None and self._value(text) is None}
        if bad:
            self._note(encoded, texts, bad, first_row)
        values = pa.array([None if text is None else self._value(text) for text in texts], self.plan.storage)
        return values.take(encoded.indices)

    def _value(self, text: str) -> Any:
        if text in self._known:
            return self._known[text]
        try:
            value = self.plan.parse(text)
        except (ValueError, ArithmeticError, OverflowError):
            value = None
        if len(self._known) < REMEMBERED:
            self._known[text] = value
        return value

    def _note(self, encoded: pa.DictionaryArray, texts: list[str], bad: set[int], first_row: int) -> None:
        for offset, code in enumerate(encoded.indices.to_pylist()):
            if code in bad:
                self.misfits.counts[texts[code]] += 1
                if len(self.misfits.rows) < SHOWN_ROWS:
                    self.misfits.rows.append(first_row + offset + 1)


def vectorised(cells: pa.Array, plan: ColumnPlan) -> pa.Array | None:
    """The whole array at once, when every cell is in a form that the compute kernels read exactly as `plan.parse` does."""
    try:
        if pa.types.is_int64(plan.storage):
            return cells.cast(pa.int64()) if plan.format is None and plan.unit is None and every(cells, WHOLE) else None
        if pa.types.is_float64(plan.storage):
            return as_floats(cells) if plan.format is None and plan.unit is None else None
        if pa.types.is_date32(plan.storage):
            return cells.cast(pa.date32()) if plan.format in ISO_DATE else None
        if pa.types.is_timestamp(plan.storage):
            return cells.cast(plan.storage) if plan.format in ISO_STAMPS else None
    except pa.ArrowInvalid:
        return None
    return None


def every(cells: pa.Array, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(cells, pattern)).as_py() is not False


def as_floats(cells: pa.Array) -> pa.Array | None:
    """Doubles, where the texts are short enough that a double keeps every digit."""
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    return cells.cast(pa.float64()) if longest <= EXACT_LENGTH and every(cells, FLOAT_LETTERS) else None
