"""Large worksheets that are one plain table: read in columns, typed by the workbook's own cell types.

What only openpyxl tells of a sheet is not looked at here, and the table's warnings say so.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.layout.cell_kinds import filled
from services.dataproc.reading.layout.finding import find_layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable
from services.dataproc.reading.ways import Way
from services.dataproc.reading.workbook.cell_text import no_days_note
from services.dataproc.reading.workbook.column_kinds import DAY_ZERO, STORED, common_kind, drop_impossible_days, kind_of
from services.dataproc.reading.workbook.inspection import LARGEST_INSPECTED, TOO_LARGE, Package, Uninspected
from services.dataproc.reading.workbook.row_pieces import (
    Kinds,
    Loaded,
    SheetCutter,
    Uncut,
    has_merged_cells,
    load_header,
    load_pieces,
    load_rows,
)
from shared.formats.refusals import too_large

LARGE_SHEET = LARGEST_INSPECTED  # what is too large for openpyxl is also what costs too much as Python objects
HELD_WHOLE = 2  # times its XML is what fastexcel holds of a sheet that it loads whole: 545 MB for 316 MB were measured
SAMPLED_ROWS = 2_000
BATCH_ROWS = 65_536
MACINTOSH = 1904  # workbooks that count their days from this year on count the first as 0


@dataclass(frozen=True)
class LargeSheet:
    """Where a large sheet is, and where its rows may be put down while it is read."""

    path: Path
    name: str
    package: Package | None
    folder: Path

    @cached_property
    def part(self) -> str | None:
        with suppress(Uninspected):
            return self.package.part_of(self.name) if self.package is not None else None
        return None

    @property
    def day_zero(self) -> datetime:
        """The day before the first; times of day alone are on it."""
        return self.package.epoch if self.package and self.package.epoch.year == MACINTOSH else DAY_ZERO


def read_large_sheet(sheet: LargeSheet, limits: Limits, header_rows: int | None) -> ColumnStore | None:
    """The sheet's rows, or None when it is not one plain table from its first row on."""
    sheet.folder.mkdir(parents=True, exist_ok=True)
    try:
        store = load_in_pieces(sheet, limits.threads)
    except Uncut:
        store = load_whole(sheet, limits)
    return store if store is not None and store.rows and is_plain(store, header_rows) else None


def load_in_pieces(sheet: LargeSheet, threads: int, texts: Kinds | None = None) -> ColumnStore | None:
    """The rows of the sheet, once more with columns as text whose pieces are of kinds that differ; None when there are merged cells. Raises Uncut."""
    if sheet.part is None:
        raise Uncut
    cutter = SheetCutter(sheet.path, sheet.part, sheet.folder)
    store = ColumnStore(sheet, load_header(cutter.header(), sheet.name))
    for number, loaded in enumerate(load_pieces(cutter, sheet.name, texts or {}, threads)):
        store.add(loaded, sheet.folder / f"{number}.arrow")
    if cutter.merged:
        return None
    if (mixed := store.mixed()) and not texts:
        return load_in_pieces(sheet, threads, dict.fromkeys(mixed, "string"))
    return store


def load_whole(sheet: LargeSheet, limits: Limits) -> ColumnStore | None:
    """The rows of the sheet at once; None when there are merged cells. Refuses a sheet that would take more memory than there is."""
    with zipfile.ZipFile(sheet.path) as archive:
        largest = max(info.file_size for info in archive.infolist())
        if sheet.part is not None and has_merged_cells(archive, sheet.part):
            return None
    if largest * HELD_WHOLE > limits.memory_bytes:
        raise too_large(
            f"sheet {sheet.name!r} unpacks to {largest:,} bytes, and is not written so that it could be read in pieces"
        )
    store = ColumnStore(sheet, load_header(sheet.path, sheet.name))
    store.add(load_rows(sheet.path, sheet.name), sheet.folder / "whole.arrow")
    return store


