"""Records of a CSV file, read as a person would: strict rules first, then the smallest repair that restores the width.

A line without quotes is split. A line with quotes must parse strictly, alone or together with the lines that its open
quote runs over; when it does not, readings are tried in order (inner quotes left as they are, one stray quote dropped,
blanks around quotes ignored) and the first that gives the expected number of cells is taken. What is read against the
rules is noted, with the first line numbers, and told to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from services.dataproc.reading.layout.cell_kinds import is_typed
from services.dataproc.reading.layout.note_signs import note_sign
from services.dataproc.reading.text.drawn import is_rule, without_frame
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import (
    Dialect,
    LineSplitter,
    Row,
    StrictParser,
    lenient_split,
    without_blanks_around_quotes,
)

OPEN_LINES = 100_000
OPEN_CHARACTERS = 1 << 25
OPEN_ATTEMPTS = 60
STRAY_QUOTES_TRIED = 80
HELD_QUOTE = "\ue001"
END_OF_FILE = "\x1a"
RULE_ENDS = frozenset("-=+| :\u2500\u2550\u2502")
OTHER_DELIMITERS = (",", ";", "\t", "|", " ")


Reading = tuple[Repair, str, Row | None]
"""What would have to be done to a line, with what is particular about it, and the cells that this gives, if any."""


def left_out(body: str, dialect: Dialect, width: int | None) -> Repair | None:
    """Why a line is none of the table's: a comment, a line of dashes, the end-of-file sign; None when it is one."""
    if dialect.comment and body.startswith(dialect.comment):
        return Repair.COMMENT_LEFT_OUT
    if body == END_OF_FILE:
        return Repair.END_OF_FILE_LEFT_OUT
    if body[-1:] in RULE_ENDS and (width != 1 or dialect.framed) and is_rule(body, dialect.delimiter):
        return Repair.RULE_LEFT_OUT
    return None


