"""From columns of strings to columns of values: whole batches at once where the format allows, cell by cell elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.cell_bytes import Ends, trim_cells
from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.storage import is_number_storage
from services.dataproc.reading.typing.vectorised import convert_vectorised, match_form
from shared.columns import ColumnType

REMEMBERED = 200_000  # texts whose values are kept; a column with more of them hardly repeats any
SHOWN_ROWS = 20  # rows of misfits that are kept for reports
OFFENDING_ROWS = 10  # rows that the evidence names: enough to look at, and still a sentence
FEW_VALUES = 1_000  # different texts from which on looking each up costs more than reading it again
NO_TEXT = pa.scalar(None, pa.string())
COMMON_NULLS = frozenset({"", "NA", "N/A", "NULL", "null", "nan", "NaN"})
TOKEN_SETS = 64  # of null tokens: nearly all columns of a table have one of a few


@dataclass
class MisfitCounts:
    """Cells that did not fit their column: distinct texts with counts, and the first rows (counted from 1)."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[int] = field(default_factory=list)

    def total(self) -> int:
        return self.counts.total()


@lru_cache(maxsize=TOKEN_SETS)
def array_of(tokens: frozenset[str]) -> pa.Array:
    return pa.array(sorted(tokens), pa.string())


@lru_cache(maxsize=TOKEN_SETS)
def ends_of(tokens: frozenset[str]) -> Ends:
    return Ends(tokens)


@lru_cache(maxsize=TOKEN_SETS)
def longest(tokens: frozenset[str]) -> int:
    return max((len(token.encode()) for token in tokens), default=0)


class ColumnConverter:
    """Turns string arrays of one column into arrays of its storage type, remembering what did not fit."""

    def __init__(self, plan: ColumnPlan) -> None:
        self.plan = plan
        self.misfits = MisfitCounts()
        self.offending_rows: list[int] = []
        self._known: dict[str, Any] = {}
        self._offending = pa.array(list(plan.offending), pa.string())
        self._nulls = array_of(plan.nulls)
        self._common_nulls = array_of(plan.seen_nulls | COMMON_NULLS)
        self._repeats = plan.distinct is not None and plan.distinct <= FEW_VALUES
        self._ends = ends_of(plan.nulls)
        self._longest_null = longest(plan.nulls)

    def __call__(self, cells: pa.Array, first_row: int) -> pa.Array:
        if cells.type == self.plan.storage and not pa.types.is_string(cells.type):
            return cells
        if self.plan.wrapping is not None:
            cells = self.plan.wrapping.unwrap_all(cells)
        if (converted := self._in_plainest_form(cells)) is not None:
            return converted
        if self.plan.type is not ColumnType.EMPTY and pa.types.is_string(self.plan.storage):
            self._note_offending(cells, first_row)
            return self._texts(cells)
        present = self._without_nulls(cells)
        if self.plan.type is ColumnType.EMPTY:
            return self._empty(present, first_row)
        converted = convert_vectorised(trim_cells(present), self.plan)
        return converted if converted is not None else self._in_parts(present, first_row)

    def _in_plainest_form(self, cells: pa.Array) -> pa.Array | None:
        """Numbers in their plainest form, with only the commonest null tokens between them."""
        if not self.plan.plain or not is_number_storage(self.plan.storage):
            return None
        if not self.plan.seen_nulls and (converted := convert_vectorised(cells, self.plan)) is not None:
            return converted
        return convert_vectorised(null_out(cells, self._common_nulls), self.plan)

    def _note_offending(self, cells: pa.Array, first_row: int) -> None:
        """The first rows whose cell kept the column text; a long column is looked through only until they are found."""
        wanted = OFFENDING_ROWS - len(self.offending_rows)
        if wanted and len(self._offending):
            found = pc.indices_nonzero(pc.is_in(cells, value_set=self._offending))
            self.offending_rows += [first_row + offset + 1 for offset in found[:wanted].to_pylist()]

    def _texts(self, cells: pa.Array) -> pa.Array:
        """Texts without null tokens and, where they mean nothing, the blanks around them; repeated ones are looked at once."""
        if not self._repeats:
            present = self._without_nulls(cells)
            return trim_cells(present) if self.plan.trims else present
        encoded = cells.dictionary_encode()
        present = self._without_nulls(encoded.dictionary)
        kept = pc.utf8_trim_whitespace(present) if self.plan.trims else present
        return cells if kept.equals(encoded.dictionary) else kept.take(encoded.indices)

    def _without_nulls(self, cells: pa.Array) -> pa.Array:
        shortest = pc.min(pc.binary_length(cells)).as_py() or 0
        if shortest > self._longest_null or (shortest and not self._ends.any_in(cells)):
            return cells
        missing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(cells)), value_set=self._nulls)
        return pc.if_else(missing, NO_TEXT, cells)

    def _empty(self, present: pa.Array, first_row: int) -> pa.Array:
        return self._cell_by_cell(present, first_row) if present.null_count < len(present) else present

    def _in_parts(self, present: pa.Array, first_row: int) -> pa.Array:
        """The cells of the regular form at once, the others one by one."""
        cells = trim_cells(present)
        if (fits := match_form(cells, self.plan)) is None or not pc.any(fits).as_py():
            return self._cell_by_cell(present, first_row)
        values = convert_vectorised(pc.if_else(fits, cells, NO_TEXT), self.plan)
        if values is None:
            return self._cell_by_cell(present, first_row)
        return pc.coalesce(values, self._cell_by_cell(pc.if_else(fits, NO_TEXT, present), first_row))

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


def null_out(cells: pa.Array, tokens: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(cells, value_set=tokens), NO_TEXT, cells)
