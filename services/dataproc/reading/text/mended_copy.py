"""A copy of a large text in which every row keeps to the rules, for the column reader: regular lines as they stand, the others as the row reader reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from services.dataproc.reading.layout.cell_kinds import is_typed
from services.dataproc.reading.layout.footers import said_of_notes
from services.dataproc.reading.model import Limits
from services.dataproc.reading.text.column_reader import ReadPlan
from services.dataproc.reading.text.decoding import C1, MARK
from services.dataproc.reading.text.fitting import Fitting
from services.dataproc.reading.text.irregular import Irregularity, IrregularText
from services.dataproc.reading.text.lines.endings import notes_at_end
from services.dataproc.reading.text.opening import Opening, first_rows, kinds_of, laid_out
from services.dataproc.reading.text.records import OTHER_DELIMITERS, left_out
from services.dataproc.reading.text.rejoining import Rejoining, find_rejoining
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Dialect, LineSplitter, Row, StrictParser

QUOTE = '"'
BLOCK = 1 << 20


class Unmendable(Exception):
    """A line whose reading depends on the lines around it; the text has to be read row by row."""


def plan_mended(opening: Opening, chosen: Mapping[str, Any], limits: Limits, copy: Path) -> ReadPlan:
    """The settings for reading `copy`, which is written. Raises IrregularText where rows cannot be told from one another."""
    check_countable(opening)
    repairs, seen, dialect = Repairs(), Repairs(), opening.dialect
    rows, lines = first_rows(opening.records(seen), opening.width)
    layout = laid_out(rows, opening, chosen, limits)
    if isinstance(find_rejoining(rows, layout, dialect, opening.head), Rejoining):
        raise IrregularText(Irregularity.DIVIDED_CELLS)
    if layout.width < 2 or layout.start >= len(rows) or not seen.only_left_out():
        raise IrregularText(Irregularity.SAMPLE_BREAKS_RULES)
    for _ in opening.records(repairs, lines[layout.start] - 1):
        pass  # what is left out above the table is noted
    cut, notes = notes_at_end(opening.path, dialect, layout.width)
    layout = replace(layout, notes=(*layout.notes, *notes))
    fitting = Fitting(layout, kinds_of(rows[layout.start :], layout.width), dialect, repairs)
    mending = Mending(dialect, layout.width, opening.width, fitting, repairs)
    try:
        with opening.path.open("rb") as source, copy.open("wb") as out:
            source.seek(opening.encoding.skip)
            out.writelines(mending.lines(source, lines[layout.start], opening.path.stat().st_size - cut))
    except (Unmendable, UnicodeDecodeError) as reason:
        copy.unlink()
        raise IrregularText(Irregularity.ENTANGLED_ROWS, str(reason)) from reason
    written = Dialect(delimiter=dialect.delimiter, quote=QUOTE)
    return ReadPlan(
        copy, opening, layout, 0, True, written, (*layout.remarks, *repairs.sentences(), *said_of_notes(notes, notes))
    )


def check_countable(opening: Opening) -> None:
    """Raises IrregularText where lines cannot be told from one another by counting delimiters."""
    dialect = opening.dialect
    if opening.states_delimiter:
        raise IrregularText(Irregularity.STATED_DELIMITER)
    if (
        dialect.collapse
        or dialect.escape
        or dialect.gaps
        or dialect.framed
        or dialect.bracketed
        or dialect.guarded
        or opening.in_records
    ):
        raise IrregularText(Irregularity.DIVIDED_BY_MORE)
    if len(dialect.delimiter.encode()) != 1:
        raise IrregularText(Irregularity.LONG_DELIMITER)


class Mending:
    """The rows of a text in which no cell runs over several lines: blocks and lines that keep to the rules as they stand, others mended."""

    def __init__(self, dialect: Dialect, width: int, expected: int, fitting: Fitting, repairs: Repairs) -> None:
        self._dialect = dialect
        self._need = width - 1
        self._expected = expected
        self._fitting = fitting
        self._repairs = repairs
        self._split = LineSplitter(dialect)
        self._strict = StrictParser(dialect)
        self._sign = dialect.delimiter.encode()
        self._header = (fitting.header or ["\n"])[0].encode()
        self._unusual = b"\0\xc2" + (QUOTE + dialect.quote).encode()
        self._blanks = b"  " if dialect.skip_space else b"\0"
        self._number = 0
        self._row_number = fitting.first - 1

    def lines(self, source: BinaryIO, first: int, end: int) -> Iterator[bytes]:
        """The rows from line `first` on, as lines of the copy; the notes that begin at byte `end` are none."""
        for _ in range(first - 1):
            source.readline()
        self._number = first - 1
        while block := read_lines(source, end):
            if block.count(b"\r") != block.count(b"\r\n"):
                raise Unmendable("a carriage return ends some of the lines")
            lines = block.splitlines(keepends=True)
            if self._usual(block) and all(map(self._regular, lines)):
                self._number += len(lines)
                self._row_number += len(lines)
                yield self._as_written(block)
            else:
                yield from self._one_by_one(lines)

    def _one_by_one(self, lines: list[bytes]) -> Iterator[bytes]:
        regular, usual, as_written = self._regular, self._usual, self._as_written
        for line in lines:
            self._number += 1
            self._row_number += 1
            if regular(line) and usual(line):
                yield as_written(line)
            elif (row := self._row(line.decode(), self._number)) is None:
                self._row_number -= 1
            elif (fitted := self._fitting(row, self._row_number)) is not None:
                yield written_line(fitted, self._dialect.delimiter)

    def _regular(self, line: bytes) -> bool:
        """Has the line as many cells as it should, and begins as neither comments nor the header do?"""
        return line.count(self._sign) == self._need and line[:1].isalnum() and not line.startswith(self._header)

    def _usual(self, text: bytes) -> bool:
        """Does it hold nothing but cells and delimiters, with at most one blank around these?"""
        return len(text.translate(None, self._unusual)) == len(text) and self._blanks not in text

    def _as_written(self, text: bytes) -> bytes:
        if not self._dialect.skip_space:
            return text
        sign = self._sign
        return (
            text.replace(sign + b" ", sign).replace(b" " + sign, sign).replace(b" \n", b"\n").replace(b" \r\n", b"\r\n")
        )

    def _row(self, text: str, number: int) -> Row | None:
        """The cells of a line as the row reader has them; None when it is not one of the table's."""
        body = text.rstrip("\r\n")
        if "\0" in text or MARK in text or C1.search(text):
            raise Unmendable(f"line {number:,}")
        if (reason := left_out(body, self._dialect, self._expected)) is not None:
            self._repairs.note(reason, number)
            return None
        quote = self._dialect.quote
        if quote and quote in body:
            row = self._strict([body])
            regular = row is not None and len(row) == self._expected
        else:
            row = self._split(body)
            regular = len(row) > 1 or self._expected < 3 or self._stays_whole(body)
        if row is None or not regular:
            raise Unmendable(f"line {number:,}")
        return row

    def _stays_whole(self, body: str) -> bool:
        """Would no other delimiter make a row of a line of one cell?"""
        others = [
            sign
            for sign in OTHER_DELIMITERS
            if sign != self._dialect.delimiter and body.count(sign) + 1 >= self._expected
        ]
        return not others or (others == [" "] and not any(map(is_typed, body.split(" "))))


def read_lines(source: BinaryIO, end: int) -> bytes:
    """A block of whole lines, from there on until byte `end`, where a line begins."""
    block = source.read(max(0, min(BLOCK, end - source.tell())))
    return block + source.readline() if source.tell() < end else block


def written_line(cells: Row, delimiter: str) -> bytes:
    """The cells as a line, quoted where they hold what divides cells."""
    return (
        delimiter.join(
            f'"{cell.replace(QUOTE, QUOTE * 2)}"' if QUOTE in cell or delimiter in cell else cell for cell in cells
        )
        + "\n"
    ).encode()
