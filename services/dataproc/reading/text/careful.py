"""The careful reader of text tables: any dialect, preambles, several header rows, ragged rows, several tables in a file."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from services.dataproc.reading.errors import corrupt_file, empty_file, too_large
from services.dataproc.reading.layout.cell_kinds import is_blank
from services.dataproc.reading.layout.finding import Layout, find_layout
from services.dataproc.reading.layout.stacked_tables import form_rows, split_tables
from services.dataproc.reading.model import Limits
from services.dataproc.reading.text.dialect import common_width, sniff
from services.dataproc.reading.text.encoding import C1, Encoding, detect_encoding, mend
from services.dataproc.reading.text.fitting import Fitting, fitted
from services.dataproc.reading.text.ragged import ColumnKinds, best_merged
from services.dataproc.reading.text.records import OPEN_CHARACTERS, OPEN_LINES, RecordReader, Repairs
from services.dataproc.reading.text.splitting import LONGEST_FIELD, Dialect

Row = list[str]

SNIFFED_LINES = 400
HELD_BYTES = 32 << 20
SAMPLED_ROWS, FEWEST_SAMPLED, HELD_CELLS = 3000, 100, 1_000_000
SAMPLED_CELLS, FEWEST_ROWS = 200_000, 50  # for the kinds of the columns of wide tables
TAIL_ROWS = 60
MOST_WIDER_ROWS = 0.02
FEWEST_COLUMNS_TO_JOIN = 4
PROBED_ROWS = 40
COMMENT_SIGNS = ("#", "%", "//", ";", "--", "!", "*")


@dataclass
class TextTable:
    """One table of a text file: its layout, how its rows were found, and the rows, once."""

    layout: Layout
    rows: Iterator[Row]
    repairs: Repairs
    dialect: Dialect
    encoding: Encoding
    span: int

    def reading(self) -> dict[str, Any]:
        """The decisions, as they are shown and as `read_raw` needs them."""
        layout = self.layout
        return {"encoding": {"name": self.encoding.name, "evidence": self.encoding.evidence}, "dialect": self.dialect.describe(),
                "header_rows": layout.header[1] - layout.header[0], "header_at": layout.header[0], "preamble_rows": len(layout.preamble),
                "footer_rows": len(layout.footer), "table": self.span, "evidence": layout.evidence}  # fmt: skip

    def warnings(self) -> list[str]:
        said = self.repairs.sentences()
        if self.layout.footer:
            said.append(f"{len(self.layout.footer)} line(s) of notes below the table are not part of it")
        return said


def text_lines(path: Path, encoding: Encoding, repairs: Repairs | None = None) -> Iterator[str]:
    """Physical lines with their ends; CR, LF and CRLF all end one. What is dropped or replaced is noted in `repairs`."""
    name, errors = ("utf-8", "askframe-cp1252") if encoding.name == "utf-8-lossy" else (encoding.name, "replace")
    with path.open("rb") as file:
        file.seek(encoding.skip)
        text = io.TextIOWrapper(file, encoding="utf-8" if name == "ascii" else name, errors=errors, newline="")
        for number, line in enumerate(iter(partial(text.readline, LONGEST_FIELD), ""), 1):
            if len(line) >= LONGEST_FIELD:
                raise corrupt_file("text", "one line is longer than 128 MB")
            if line.isascii() and "\x00" not in line:
                yield line
            else:
                note_losses(line, number, encoding, repairs)
                yield mend(line)


def note_losses(line: str, number: int, encoding: Encoding, repairs: Repairs | None) -> None:
    if repairs is None:
        return
    if "\x00" in line:
        repairs.note("NUL characters dropped", number)
    if C1.search(line):
        repairs.note("control characters read as the signs that Windows-1252 has in their place", number)
    if "\ufffd" in line and not encoding.name.startswith("utf-8"):
        repairs.note(f"bytes that are no letter in {encoding.name}, shown as \ufffd", number)


def read_text_tables(path: Path, limits: Limits, overrides: dict[str, Any] | None = None) -> Iterator[TextTable]:
    """Every table of a text file, in order."""
    chosen = overrides or {}
    encoding = chosen_encoding(path, chosen)
    head = sniffed_lines(text_lines(path, encoding))
    separator = separator_line(head)
    head = head[1:] if separator else head
    if not any(line.strip() for line in head):
        raise empty_file()
    dialect = chosen_dialect(head, {"delimiter": separator, **chosen} if separator else chosen)
    whole = path.stat().st_size <= HELD_BYTES
    repairs = Repairs()
    width = expected_width(head, dialect)
    rows = iter(
        RecordReader(islice(text_lines(path, encoding, repairs), bool(separator), None), dialect, width, repairs)
    )
    if whole:
        yield from held_tables(list(rows), repairs, dialect, encoding, chosen, limits)
    else:
        yield streamed_table(rows, repairs, dialect, encoding, chosen, limits)


def sniffed_lines(lines: Iterator[str]) -> list[str]:
    """The first lines, and those over which a quoted cell runs on from there."""
    head = list(islice(lines, SNIFFED_LINES))
    if sum(line.count('"') for line in head) % 2:
        head += lines_to_quote(lines)
    return head


def lines_to_quote(lines: Iterator[str]) -> list[str]:
    """The lines as far as the one that closes an open quote; none when it is too far away."""
    taken, size = list[str](), 0
    for line in islice(lines, OPEN_LINES):
        taken.append(line)
        size += len(line)
        if line.count('"') % 2:
            return taken
        if size > OPEN_CHARACTERS:
            break
    return []


def chosen_encoding(path: Path, chosen: dict[str, Any]) -> Encoding:
    return Encoding(str(chosen["encoding"]), 0, "as chosen") if chosen.get("encoding") else detect_encoding(path)


def separator_line(head: list[str]) -> str | None:
    """The delimiter that a first line such as "sep=;" states, as spreadsheet programs write it."""
    first = head[0].rstrip("\r\n") if head else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def chosen_dialect(head: list[str], chosen: dict[str, Any]) -> Dialect:
    """The sniffed dialect, with what a person or the sep= line of a spreadsheet program fixed."""
    dialect = sniff(head, chosen.get("delimiter"))
    quote, escape = str(chosen.get("quote", dialect.quote)), str(chosen.get("escape", dialect.escape))
    return replace(dialect, quote=quote, escape=escape, comment=str(chosen.get("comment", comment_sign(head, dialect))))


def comment_sign(head: list[str], dialect: Dialect) -> str:
    """The sign that opens the most lines, of which most do not have the table's width."""
    signed = {
        sign: [line for line in head[:50] if line.startswith(sign)]
        for sign in COMMENT_SIGNS
        if sign[0] != dialect.delimiter
    }
    sign = max(signed, key=lambda sign: len(signed[sign]))
    if len(signed[sign]) < 2:
        return ""
    width = expected_width([line for line in head if not line.startswith(sign)], dialect)
    fitting = [line for line in signed[sign] if len(line.split(dialect.delimiter or None)) == width]
    return sign if 2 * len(fitting) < len(signed[sign]) and width > 1 else ""


