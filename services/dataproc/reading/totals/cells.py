"""The cells of a written table that totals are looked for in: read column by column, and only those that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.dataproc.reading.model import Column
from services.dataproc.reading.totals.arithmetic import Mask, Measure, Numbers, can_be_added
from services.dataproc.reading.totals.words import SAME_LETTERS, label_of, total_like_pattern
from shared.columns import ColumnType, Family

MOST_LABELLED = 8
"""Columns of text in which labels are looked for, from the left: a total is labelled where a reader begins."""
WHOLE_COLUMN = 200_000
"""Rows up to which a column of many different texts is looked through; of longer ones, the ends."""
AT_THE_ENDS = 10_000
MOST_NUMBERS = 16_000_000
"""Numbers that are held at once, 128 MB: of a long table as many columns as fit, at least one."""
MOST_MEASURES = 16
MOST_KEYS = 32
"""Columns that say what a row is about; a table of more is no cube."""
PERIOD = (1900, 2100)
"""Whole numbers in it are years, and name their rows."""


@dataclass
class TableCells:
    """`values` are the different cells of columns that have few, `summaries` what the profile says of each column."""

    path: Path
    rows: int
    columns: Sequence[Column]
    summaries: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Sequence[str]]
    _read: dict[str, pa.Array] = field(default_factory=dict)
    _codes: dict[str, np.ndarray] = field(default_factory=dict)

    def column(self, name: str) -> pa.Array:
        if name not in self._read:
            read = self._file.read([name], use_threads=False).column(0)
            self._read[name] = read.combine_chunks() if read.num_chunks != 1 else read.chunk(0)
        return self._read[name]

    @cached_property
    def _file(self) -> pq.ParquetFile:
        """Opened once: of a wide table what the file says of its columns takes longer to read than a column."""
        return pq.ParquetFile(self.path)

    @cached_property
    def texts(self) -> list[str]:
        schema = self._file.schema_arrow
        plain = (c.name for c in self.columns if c.type.is_plain_text)
        return [name for name in plain if pa.types.is_string(schema.field(name).type)][:MOST_LABELLED]

    @cached_property
    def keys(self) -> list[str]:
        """Columns that say what a row is about, and measure nothing."""
        named = (Family.TEXT, Family.DATE, Family.BOOLEAN)
        told = (c for c in self.columns if c.type.family in named or self._is_period(c))
        return [c.name for c in islice((c for c in told if c.type is not ColumnType.EMPTY), MOST_KEYS)]

    def is_timeline(self, name: str) -> bool:
        """Does the column name days or years throughout? A row with one of its own is that day's."""
        column = next(c for c in self.columns if c.name == name)
        return column.type.family is Family.DATE or self._is_period(column)

    def measures(self) -> list[Measure]:
        most = max(1, min(MOST_MEASURES, MOST_NUMBERS // max(1, self.rows)))
        summing = [c for c in self.columns if c.type.sums]
        counted = [c for c in summing if not self._is_period(c)] or summing
        found = ((c.name, self._numbers(c.name)) for c in counted)
        fitting = ((name, cells) for name, cells in found if can_be_added(cells) and not numbers_rows(cells))
        return list(islice((Measure.of(name, cells) for name, cells in fitting), most))

    def labels(self, name: str) -> dict[int, str]:
        """Cells of a column that may say that their row sums up others, by row."""
        known = self.values.get(name)
        if known is not None and len(known) == self.summaries[name].get("distinct"):
            like = [value for value in known if label_of(value)]
            return self._rows_with(name, like) if like else {}
        if self.rows <= WHOLE_COLUMN:
            return _labels_in(self.column(name), 0)
        file = self._file
        first = file.read_row_group(0, [name]).column(0)[:AT_THE_ENDS].combine_chunks()
        last = file.read_row_group(file.num_row_groups - 1, [name]).column(0)[-AT_THE_ENDS:].combine_chunks()
        return _labels_in(first, 0) | _labels_in(last, self.rows - len(last))

    def _rows_with(self, name: str, cells: Sequence[str]) -> dict[int, str]:
        column = self.column(name)
        rows = np.flatnonzero(as_mask(pc.is_in(column, pa.array(cells, column.type))))
        return dict(zip(rows.tolist(), column.take(pa.array(rows)).to_pylist(), strict=True))

    def text_at(self, name: str, row: int) -> str:
        """As Arrow writes it: a day beyond the year 9999 is none of Python's."""
        return str(self.column(name).slice(row, 1).cast(pa.string())[0].as_py())

    def blank_rows(self, name: str) -> Mask:
        return (
            as_mask(pc.is_null(self.column(name))) if self.summaries[name].get("nulls") else np.zeros(self.rows, bool)
        )

    def codes(self, name: str) -> np.ndarray:
        """A number for each different cell, 0 for a missing one."""
        if name not in self._codes:
            indices = self.column(name).dictionary_encode().indices.cast(pa.int64())
            self._codes[name] = np.asarray(pc.fill_null(indices, -1).to_numpy(zero_copy_only=False)) + 1
        return self._codes[name]

    def _numbers(self, name: str) -> Numbers:
        column = self.column(name)
        plain = column.cast(pa.int64()) if pa.types.is_duration(column.type) else column
        cells = np.asarray(plain.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
        return np.where(np.isfinite(cells), cells, np.nan)

    def _is_period(self, column: Column) -> bool:
        entry = self.summaries[column.name]
        low, high = entry.get("min"), entry.get("max")
        if column.type is not ColumnType.INTEGER or not isinstance(low, int) or not isinstance(high, int):
            return False
        return PERIOD[0] <= low and high <= PERIOD[1]


def _labels_in(column: pa.Array, start: int) -> dict[int, str]:
    rows = np.flatnonzero(as_mask(pc.match_substring_regex(_folded(column), total_like_pattern())))
    cells = column.take(pa.array(rows)).to_pylist()
    return {start + row: cell for row, cell in zip(rows.tolist(), cells, strict=True) if label_of(cell)}


def _folded(column: pa.Array) -> pa.Array:
    """As `fold` does, but for the case."""
    if pc.all(pc.string_is_ascii(column)).as_py() is not False:
        return column
    folded = pc.utf8_normalize(column, "NFKC")
    for letter, same in SAME_LETTERS.items():
        folded = pc.replace_substring(folded, chr(letter), same or "")
    return folded


def as_mask(truths: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(truths, False).to_numpy(zero_copy_only=False), np.bool_)


def numbers_rows(cells: Numbers) -> bool:
    """1, 2, 3 …: the rows' numbers add up to nothing, and a total's row has one too."""
    return len(cells) > 2 and bool(np.all(np.diff(cells) == 1))
