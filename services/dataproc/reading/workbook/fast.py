"""Large, regular worksheets: read in columns, typed by the workbook's own cell types."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa

from services.dataproc.reading.layout.cell_kinds import filled
from services.dataproc.reading.layout.finding import find_layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable
from services.dataproc.reading.workbook.column_formats import remark_on
from services.dataproc.reading.workbook.format_watch import FormatWatch
from services.dataproc.reading.workbook.number_formats import CellFormat
from services.dataproc.reading.workbook.sheet_kinds import (
    STORED,
    ShownKinds,
    as_shown,
    common_kind,
    kind_of,
    without_no_days,
)
from services.dataproc.reading.workbook.sheet_parts import day_zero, hidden_sheets, part_of, sheet_names
from services.dataproc.reading.workbook.sheet_pieces import Cutter, Passed, Uncut, load, load_pieces, whole_rows
from services.dataproc.reading.workbook.sheet_strings import NoReferences, SharedStrings
from services.dataproc.reading.workbook.sheet_styles import cell_formats

LARGE_PART = 24 << 20
SAMPLED_ROWS = 2_000
BATCH_ROWS = 65_536
UNNAMED = "__UNNAMED__"

Styles = Mapping[int, CellFormat]


def is_large(path: Path) -> bool:
    """Does one part of the workbook hold that many bytes of cells?"""
    with zipfile.ZipFile(path) as archive:
        return any(info.file_size > LARGE_PART for info in archive.infolist() if "worksheets/" in info.filename)


def read_large(path: Path, scratch: Path, limits: Limits, overrides: Mapping[str, Any]) -> list[RawTable] | None:
    """One table per sheet, or None when a sheet is not one plain table from its first row on."""
    tables, hidden, styles = [], hidden_sheets(path), cell_formats(path)
    with SharedStrings(path) as strings:
        for index, name in enumerate(sheet_names(path) or fastexcel.read_excel(path).sheet_names):
            loaded = load_sheet(path, index, name, scratch / f"sheet-{index}", strings, styles, limits.threads)
            if not loaded.rows:
                continue
            if not is_plain(loaded, overrides.get("header_rows")):
                return None
            tables.append(loaded.table(index, hidden=name in hidden))
    return tables or None


def is_plain(loaded: Loaded, header_rows: int | None) -> bool:
    """Is the sheet one table from its first row on, with a header of one row?"""
    head = [loaded.names, *text_rows(loaded.head)]
    layout = find_layout(head, header_rows=header_rows, more_follow=True)
    plain: bool = not loaded.passed.merged and layout.header == (0, 1) and layout.width == len(loaded.names)
    return plain and all(filled(row) for row in head)


def text_rows(batch: pa.RecordBatch) -> list[list[str]]:
    columns = [column.cast(pa.string()).fill_null("").to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


@dataclass
class Loaded:
    """A sheet whose pieces lie on disk, each with the types that its own cells have. `zero` is the day before the workbook's first."""

    name: str
    passed: Passed
    zero: datetime
    files: list[Path] = field(default_factory=list)
    kinds: list[set[str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    head: pa.RecordBatch | None = None
    rows: int = 0
    shown: list[ShownKinds] = field(default_factory=list)

    def keep(self, batch: pa.RecordBatch, path: Path) -> None:
        """Raises Uncut when the piece has another number of columns than those before."""
        if self.head is None:
            self.names = ["" if column.startswith(UNNAMED) else column for column in batch.schema.names]
            self.head, self.kinds, self.shown = (
                batch.slice(0, SAMPLED_ROWS),
                [set() for _ in batch.columns],
                [ShownKinds() for _ in batch.columns],
            )
        if batch.num_columns != len(self.kinds):
            raise Uncut
        batch = self._real_days(batch)
        for index, column in enumerate(batch.columns):
            self.kinds[index].add(kind_of(column, self.zero))
            if index in self.passed.formats.columns:
                self.shown[index].add(column, self.passed.formats.columns[index])
        with (
            pa.OSFile(str(path), "wb") as sink,
            pa.ipc.new_file(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer,
        ):
            writer.write_table(pa.Table.from_batches([batch]), max_chunksize=BATCH_ROWS)
        self.files.append(path)
        self.rows += batch.num_rows

    def _real_days(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns, counts = zip(*(without_no_days(column, self.zero) for column in batch.columns), strict=True)
        self.passed.no_days += sum(counts)
        return pa.record_batch(list(columns), names=batch.schema.names) if any(counts) else batch

    def mixed(self) -> list[int]:
        """Columns whose pieces are of kinds that no type takes in."""
        return [i for i, seen in enumerate(self.kinds) if common_kind(seen) is None]

    def table(self, index: int, *, hidden: bool) -> RawTable:
        kinds = [common_kind(seen) or "text" for seen in self.kinds]
        formats = {
            i: shown
            for i, shown in self.passed.formats.columns.items()
            if i < len(kinds) and self.shown[i].suits(shown, kinds[i])
        }
        for i, shown in formats.items():
            kinds[i] = self.shown[i].kind(shown, kinds[i])
        stored = [STORED[kind] for kind in kinds]
        schema = pa.schema([(f"c{i}", kind) for i, (kind, _) in enumerate(stored)])
        evidence = {i: why for i, (_, why) in enumerate(stored) if why}
        reading = {"sheet": self.name, "sheet_index": index, "region": 0, "region_at": [0, 0], "header_rows": 1, "path": "fast",
                   "why": "large, and a plain table from its first row on"}  # fmt: skip
        said = [f"sheet {self.name!r} is hidden in the workbook"] if hidden else []
        units = {i: shown.unit for i, shown in formats.items() if shown.unit}
        remarks = self.passed.formats.remarks | {i: remark_on(shown) for i, shown in formats.items()}
        batches = PieceBatches(self.files, schema, formats)
        return RawTable(
            self.name,
            tuple(self.names),
            batches,
            reading,
            (*said, *self.passed.warnings()),
            evidence,
            units=units,
            remarks=remarks,
        )


class PieceBatches:
    """The pieces of a sheet, cast to the types that hold them all, numbers as the formats of their columns show them."""

    def __init__(self, files: list[Path], schema: pa.Schema, formats: Mapping[int, CellFormat]) -> None:
        self.schema = schema
        self._files, self._formats = files, formats

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for path in self._files:
            with pa.OSFile(str(path)) as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    yield pa.record_batch(
                        [self._column(i, c) for i, c in enumerate(reader.get_batch(number).columns)], schema=self.schema
                    )

    def _column(self, index: int, column: pa.Array) -> pa.Array:
        shown, kind = self._formats.get(index), self.schema.field(index).type
        return column.cast(kind) if shown is None else as_shown(column, shown).cast(kind)


def load_sheet(
    path: Path, index: int, sheet: str, folder: Path, strings: SharedStrings, styles: Styles, threads: int
) -> Loaded:
    """The sheet in pieces where it can be cut, whole elsewhere; columns whose pieces differ in kind are read again as text."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        part = part_of(archive, sheet)
        try:
            if part is None:
                raise Uncut
            return load_cut(Cutter(archive, part, folder, strings), index, sheet, styles, threads)
        except (Uncut, NoReferences):
            return load_whole(path, index, sheet, folder, archive, part, styles)


def load_cut(cutter: Cutter, index: int, sheet: str, styles: Styles, threads: int, texts: Sequence[int] = ()) -> Loaded:
    cutter = replace(cutter, passed=Passed(formats=FormatWatch(styles)))
    loaded = Loaded(sheet, cutter.passed, day_zero(cutter.archive))
    for number, batch in enumerate(load_pieces(cutter, index, threads, texts)):
        loaded.keep(batch, cutter.folder / f"{number}.arrow")
    if (mixed := loaded.mixed()) and not texts:
        return load_cut(cutter, index, sheet, styles, threads, mixed)
    return loaded


def load_whole(
    path: Path, index: int, sheet: str, folder: Path, archive: zipfile.ZipFile, part: str | None, styles: Styles
) -> Loaded:
    passed = Passed(formats=FormatWatch(styles))
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load, path, index, header=True)
        for text in whole_rows(archive, part) if part else ():
            passed.count(text)
        batch = loading.result()
    loaded = Loaded(sheet, passed, day_zero(archive))
    loaded.keep(batch, folder / "whole.arrow")
    return loaded