def expected_width(head: list[str], dialect: Dialect) -> int:
    """The number of cells that records are expected to have."""
    return common_width(RecordReader(head, dialect, None, Repairs()))


def held_tables(
    rows: list[Row], repairs: Repairs, dialect: Dialect, encoding: Encoding, chosen: dict[str, Any], limits: Limits
) -> Iterator[TextTable]:
    above = form_rows(rows)
    spans = split_tables(rows, after=above) if chosen.get("header_rows") is None else [(0, len(rows))]
    for number, (start, end) in enumerate(spans[: limits.max_tables]):
        part = rows[start:end]
        if all(map(is_blank, part)):
            continue
        layout = find_layout(part, header_rows=chosen.get("header_rows"), above=0 if number else above)
        notes = repairs if number == 0 else Repairs()
        layout = settle_width(layout, part, limits, dialect.delimiter)
        body = part[layout.start : layout.end]
        yield TextTable(
            layout,
            fitted(body, Fitting(layout, kinds_of(body, layout.width), dialect, notes)),
            notes,
            dialect,
            encoding,
            number,
        )


def streamed_table(
    rows: Iterator[Row], repairs: Repairs, dialect: Dialect, encoding: Encoding, chosen: dict[str, Any], limits: Limits
) -> TextTable:
    """A large file is one table, laid out from its beginning; notes at its end are held back as the rows pass."""
    sample = list(islice(rows, SAMPLED_ROWS))
    layout = laid_out(sample, dialect, chosen, limits)
    body = chain(sample[layout.start :], rows)
    kinds = kinds_of(sample[layout.start :], layout.width)
    return TextTable(
        layout,
        fitted(without_notes(body), Fitting(layout, kinds, dialect, repairs)),
        repairs,
        dialect,
        encoding,
        0,
    )


