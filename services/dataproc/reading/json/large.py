"""The elements of a large list, or lines, as one table: read block by block, on several processors, each byte once."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from services.dataproc.reading.content import Content
from services.dataproc.reading.json.blocks import (
    BlockFault,
    BlockReader,
    Fault,
    ObjectReader,
    RowReader,
    parse_rows,
    too_many_fields,
)
from services.dataproc.reading.json.framing import (
    LINE_END,
    Block,
    Place,
    blocks_at,
    find_seam,
    list_of_file,
    text_of,
    whole_file,
)
from services.dataproc.reading.json.invalid import check_end, invalid_json_at, invalid_json_in
from services.dataproc.reading.json.mending import Mending, mend, said_of_mending
from services.dataproc.reading.json.processes import Report, Storing, Work, in_processes
from services.dataproc.reading.json.repeated_keys import repeated_keys_warning
from services.dataproc.reading.json.rows import Row, named_rows
from services.dataproc.reading.json.scanning import Unclosed, scanned_blocks
from services.dataproc.reading.json.spilled import SpilledBlocks
from services.dataproc.reading.json.values import EVIDENCE
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable
from services.dataproc.reading.ways import FastReader, Way
from shared.formats.refusals import no_table, too_large, too_wide

BLOCK = 4 << 20
PARALLEL_FROM = 4  # blocks; forking costs as much as reading one
NESTED = "objects become dotted columns, lists are kept as JSON text"


@dataclass(frozen=True)
class Elements:
    """Where they are: on the lines of a file, or in a list, which is all of the file or stands at a place in it."""

    path: Path
    listed: bool
    place: Place | None = None

    def reports(self, work: Work, limits: Limits) -> Iterator[Report]:
        """What came of each block, in order."""
        if not self.listed:
            whole = whole_file(self.path)
            yield from read_all(work, blocks_at(self.path, whole, LINE_END, BLOCK), whole, limits)
            return
        place = self.place or list_of_file(self.path)
        seam = find_seam(self.path, place) if place else None
        first = Block(0, place.begin if place else whole_file(self.path).begin + 1, 0)
        if place and seam:
            for report in read_all(work, blocks_at(self.path, place, seam, BLOCK), place, limits):
                if report.is_broken:  # the seam stood there by chance, or it is no JSON
                    first = report.block
                    break
                yield report
            else:
                return
        yield from self._scanned(work, first, limits)

    def first_rows(self) -> list[Row]:
        """Of rows that are lists. Raises FileRefused where they are none."""
        begin = self.place.begin if self.place else whole_file(self.path).begin + self.listed
        first = Block(0, begin, begin)
        if self.listed:
            blocks = scanned_blocks(self.path, first, BLOCK)
        else:
            blocks = blocks_at(self.path, whole_file(self.path), LINE_END, BLOCK)
        block = next(blocks, first)
        try:
            text, _ = mend(text_of(self.path, block, listed=self.listed))
            return parse_rows(text, listed=self.listed)
        except BlockFault as found:
            raise refusal(self.path, block, found) from found

    def _scanned(self, work: Work, first: Block, limits: Limits) -> Iterator[Report]:
        end = self.place.end if self.place else self.path.stat().st_size
        report = Report(first)
        try:
            for report in read_all(work, scanned_blocks(self.path, first, BLOCK), Place(first.begin, end), limits):
                yield report
        except Unclosed:
            raise invalid_json_at(self.path, report.block.end, "a list does not end") from None
        if not self.place:
            check_end(self.path, report.block.end + 1)


def read_all(work: Work, blocks: Iterator[Block], place: Place, limits: Limits) -> Iterator[Report]:
    """On as many processors as there are blocks to keep them busy. The first block, which shows what to expect, is read before the others begin."""
    yield from map(work, islice(blocks, 1))
    count = min(limits.threads, (place.end - place.begin) // (PARALLEL_FROM * BLOCK))
    yield from in_processes(work, blocks, count, limits.memory_bytes // count) if count > 1 else map(work, blocks)


def table_of_objects(elements: Elements, name: str, content: Content) -> RawTable:
    reader = ObjectReader(listed=elements.listed, max_columns=content.limits.max_columns)
    return large_table(elements, reader, name, "each object is a row", content)


def table_of_rows(elements: Elements, name: str, names: Sequence[str], content: Content) -> RawTable:
    """Of rows that are lists of cells. Without names for the columns the first row may hold them."""
    rows = elements.first_rows()
    found, left = named_rows(rows, names)
    reader = RowReader(found, headed=len(left) < len(rows), listed=elements.listed)
    return large_table(elements, reader, name, "each line is a row, a list of its cells", content)


def large_table(elements: Elements, reader: BlockReader, name: str, rule: str, content: Content) -> RawTable:
    limits, folder = content.limits, Path(tempfile.mkdtemp(dir=content.scratch))
    work = Storing(elements.path, reader, listed=elements.listed, folder=folder)
    repeated, mended, files = Counter[str](), Counter[Mending](), []
    for report in elements.reports(work, limits):
        if report.fault:
            raise refusal(elements.path, report.block, report.fault)
        repeated.update(report.repeated)
        mended.update(report.mended)
        files.append(work.file_of(report.block.number))
        content.meter.parsed(report.block.size)
    blocks = SpilledBlocks(files)
    if not blocks.columns:
        raise no_table("its objects have no fields")
    if len(blocks.columns) > limits.max_columns:
        raise too_wide(too_many_fields(limits.max_columns))
    mixed = [column.name for column in blocks.columns if column.is_mixed]
    reading: dict[str, Any] = {
        "records": "",
        "kind": "json" if elements.listed else "jsonl",
        "path": Way.CAREFUL if mixed else Way.FAST,
        "reader": FastReader.BLOCKS,
        "why": f"large, and {mixed[0]!r} holds values of several kinds"
        if mixed
        else "large, and its objects are alike",
        "rule": rule,
        "nested": NESTED,
    }
    evidence = {i: EVIDENCE[column.type] for i, column in enumerate(blocks.columns) if column.type in EVIDENCE}
    warnings = tuple(filter(None, [repeated_keys_warning(repeated), *said_of_mending(mended)]))
    return RawTable(
        name, tuple(column.name for column in blocks.columns), blocks, reading, warnings, evidence, quoted=True
    )


def refusal(path: Path, block: Block, found: BlockFault) -> Exception:
    """Why a file cannot be read of which a block could not."""
    match found.fault:
        case Fault.BROKEN | Fault.NOT_AN_OBJECT:
            return invalid_json_in(path, block.begin, found.line, found.column, found.reason or found.fault)
        case Fault.OUT_OF_MEMORY:
            return MemoryError()
        case Fault.TOO_MANY_FIELDS:
            return too_wide(found.reason)
        case Fault.NOT_A_ROW | Fault.TOO_DEEP:
            return too_large(found.reason or found.fault)
