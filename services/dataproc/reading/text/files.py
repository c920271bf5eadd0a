"""Text files: in columns where the file is regular or its rows can be mended, row by row elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import Irregular, RawTable, spill
from services.dataproc.reading.text.column_reader import UTF8, ColumnBatches, ReadPlan, plan_in_columns
from services.dataproc.reading.text.encoding import chosen_encoding
from services.dataproc.reading.text.irregular import Irregularity, IrregularText
from services.dataproc.reading.text.mended_copy import plan_mended
from services.dataproc.reading.text.opening import Opening, column_names
from services.dataproc.reading.text.row_reader import HELD_BYTES, TextTable, described, read_text_tables
from services.dataproc.reading.ways import FastReader, Way
from shared.formats.refusals import no_table

CELLS_IN_MEMORY = 4_000_000
FAST_BYTES = 4 << 20
"""Smaller files are read row by row at once."""

QUOTED_POINT = re.compile(r"\"[-+]?\d+(?:\.\d+)+\"")


def read_text_file(
    path: Path,
    name: str,
    scratch: Path,
    limits: Limits,
    chosen: Mapping[str, Any],
    surprise: Irregular | None = None,
) -> Iterator[RawTable]:
    """The tables of a text file. `surprise` is what ended an earlier try: another way is taken then."""
    why = "small enough to be read row by row"
    if path.stat().st_size > FAST_BYTES:
        try:
            plan = plan_of_file(path, chosen, limits, scratch, surprise)
        except Irregular as reason:
            why = str(reason)
        else:
            yield table_of_columns(name, plan)
            return
    found = False
    for table in read_text_tables(path, limits, chosen):
        found = True
        yield table_of_rows(table, name, scratch / f"rows-{table.span}.arrow", why)
    if not found:
        raise no_table("no line holds a cell")


def plan_of_file(
    path: Path, chosen: Mapping[str, Any], limits: Limits, scratch: Path, surprise: Irregular | None
) -> ReadPlan:
    """The plan for the file as it stands; for a copy with mended rows where that is not regular. Raises Irregular, with the reason against both."""
    try:
        return plan_as_it_stands(path, chosen, limits, scratch, surprise)
    except Irregular as reason:
        if path.stat().st_size <= HELD_BYTES or (isinstance(reason, IrregularText) and reason.mended):
            raise
        if plan := plan_of_copy(path, chosen, limits, scratch, reason):
            return plan
        raise


def plan_as_it_stands(
    path: Path, chosen: Mapping[str, Any], limits: Limits, scratch: Path, surprise: Irregular | None
) -> ReadPlan:
    """Tried again only where the surprise was the encoding, which all of the file tells."""
    if surprise is None:
        return plan_in_columns(path, chosen, limits, scratch)
    if isinstance(surprise, IrregularText) and surprise.kind is Irregularity.NOT_UTF8 and not surprise.mended:
        return plan_in_columns(path, chosen, limits, scratch, throughout=True)
    raise surprise


def plan_of_copy(
    path: Path, chosen: Mapping[str, Any], limits: Limits, scratch: Path, reason: Irregular | None = None
) -> ReadPlan | None:
    """None for files that are not UTF-8."""
    encoding = chosen_encoding(path, chosen)
    if encoding.name not in UTF8:
        return None
    try:
        return plan_mended(Opening.of(path, encoding, chosen), chosen, limits, scratch / f"mended-{path.name}")
    except IrregularText as other:
        raise Irregular(f"{reason}; {other}" if reason else str(other)) from other


def table_of_columns(name: str, plan: ReadPlan) -> RawTable:
    mended = plan.written is not None
    why = (
        "large; the rows that break the rules were mended in a copy"
        if mended
        else "large, and every sampled row has the same number of cells"
    )
    how = {
        "footer_rows": 0,
        "path": Way.FAST,
        "reader": FastReader.MENDED if mended else FastReader.COLUMNS,
        "why": why,
    }
    return RawTable(
        name,
        column_names(plan.layout),
        ColumnBatches(plan),
        described(plan.opening, plan.layout) | how,
        plan.warnings,
        comma_likely=plan.opening.dialect.delimiter == ";",
        comma_divides=comma_divides(plan.opening),
    )


def table_of_rows(table: TextTable, name: str, spill_path: Path, why: str) -> RawTable:
    batches = spill(table.rows, table.layout.width, spill_path, CELLS_IN_MEMORY)
    return RawTable(
        name,
        column_names(table.layout),
        batches,
        table.reading() | {"path": Way.CAREFUL, "why": why},
        table.warnings(),
        comma_likely=table.opening.dialect.delimiter == ";",
        comma_divides=comma_divides(table.opening),
    )


def comma_divides(opening: Opening) -> bool:
    """Where every cell is quoted, a comma that divides cells keeps nobody from writing decimal commas."""
    return opening.dialect.sign == "," and not any(map(QUOTED_POINT.search, opening.head))


def holds_table(path: Path, limits: Limits) -> bool:
    """Is there a table of at least two columns, with names?"""
    return any(t.layout.width > 1 and not t.layout.headless for t in list(read_text_tables(path, limits)))


def raw_rows(path: Path, reading: Mapping[str, Any], scratch: Path, limits: Limits) -> Iterator[list[str]]:
    """Header and rows of the table that `reading` describes, as they stand in the file, found in the way in which they were read."""
    chosen = dict(reading.get("overrides") or {})
    if Way.of(reading) is Way.FAST and (plan := plan_again(path, reading, chosen, scratch, limits)):
        yield list(column_names(plan.layout))
        for batch in ColumnBatches(plan):
            yield from map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))
        return
    for table in read_text_tables(path, limits, chosen):
        if table.span == reading.get("table", 0):
            yield list(column_names(table.layout))
            yield from table.rows
            return


def plan_again(
    path: Path, reading: Mapping[str, Any], chosen: Mapping[str, Any], scratch: Path, limits: Limits
) -> ReadPlan | None:
    """The plan by which a table was read; None where it cannot be made any more."""
    try:
        if reading.get("reader") == FastReader.MENDED:
            return plan_of_copy(path, chosen, limits, scratch)
        throughout = reading["encoding"]["name"] not in UTF8
        surprise = IrregularText(Irregularity.NOT_UTF8) if throughout else None
        return plan_of_file(path, chosen, limits, scratch, surprise)
    except Irregular:
        return None
