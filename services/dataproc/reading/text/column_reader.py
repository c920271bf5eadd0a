"""Large, regular texts read in columns: explicit settings found on a sample, streamed by Arrow."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from services.dataproc.reading.layout.cell_kinds import filled
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, ahead, string_schema
from services.dataproc.reading.text.decoding import copied_as_utf8
from services.dataproc.reading.text.encoding import (
    Encoding,
    chosen_encoding,
    first_invalid_utf8,
    presumed_encoding,
)
from services.dataproc.reading.text.irregular import Irregularity, IrregularText
from services.dataproc.reading.text.lines.endings import last_rows, notes_at_end
from services.dataproc.reading.text.opening import SAMPLED_ROWS, Opening, first_rows, laid_out
from services.dataproc.reading.text.rejoining import Rejoining, find_rejoining
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Dialect

BLOCK = 1 << 20
BLOCK_PER_COLUMN, WIDEST_BLOCK = 16 << 10, 16 << 20  # a block of a wide table has rows enough to be worth its columns
PROBE_BLOCK = 160 << 10
PROBE_PER_COLUMN = 1 << 10
PROBES = 6
NUL = b"\0"
NOTHING = "\x1f"  # divides the cells of a file of one column, where it does not stand
UTF8 = frozenset({"ascii", "utf-8"})


@dataclass(frozen=True)
class ReadPlan:
    """Settings under which every row of the sample reads alike; `path` is the file, or a copy of it in UTF-8.

    In a copy with mended rows cells are `written` in another dialect; the `warnings` say what was mended.
    """

    path: Path
    opening: Opening
    layout: Layout
    skipped_lines: int
    quoted: bool
    written: Dialect | None = None
    warnings: tuple[str, ...] = ()

    @property
    def parsed(self) -> Dialect:
        return self.written or self.opening.dialect


def plan_in_columns(
    path: Path, chosen: Mapping[str, Any], limits: Limits, scratch: Path, *, throughout: bool = False
) -> ReadPlan:
    """The plan, of a copy in UTF-8 for files of another encoding; `throughout` when the beginning of the file does not tell which it is. Raises IrregularText."""
    presumed = None if throughout or chosen.get("encoding") else presumed_encoding(path)
    encoding = presumed or chosen_encoding(path, chosen)
    if encoding.name in UTF8:
        return plan_utf8(Opening.of(path, encoding, chosen), chosen, limits)
    copy = scratch / f"utf8-{path.name}"
    if (repairs := copied_as_utf8(path, encoding, copy)) is None:
        raise IrregularText(Irregularity.LOST_LETTERS, encoding.name)
    try:
        plan = plan_utf8(Opening.of(copy, Encoding("utf-8", 0, encoding.evidence), chosen), chosen, limits)
    except IrregularText:
        copy.unlink()
        raise
    opening = replace(plan.opening, encoding=encoding)
    return replace(plan, opening=opening, warnings=(*plan.warnings, *repairs.sentences()))


def plan_utf8(opening: Opening, chosen: Mapping[str, Any], limits: Limits) -> ReadPlan:
    """The settings for a file of UTF-8. Raises IrregularText where its rows have to be looked at one by one."""
    check_dialect(opening)
    repairs = Repairs()
    rows, lines = first_rows(opening.records(repairs, 4 * SAMPLED_ROWS), opening.width)
    if repairs.counts:
        raise IrregularText(Irregularity.SAMPLE_BREAKS_RULES, "; ".join(repairs.sentences()))
    layout = laid_out(rows, opening, chosen, limits)
    if isinstance(find_rejoining(rows, layout, opening.dialect, opening.head), Rejoining):
        raise IrregularText(Irregularity.DIVIDED_CELLS)
    if any(len(row) != layout.width or not filled(row) for row in rows[layout.start :]) or layout.start >= len(rows):
        raise IrregularText(Irregularity.RAGGED)
    check_end(opening, layout.width)
    quoted = check_signs(opening, layout)
    return ReadPlan(
        opening.path, opening, layout, lines[layout.start] - 1, quoted, warnings=remarks_of(opening, layout)
    )


def remarks_of(opening: Opening, layout: Layout) -> tuple[str, ...]:
    return (*filter(None, [opening.dialect.remark]), *layout.remarks)


def check_dialect(opening: Opening) -> None:
    dialect = opening.dialect
    if opening.states_delimiter:
        raise IrregularText(Irregularity.STATED_DELIMITER)
    if dialect.gaps:
        raise IrregularText(Irregularity.ALIGNED)
    if (
        dialect.skip_space
        or dialect.collapse
        or dialect.comment
        or dialect.escape
        or dialect.bracketed
        or dialect.guarded
        or opening.in_records
    ):
        raise IrregularText(Irregularity.DIVIDED_BY_MORE)
    if len(dialect.delimiter.encode()) > 1:
        raise IrregularText(Irregularity.LONG_DELIMITER)


def check_signs(opening: Opening, layout: Layout) -> bool:
    """Are there quotes anywhere in the file? Raises IrregularText for NULs, for the header among the rows, and for the sign that divides a single column."""
    quote, again = opening.dialect.quote.encode(), header_line(opening.head, layout)
    none = b"" if opening.dialect.delimiter else NOTHING.encode()
    marks = {b"\n" + BOM_UTF8, BOM_UTF8 + opening.head[0].encode()}
    found = signs_in(opening.path, {NUL, quote, again, none, *marks} - {b""}, opening.encoding.skip)
    if found & marks:
        raise IrregularText(Irregularity.MARKS_INSIDE)
    for sign, irregularity in (
        (none, Irregularity.CONTROL_CHARACTERS),
        (again, Irregularity.HEADER_AGAIN),
        (NUL, Irregularity.NUL_CHARACTERS),
    ):
        if sign in found:
            raise IrregularText(irregularity)
    return quote in found


def header_line(head: list[str], layout: Layout) -> bytes:
    """The first line as it would stand again among the rows, where it is the header of a table."""
    return b"\n" + head[0].encode() if layout.header == (0, 1) and layout.width > 1 else b""


def signs_in(path: Path, wanted: set[bytes], start: int = 0) -> set[bytes]:
    """Those of the short texts that stand anywhere in the file, from byte `start` on."""
    missing, kept, longest = set(wanted), b"", max(map(len, wanted), default=0)
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while missing and (block := file.read(BLOCK)):
            seam = kept + block[:longest]
            missing -= {sign for sign in missing if sign in block or sign in seam}
            kept = block[-longest:]
    return wanted - missing


def check_end(opening: Opening, width: int) -> None:
    """Raises IrregularText where the end of the file is not like its beginning (totals, notes)."""
    dialect = opening.dialect
    lines, cells = last_rows(opening.path, dialect)
    size, _ = notes_at_end(opening.path, dialect, width)
    if size:
        raise IrregularText(Irregularity.OTHER_END)
    if dialect.quote and any(dialect.quote.encode() in line for line in lines):
        return
    while cells and not filled(cells[-1]):
        cells.pop()
    if any(len(row) != width for row in cells):
        raise IrregularText(Irregularity.OTHER_END)


class ColumnBatches:
    """Batches of a regular text file. Columns named in `direct` are parsed by the reader itself, the others stay text."""

    def __init__(self, plan: ReadPlan, direct: DirectTypes | None = None) -> None:
        self._plan = plan
        self._direct = direct or DirectTypes({}, ())
        self.schema = string_schema(plan.layout.width)

    def typed(self, direct: DirectTypes) -> ColumnBatches:
        return ColumnBatches(self._plan, direct)

    def sample(self) -> Iterator[pa.RecordBatch]:
        """Rows from the beginning and from places spread over the file."""
        size = self._plan.path.stat().st_size
        for number in range(PROBES):
            with self._plan.path.open("rb") as file:
                if number:
                    file.seek(number * size // PROBES)
                    file.readline()
                block = file.read(max(PROBE_BLOCK, PROBE_PER_COLUMN * len(self.schema)))
            if number == 0:
                block = without_lines(block, self._plan.skipped_lines)
            yield from self._probe(block[: block.rfind(b"\n") + 1])

    def _probe(self, block: bytes) -> Iterator[pa.RecordBatch]:
        """A block from the middle of the file; one that begins inside a quoted cell is left out."""
        if not block or (self._plan.quoted and block.count(self._plan.parsed.quote.encode()) % 2):
            return
        try:
            table = pacsv.read_csv(
                pa.BufferReader(block),
                self._read_options(0, len(block)),
                self._parse_options(),
                self._convert_options(),
            )
        except pa.ArrowInvalid:
            return
        yield from table.to_batches()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return ahead(self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from pacsv.open_csv(
                self._plan.path,
                self._read_options(
                    self._plan.skipped_lines, max(BLOCK, min(WIDEST_BLOCK, BLOCK_PER_COLUMN * len(self.schema)))
                ),
                self._parse_options(),
                self._convert_options(),
            )
        except pa.ArrowInvalid as error:
            said = str(error).splitlines()[0][:200]
            raise IrregularText(self._fault(), said, mended=self._plan.written is not None) from error

    def _fault(self) -> Irregularity:
        """Where columns are parsed here a cell of another type is the likeliest, and the table is read again without that first."""
        if not self._direct.types and first_invalid_utf8(self._plan.path) is not None:
            return Irregularity.NOT_UTF8
        return Irregularity.ROW_BREAKS_RULES

    def _read_options(self, skipped: int, block: int) -> pacsv.ReadOptions:
        return pacsv.ReadOptions(block_size=max(block, 1 << 16), skip_rows=skipped, column_names=self.schema.names)

    def _parse_options(self) -> pacsv.ParseOptions:
        dialect = self._plan.parsed
        return pacsv.ParseOptions(delimiter=dialect.delimiter or NOTHING, quote_char=dialect.quote or False, double_quote=True,
                                  newlines_in_values=self._plan.quoted, ignore_empty_lines=self._plan.layout.width > 1)  # fmt: skip

    def _convert_options(self) -> pacsv.ConvertOptions:
        types = {field.name: self._direct.types.get(index, field.type) for index, field in enumerate(self.schema)}
        return pacsv.ConvertOptions(column_types=types, null_values=list(self._direct.nulls), strings_can_be_null=False, quoted_strings_can_be_null=True,
                                    timestamp_parsers=[pacsv.ISO8601], true_values=["true", "True", "TRUE"],
                                    false_values=["false", "False", "FALSE"])  # fmt: skip


def without_lines(block: bytes, count: int) -> bytes:
    for _ in range(count):
        block = block[block.find(b"\n") + 1 :]
    return block
