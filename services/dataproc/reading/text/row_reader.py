"""Texts read row by row: any dialect, preambles, several header rows, ragged rows, several tables in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from services.dataproc.reading.layout.cell_kinds import is_blank
from services.dataproc.reading.layout.finding import Layout, find_layout
from services.dataproc.reading.layout.footers import said_of_notes
from services.dataproc.reading.layout.side_by_side import split_areas_of_text
from services.dataproc.reading.layout.stacked_tables import form_rows
from services.dataproc.reading.model import Limits
from services.dataproc.reading.text.encoding import chosen_encoding
from services.dataproc.reading.text.fitting import Fitting, fitted
from services.dataproc.reading.text.lines.endings import without_end
from services.dataproc.reading.text.opening import (
    SAMPLED_ROWS,
    Opening,
    kinds_of,
    laid_out,
    settle_width,
    with_doubtful_names,
)
from services.dataproc.reading.text.rejoining import Rejoining, find_rejoining
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Row
from shared.formats.refusals import empty_file

HELD_BYTES = 32 << 20


@dataclass
class TextTable:
    """One table of a text file: its layout, how its rows were found, and the rows, once. `span` is its place in the file."""

    layout: Layout
    rows: Iterator[Row]
    repairs: Repairs
    opening: Opening
    span: int = 0

    def reading(self) -> dict[str, Any]:
        return described(self.opening, self.layout) | {"table": self.span}

    def warnings(self) -> tuple[str, ...]:
        below = said_of_notes(self.layout.footer, self.layout.notes)
        return (*filter(None, [self.opening.dialect.remark]), *self.layout.remarks, *self.repairs.sentences(), *below)


def described(opening: Opening, layout: Layout) -> dict[str, Any]:
    """The decisions, as they are shown and as the raw cells are found again by them."""
    return {"encoding": {"name": opening.encoding.name, "evidence": opening.encoding.evidence}, "dialect": opening.dialect.describe(),
            "header_rows": layout.header[1] - layout.header[0], "header_at": layout.header[0], "preamble_rows": len(layout.preamble),
            "footer_rows": len(layout.footer), "table": 0, "evidence": layout.evidence, "notes": list(layout.notes)}  # fmt: skip


def read_text_tables(path: Path, limits: Limits, chosen: Mapping[str, Any] | None = None) -> Iterator[TextTable]:
    """Every table of a text file, in order; `chosen` is what a person fixed."""
    chosen = chosen or {}
    opening = Opening.of(path, chosen_encoding(path, chosen), chosen)
    if opening.is_blank:
        raise empty_file()
    if path.stat().st_size <= HELD_BYTES:
        yield from held_tables(opening, chosen, limits)
    else:
        yield streamed_table(opening, chosen, limits)


def held_tables(opening: Opening, chosen: Mapping[str, Any], limits: Limits) -> Iterator[TextTable]:
    """The tables of a file whose rows are held: each is laid out when its end is known."""
    repairs = Repairs()
    rows = list(opening.records(repairs))
    above = form_rows(rows)
    for number, part in enumerate(islice(tables_in(rows, above, chosen), limits.max_tables)):
        if all(map(is_blank, part)):
            continue
        notes = Repairs() if number else repairs
        layout = find_layout(part, header_rows=chosen.get("header_rows"), above=0 if number else above)
        found = find_rejoining(part, layout, opening.dialect, opening.head)
        if isinstance(found, Rejoining):
            part = list(found.rows(part, notes))
            layout = find_layout(part, header_rows=chosen.get("header_rows"), above=0 if number else above)
        elif found is not None:
            layout = found.unnamed(layout)
        layout = with_doubtful_names(settle_width(layout, part, limits, opening.dialect.sign), opening.dialect)
        body = part[layout.start : layout.end]
        fitting = Fitting(layout, kinds_of(body, layout.width), opening.dialect, notes)
        yield TextTable(layout, fitted(body, fitting), notes, opening, number)


def tables_in(rows: list[Row], above: int, chosen: Mapping[str, Any]) -> Iterator[list[Row]]:
    """The rows of each table; all of them where a person chose how many are the header."""
    if chosen.get("header_rows") is not None:
        yield rows
        return
    width = max(map(len, rows), default=0)
    for top, bottom, left, right in split_areas_of_text(rows, after=above):
        part = rows[top:bottom]
        yield part if right - left == width else [row[left:right] for row in part]


def streamed_table(opening: Opening, chosen: Mapping[str, Any], limits: Limits) -> TextTable:
    """A large file is one table, laid out from its beginning; the last rows are held back as they pass, for blank ones and notes may end it."""
    repairs = Repairs()
    rows = iter(opening.records(repairs))
    sample = list(islice(rows, SAMPLED_ROWS))
    layout = laid_out(sample, opening, chosen, limits)
    if isinstance(found := find_rejoining(sample, layout, opening.dialect, opening.head), Rejoining):
        rows = found.rows(chain(sample, rows), repairs)
        sample = list(islice(rows, SAMPLED_ROWS))
        layout = laid_out(sample, opening, chosen, limits)
    fitting = Fitting(layout, kinds_of(sample[layout.start :], layout.width), opening.dialect, repairs)
    body = without_end(chain(sample[layout.start :], rows), layout.width, repairs)
    return TextTable(layout, fitted(body, fitting), repairs, opening)