class Lines:
    """Physical lines with a place to return; `number` is that of the last line taken, counted from 1."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._returned: list[str] = []
        self.number = 0

    def take(self) -> str | None:
        line = self._returned.pop() if self._returned else next(self._source, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extend(reversed(lines))
        self.number -= len(lines)


class RecordReader:
    """Iterates over the records of lines; `width` is the expected number of cells, None while it is not known."""

    def __init__(
        self, lines: Iterable[str], dialect: Dialect, width: int | None, repairs: Repairs, open_lines: int = OPEN_LINES
    ) -> None:
        self._lines = Lines(lines)
        self._dialect = dialect
        self._width = width
        self._repairs = repairs
        self._open_lines = open_lines
        self._line = 0
        self._regular = False
        self._set_off = False
        self._strict = StrictParser(dialect)

    @property
    def line(self) -> int:
        """The number of the line on which the last record began."""
        return self._line

    def __iter__(self) -> Iterator[Row]:
        dialect, lines, quote = self._dialect, self._lines, self._dialect.quote
        split = LineSplitter(dialect)
        while (line := lines.take()) is not None:
            self._line = lines.number
            body = line.rstrip("\r\n")
            if (reason := left_out(body, dialect, self._width)) is not None:
                self._repairs.note(reason, self._line)
                continue
            if dialect.framed:
                body = without_frame(body, dialect.delimiter)
            row = self._quoted(line, body) if quote and quote in body else self._plain(body, split(body))
            self._set_off = not body.strip() or (self._set_off and len(row) == 1)
            yield dialect.freed(row) if dialect.holds else row

    def _plain(self, body: str, row: Row) -> Row:
        """A line without quotes; one that has a single cell may use a delimiter of its own."""
        if self._width is None or len(row) > 1 or self._width < 3 or not body or note_sign(body) is not None:
            self._regular = self._regular or len(row) == self._width
            return row
        return self._repair(body, row) or row

    def _quoted(self, line: str, body: str) -> Row:
        row = self._strict([body])
        if row is not None and self._fits(row):
            return row
        if row is None and self._strict.open_quote and (joined := self._over_lines(line)) is not None:
            return joined
        repaired = self._repair(body, row)
        if repaired is not None:
            return repaired
        return row if row is not None else self._last_resort(body)

    def _fits(self, row: Row | None) -> bool:
        fits = row is not None and (self._width is None or len(row) == self._width)
        self._regular = self._regular or fits
        return fits

    def _over_lines(self, line: str) -> Row | None:
        """The record that an open quote carries over the next lines; the lines are given back when there is none."""
        quote, taken, attempts, size = self._dialect.quote, list[str](), 0, len(line)
        open_quotes = line.count(quote)
        while len(taken) < self._open_lines and attempts < OPEN_ATTEMPTS and size < OPEN_CHARACTERS:
            if (following := self._lines.take()) is None:
                break
            taken.append(following)
            size += len(following)
            count = following.count(quote)
            open_quotes += count
            if count and (open_quotes % 2 == 0 or self._dialect.escape):
                attempts += 1
                row = self._strict([line, *taken])
                if self._fits(row):
                    return row
                if row is not None or not self._strict.open_quote:
                    break
        self._lines.give_back(taken)
        return None

    def _repair(self, body: str, row: Row | None) -> Row | None:
        """The first lenient reading of a line that has the expected width."""
        if self._width is None:
            return None
        for repair, what, reading in chain(
            self._readings(body) if row is None else (), self._other_delimiters(body, row)
        ):
            if self._fits(reading):
                self._repairs.note(repair, self._line, what)
                return reading
        return None

    def _other_delimiters(self, body: str, row: Row | None) -> Iterator[Reading]:
        """A line among the table's in which the file's delimiter separates (nearly) nothing may have another one."""
        if (
            self._width is None
            or self._width < 3
            or self._dialect.gaps
            or (row is not None and 2 * len(row) > self._width)
        ):
            return
        if not self._regular and not self._values_follow():
            return
        for delimiter in OTHER_DELIMITERS:
            if delimiter == " " and self._regular and (self._set_off or not any(map(is_typed, body.split(" ")))):
                return
            if delimiter != self._dialect.delimiter and body.count(delimiter) + 1 >= self._width:
                strict = StrictParser(replace(self._dialect, delimiter=delimiter))
                yield Repair.OTHER_DELIMITER, repr(delimiter), strict([body])

    def _values_follow(self) -> bool:
        """Is the next line a row of values? Then this one may be its header, and otherwise a title."""
        following = self._lines.take()
        if following is None:
            return False
        self._lines.give_back([following])
        cells = LineSplitter(self._dialect)(following.rstrip("\r\n"))
        return len(cells) == self._width and any(is_typed(cell) for cell in cells)

    def _readings(self, body: str) -> Iterator[Reading]:
        yield Repair.INNER_QUOTES, "", lenient_split(body, self._dialect)
        yield Repair.BLANKS_AROUND_QUOTES, "", self._strict([without_blanks_around_quotes(body, self._dialect)])
        for position in quote_positions(body, self._dialect.quote):
            held = self._strict([f"{body[:position]}{HELD_QUOTE}{body[position + 1 :]}"])
            yield Repair.STRAY_QUOTE, "", held and [cell.replace(HELD_QUOTE, self._dialect.quote) for cell in held]
        yield Repair.QUOTES_AS_CHARACTERS, "", LineSplitter(self._dialect)(body)

    def _last_resort(self, body: str) -> Row:
        row = lenient_split(body, self._dialect)
        self._repairs.note(Repair.OPEN_QUOTES, self._line)
        return row if row is not None else LineSplitter(self._dialect)(body)


def quote_positions(body: str, quote: str) -> list[int]:
    return [i for i, c in enumerate(body) if c == quote][:STRAY_QUOTES_TRIED]