def is_plain(store: ColumnStore, header_rows: int | None) -> bool:
    """Is the sheet one table from its first row on, with a header of one row?"""
    head = [store.names, *text_rows(store.head)]
    layout = find_layout(head, header_rows=header_rows, more_follow=True)
    return layout.header == (0, 1) and layout.width == len(store.names) and all(filled(row) for row in head)


def text_rows(batch: pa.RecordBatch) -> list[list[str]]:
    columns = [column.cast(pa.string()).fill_null("").to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


@dataclass
class ColumnStore:
    """The rows of a sheet on disk, batch by batch, each with the types that its own cells have."""

    sheet: LargeSheet
    names: list[str]
    files: list[Path] = field(default_factory=list)
    kinds: list[set[str]] = field(default_factory=list)
    head: pa.RecordBatch | None = None
    rows: int = 0
    lost: int = 0
    no_days: int = 0

    def add(self, loaded: Loaded, path: Path) -> None:
        """Raises Uncut when the rows have other columns than the header."""
        if loaded.batch.num_columns != len(self.names):
            raise Uncut
        batch = self._drop_impossible_days(drop_blank_rows(loaded.batch))
        if self.head is None or not self.rows:
            self.head, self.kinds = batch.slice(0, SAMPLED_ROWS), [set() for _ in batch.columns]
        for seen, column in zip(self.kinds, batch.columns, strict=True):
            seen.add(kind_of(column, self.sheet.day_zero))
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema, options=options) as writer:
            writer.write_table(pa.Table.from_batches([batch]), max_chunksize=BATCH_ROWS)
        self.files.append(path)
        self.rows += batch.num_rows
        self.lost += loaded.lost

    def _drop_impossible_days(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns, counts = zip(*(drop_impossible_days(c, self.sheet.day_zero) for c in batch.columns), strict=True)
        self.no_days += sum(counts)
        return pa.record_batch(list(columns), names=batch.schema.names) if any(counts) else batch

    def mixed(self) -> list[int]:
        """Columns whose pieces are of kinds that no type takes in."""
        return [i for i, seen in enumerate(self.kinds) if common_kind(seen) is None]

    def warnings(self) -> Iterator[str]:
        yield from TOO_LARGE.notes()
        if self.lost:
            yield f"{self.lost:,} cell(s) hold an error value such as #DIV/0! and are read as missing"
        if self.no_days:
            yield no_days_note(self.no_days)

    def table(self, reading: Mapping[str, Any], *, hidden: bool) -> RawTable:
        stored = [STORED[common_kind(seen) or "text"] for seen in self.kinds]
        schema = pa.schema([(f"c{i}", kind) for i, (kind, _) in enumerate(stored)])
        said = [f"sheet {self.sheet.name!r} is hidden in the workbook"] if hidden else []
        return RawTable(
            self.sheet.name,
            tuple(self.names),
            StoredBatches(self.files, schema),
            {**reading, "region": 0, "region_at": [0, 0], "header_rows": 1, "path": Way.FAST, "why": "large, and a plain table from its first row on"},
            (*said, *self.warnings()),
            {i: why for i, (_, why) in enumerate(stored) if why},
        )  # fmt: skip


def drop_blank_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Rows in which nothing stands are not part of a table, wherever they are."""
    blank: pa.Array | None = None
    for column in batch.columns:
        if not column.null_count and not pa.types.is_string(column.type):
            return batch
        missing = pc.is_null(column)
        if pa.types.is_string(column.type):
            missing = pc.or_kleene(missing, pc.equal(pc.utf8_trim_whitespace(column), ""))
        blank = missing if blank is None else pc.and_(blank, missing)
        if not pc.any(blank).as_py():
            return batch
    return batch if blank is None else batch.filter(pc.invert(blank))


class StoredBatches:
    """The batches of a store, cast to the types that hold all of them."""

    def __init__(self, files: list[Path], schema: pa.Schema) -> None:
        self.schema = schema
        self._files = files

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for path in self._files:
            with pa.OSFile(str(path)) as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    columns = reader.get_batch(number).columns
                    kinds = self.schema.types
                    yield pa.record_batch(
                        [c.cast(kind) for c, kind in zip(columns, kinds, strict=True)], schema=self.schema
                    )