def laid_out(sample: Sequence[Row], dialect: Dialect, chosen: Mapping[str, Any], limits: Limits) -> Layout:
    """The layout of a table of which only the first rows are given."""
    layout = find_layout(sample, header_rows=chosen.get("header_rows"), more_follow=True, above=form_rows(sample))
    return settle_width(layout, sample, limits, dialect.delimiter)


def first_rows(reader: RecordReader, width: int) -> tuple[list[Row], list[int]]:
    """The first rows, fewer of a wide table, and the lines on which they begin."""
    rows, lines = [], []
    for row in islice(reader, min(SAMPLED_ROWS, max(FEWEST_SAMPLED, HELD_CELLS // max(1, width)))):
        rows.append(row)
        lines.append(reader.line)
    return rows, lines


def without_notes(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows but for blank ones at the very end."""
    held: list[Row] = []
    for row in rows:
        if not is_blank(row):
            yield from held
            held.clear()
            yield row
        elif len(held) < TAIL_ROWS:
            held.append(row)


def settle_width(layout: Layout, rows: Sequence[Row], limits: Limits, delimiter: str) -> Layout:
    """Wider when more than a few rows need it, so that no value is squeezed; not when the header's columns take them all in."""
    body = rows[layout.start : layout.end]
    wide = Counter(
        len(row) for row in body if len(row) > layout.width and any(cell.strip() for cell in row[layout.width :])
    )
    width = layout.width
    if sum(wide.values()) > max(1, MOST_WIDER_ROWS * len(body)):
        width = width if unquoted_text(layout, body, delimiter) else max(wide)
    elif body and not any(len(row) <= layout.width for row in body):
        width = min(len(row) for row in body)
    if width > limits.max_columns:
        raise too_large(f"it has {width:,} columns; at most {limits.max_columns:,} are read")
    widest = max((len(row) for row in body), default=width)
    names = fit_names(layout.names, min(width, widest))
    return replace(layout, width=max(len(names), min(width, widest) if names else width), names=names)


def unquoted_text(layout: Layout, body: Sequence[Row], delimiter: str) -> bool:
    """Do the wider rows fall into the header's columns once text that was divided is joined again?"""
    if layout.headless or not all(layout.names) or layout.width < FEWEST_COLUMNS_TO_JOIN:
        return False
    kinds = kinds_of(body, layout.width)
    wider = [row for row in body if len(row) > layout.width][:PROBED_ROWS]
    joined = sum(best_merged(row, len(row) - layout.width, kinds, delimiter) is not None for row in wider)
    return joined >= 0.9 * len(wider)


def fit_names(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A header with more cells than the rows below: its empty cells go first."""
    kept = list(names)
    while len(kept) > width and "" in kept:
        kept.remove("")
    return tuple(kept)


def kinds_of(rows: Sequence[Row], width: int) -> ColumnKinds:
    return ColumnKinds.of(rows[: min(SAMPLED_ROWS, max(FEWEST_ROWS, SAMPLED_CELLS // max(1, width)))], width)
