"""Where the table stands among the rows of a text, how wide it is, and of which kinds its columns are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from services.dataproc.reading.layout.finding import Layout, find_layout
from services.dataproc.reading.layout.stacked_tables import form_rows
from services.dataproc.reading.model import Limits
from services.dataproc.reading.text.ragged import ColumnKinds, best_merged
from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.splitting import Dialect, Row
from shared.formats.refusals import too_large

SAMPLED_ROWS, FEWEST_SAMPLED, HELD_CELLS = 3000, 100, 1_000_000
SAMPLED_CELLS, FEWEST_ROWS = 200_000, 50  # for the kinds of the columns of wide tables
MOST_WIDER_ROWS = 0.02
FEWEST_COLUMNS_TO_JOIN = 4
PROBED_ROWS = 40


def first_rows(reader: RecordReader, width: int) -> tuple[list[Row], list[int]]:
    """The first rows, fewer of a wide table, and the lines on which they begin."""
    rows, lines = [], []
    for row in islice(reader, min(SAMPLED_ROWS, max(FEWEST_SAMPLED, HELD_CELLS // max(1, width)))):
        rows.append(row)
        lines.append(reader.line)
    return rows, lines


def laid_out(sample: Sequence[Row], dialect: Dialect, chosen: Mapping[str, Any], limits: Limits) -> Layout:
    """The layout of a table of which only the first rows are given."""
    layout = find_layout(sample, header_rows=chosen.get("header_rows"), more_follow=True, above=form_rows(sample))
    return settle_width(layout, sample, limits, dialect.delimiter)


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


def column_names(layout: Layout) -> tuple[str, ...]:
    """Header cells, padded with empty ones; generated names where the file has no header."""
    if layout.headless:
        return tuple(f"column_{index + 1}" for index in range(layout.width))
    return (*layout.names, *[""] * (layout.width - len(layout.names)))[: layout.width]
