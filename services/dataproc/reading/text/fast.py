"""The fast reader of large, regular text tables: explicit settings found on a sample, streamed in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from services.dataproc.reading.layout.cell_kinds import filled
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, Irregular, ahead, string_schema
from services.dataproc.reading.text.careful import (
    SAMPLED_ROWS,
    SNIFFED_LINES,
    chosen_dialect,
    expected_width,
    first_rows,
    laid_out,
    separator_line,
    text_lines,
)
from services.dataproc.reading.text.encoding import Encoding
from services.dataproc.reading.text.records import RecordReader, Repairs
from services.dataproc.reading.text.splitting import Dialect

TAIL_BYTES = 1 << 16
BLOCK = 1 << 20
BLOCK_PER_COLUMN, WIDEST_BLOCK = 16 << 10, 16 << 20  # a block of a wide table has rows enough to be worth its columns
PROBE_BLOCK = 160 << 10
PROBE_PER_COLUMN = 1 << 10
PROBES = 6
MENDED = "after its rows were mended: "
NUL = b"\0"
NOTHING = "\x1f"  # divides the cells of a file of one column, where it does not stand
UTF8 = frozenset({"ascii", "utf-8"})


@dataclass(frozen=True)
class FastPlan:
    """Settings under which every row of the sample reads alike; `path` is the file, or a copy of it in UTF-8.

    In a copy with mended rows cells are `written` in another dialect; the `warnings` say what was mended.
    """

    path: Path
    dialect: Dialect
    layout: Layout
    encoding: Encoding
    skipped_lines: int
    quoted: bool
    written: Dialect | None = None
    warnings: tuple[str, ...] = ()

    @property
    def parsed(self) -> Dialect:
        return self.written or self.dialect


def plan_fast(path: Path, encoding: Encoding, chosen: Mapping[str, Any], limits: Limits) -> FastPlan | str:
    """The settings, or the reason why the careful reader has to read the file."""
    head = list(islice(text_lines(path, encoding), SNIFFED_LINES))
    if separator_line(head):
        return "its first line states the delimiter"
    dialect = chosen_dialect(head, dict(chosen))
    if reason := irregular_dialect(dialect):
        return reason
    repairs, width = Repairs(), expected_width(head, dialect)
    rows, lines = first_rows(
        RecordReader(islice(text_lines(path, encoding), 4 * SAMPLED_ROWS), dialect, width, repairs), width
    )
    if repairs.counts:
        return "; ".join(repairs.sentences())
    layout = laid_out(rows, dialect, chosen, limits)
    if any(len(row) != layout.width or not filled(row) for row in rows[layout.start :]) or layout.start >= len(rows):
        return "its rows have different numbers of cells, or blank rows stand among them"
    if reason := irregular_tail(path, encoding, dialect, layout.width):
        return reason
    quote = dialect.quote.encode()
    again = header_line(head, layout)
    none = b"" if dialect.delimiter else NOTHING.encode()
    found = signs_in(path, {NUL, quote, again, none} - {b""})
    if none in found:
        return "it holds control characters"
    if again in found:
        return "its header comes back among the rows"
    return (
        "it holds NUL characters"
        if NUL in found
        else FastPlan(path, dialect, layout, encoding, lines[layout.start] - 1, quote in found)
    )


def irregular_dialect(dialect: Dialect) -> str:
    if dialect.gaps:
        return "its columns stand below one another without a delimiter"
    if dialect.skip_space or dialect.collapse or dialect.comment or dialect.escape:
        return "blanks after the delimiter, comments or backslash escapes"
    return "" if len(dialect.delimiter.encode()) <= 1 else "its delimiter is not one byte"


def header_line(head: list[str], layout: Layout) -> bytes:
    """The first line as it would stand again among the rows, where it is the header of a table."""
    return b"\n" + head[0].encode() if layout.header == (0, 1) and layout.width > 1 else b""


def signs_in(path: Path, wanted: set[bytes]) -> set[bytes]:
    """Those of the short texts that stand anywhere in the file."""
    missing, kept, longest = set(wanted), b"", max(map(len, wanted), default=0)
    with path.open("rb", buffering=0) as file:
        while missing and (block := file.read(BLOCK)):
            seam = kept + block[:longest]
            missing -= {sign for sign in missing if sign in block or sign in seam}
            kept = block[-longest:]
    return wanted - missing


def irregular_tail(path: Path, encoding: Encoding, dialect: Dialect, width: int) -> str:
    """Why the end of the file is not like its beginning (totals, notes), or ''."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read().decode("utf-8", "replace")
    lines = tail.splitlines()[1:]
    if dialect.quote and any(dialect.quote in line for line in lines):
        return ""
    cells = [line.split(dialect.delimiter or NOTHING) for line in lines]
    while cells and not filled(cells[-1]):
        cells.pop()
    return "" if all(len(row) == width for row in cells) else "its last lines have another number of cells"


class CsvBatches:
    """Batches of a regular text file. Columns named in `direct` are parsed by the reader itself, the others stay text."""

    def __init__(self, plan: FastPlan, direct: DirectTypes | None = None) -> None:
        self._plan = plan
        self._direct = direct or DirectTypes({}, ())
        self.schema = string_schema(plan.layout.width)

    def typed(self, direct: DirectTypes) -> CsvBatches:
        return CsvBatches(self._plan, direct)

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
            raise Irregular(f"{MENDED * bool(self._plan.written)}{str(error).splitlines()[0][:200]}") from error

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


def fast_reading(plan: FastPlan) -> dict[str, Any]:
    layout = plan.layout
    why = (
        "large; the rows that break the rules were mended in a copy"
        if plan.written
        else "large, and every sampled row has the same number of cells"
    )
    return {"encoding": {"name": plan.encoding.name, "evidence": plan.encoding.evidence}, "dialect": plan.dialect.describe(),
            "header_rows": layout.header[1] - layout.header[0], "header_at": layout.header[0], "preamble_rows": len(layout.preamble), "footer_rows": 0,
            "table": 0, "evidence": layout.evidence, "path": "fast", "why": why}  # fmt: skip
