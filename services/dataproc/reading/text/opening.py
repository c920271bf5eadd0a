"""What the beginning of a text shows, for every way of reading it: its encoding, how lines are divided into cells, and where the table stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from services.dataproc.reading.layout.finding import Layout, find_layout
from services.dataproc.reading.layout.stacked_tables import form_rows
from services.dataproc.reading.model import Limits
from services.dataproc.reading.text.comments import (
    HeaderComment,
    below_comments,
    comment_sign,
    expected_width,
    fields_delimiter,
    header_in_comment,
)
from services.dataproc.reading.text.decoding import text_lines
from services.dataproc.reading.text.dialect import sniff
from services.dataproc.reading.text.encoding import Encoding
from services.dataproc.reading.text.fitting import ColumnKinds, best_merged
from services.dataproc.reading.text.lines.guards import guarded_by, without_guards
from services.dataproc.reading.text.lines.record_signs import ends_records, records_of
from services.dataproc.reading.text.records import OPEN_CHARACTERS, OPEN_LINES, RecordReader
from services.dataproc.reading.text.rejoining import Undecided, find_rejoining
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.separators import HELD_SEPARATOR, separator_of_several
from services.dataproc.reading.text.splitting import Dialect, Row
from services.dataproc.reading.text.strict_reading import strict_dialect
from shared.formats.refusals import too_wide

SNIFFED_LINES = 400
SAMPLED_ROWS, FEWEST_SAMPLED, HELD_CELLS = 3000, 100, 1_000_000
SAMPLED_CELLS, FEWEST_ROWS = 200_000, 50  # for the kinds of the columns of wide tables
MOST_WIDER_ROWS = 0.02
FEWEST_COLUMNS_TO_JOIN = 4
PROBED_ROWS = 40
RUN_OF_BLANKS = "  "


@dataclass(frozen=True)
class Opening:
    """The beginning of a text file, judged. A first line such as "sep=;" states the delimiter and is no part of the `head`.

    Where records end with a control character the text is `in_records`, and these are its lines.
    """

    path: Path
    encoding: Encoding
    head: list[str]
    states_delimiter: bool
    dialect: Dialect
    width: int
    named_in: HeaderComment | None = None
    in_records: bool = False

    @classmethod
    def of(cls, path: Path, encoding: Encoding, chosen: Mapping[str, Any]) -> Opening:
        """`chosen` is what a person fixed of the dialect."""
        head = sniffed_lines(text_lines(path, encoding))
        if in_records := ends_records(head):
            head = sniffed_lines(records_of(text_lines(path, encoding)))
        stated = stated_delimiter(head)
        if stated:
            head = head[1:]
        fixed = {"delimiter": stated, **chosen} if stated else chosen
        dialect = chosen_dialect(head, fixed)
        head = [dialect.held(line) for line in head]
        width = expected_width(head, dialect)
        return cls(
            path,
            encoding,
            head,
            stated is not None,
            dialect,
            width,
            header_in_comment(head, dialect, width),
            in_records,
        )

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.head)

    def records(self, repairs: Repairs, most_lines: int | None = None) -> RecordReader:
        """The rows of the file, or of so many lines at its beginning."""
        read = text_lines(self.path, self.encoding, repairs)
        lines: Iterator[str] = islice(
            records_of(read) if self.in_records else read, int(self.states_delimiter), most_lines
        )
        if self.named_in:
            lines = self.named_in.uncovered(lines)
        held = map(self.dialect.held, lines) if self.dialect.holds else lines
        return RecordReader(held, self.dialect, self.width, repairs)


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


def stated_delimiter(head: list[str]) -> str | None:
    """The delimiter that a first line such as "sep=;" states, as spreadsheet programs write it."""
    first = head[0].rstrip("\r\n") if head else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def chosen_dialect(head: list[str], chosen: Mapping[str, Any]) -> Dialect:
    """The dialect of a strict text, else the sniffed one, with what a person or the sep= line of a spreadsheet program fixed."""
    strict = None if chosen.get("delimiter") else strict_dialect(head)
    dialect = strict or loose_dialect(head, chosen.get("delimiter"))
    quote, escape = str(chosen.get("quote", dialect.quote)), str(chosen.get("escape", dialect.escape))
    held = [dialect.held(line) for line in head]
    comment = chosen.get("comment", "" if strict else comment_sign(held, dialect))
    return replace(dialect, quote=quote, escape=escape, comment=str(comment))


def loose_dialect(head: list[str], delimiter: str | None) -> Dialect:
    """The dialect that fits the lines below the comments best; with a `delimiter` of any length, where it is known."""
    rows = below_comments(head)
    guarding = guarded_by(rows)
    if guarding and delimiter in (None, guarding):
        evidence = f'every cell stands in ="…", and {guarding!r} between them'
        return replace(sniff(list(map(without_guards, rows)), guarding), guarded=True, evidence=evidence)
    several = delimiter or fields_delimiter(head) or separator_of_several(rows)
    if several is None or len(several) == 1:
        return sniff(rows, several)
    spelled = Dialect(delimiter=HELD_SEPARATOR, spelled=several)
    evidence = (
        f"{several!r} stands equally often on every line" if delimiter is None else f"delimiter {several!r}, as chosen"
    )
    return replace(sniff([spelled.held(line) for line in rows], HELD_SEPARATOR), spelled=several, evidence=evidence)


def first_rows(reader: RecordReader, width: int) -> tuple[list[Row], list[int]]:
    """The first rows, fewer of a wide table, and the lines on which they begin."""
    rows, lines = [], []
    for row in islice(reader, min(SAMPLED_ROWS, max(FEWEST_SAMPLED, HELD_CELLS // max(1, width)))):
        rows.append(row)
        lines.append(reader.line)
    return rows, lines


def laid_out(sample: Sequence[Row], opening: Opening, chosen: Mapping[str, Any], limits: Limits) -> Layout:
    """The layout of a table of which only the first rows are given."""
    layout = find_layout(sample, header_rows=chosen.get("header_rows"), more_follow=True, above=form_rows(sample))
    if isinstance(found := find_rejoining(sample, layout, opening.dialect, opening.head), Undecided):
        layout = found.unnamed(layout)
    return with_doubtful_names(settle_width(layout, sample, limits, opening.dialect.sign), opening.dialect)


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
        raise too_wide(f"it has {width:,} columns; at most {limits.max_columns:,} are read")
    widest = max((len(row) for row in body), default=width)
    names = fit_names(layout.names, min(width, widest))
    return replace(layout, width=max(len(names), min(width, widest) if names else width), names=names)


def with_doubtful_names(layout: Layout, dialect: Dialect) -> Layout:
    """Says where the name of an aligned column has blanks in a row: two columns stand there that some value keeps from being told apart."""
    doubtful = [name for name in layout.names if RUN_OF_BLANKS in name] if dialect.gaps and not layout.headless else []
    if not doubtful:
        return layout
    said = f"the name {doubtful[0]!r} may be those of two columns, which are read as one: nothing but blanks inside of values tells where they part"
    return replace(layout, remarks=(*layout.remarks, said))


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


def column_names(layout: Layout) -> tuple[str, ...]:
    """Header cells, padded with empty ones; generated names where the file has no header."""
    if layout.headless:
        return tuple(f"column_{index + 1}" for index in range(layout.width))
    return (*layout.names, *[""] * (layout.width - len(layout.names)))[: layout.width]
