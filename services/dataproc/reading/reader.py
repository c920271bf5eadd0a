"""Reading one uploaded file: open it, decide its format by content, read, type, write and profile every table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from services.dataproc.reading import csv_files, excel, json_files
from services.dataproc.reading.archives import Member, open_members
from services.dataproc.reading.columnar_files import read_columnar
from services.dataproc.reading.drafting import Drafting, draft
from services.dataproc.reading.errors import ReadError, empty_file, invalid_json_name, no_table, too_large
from services.dataproc.reading.formats import detect_format
from services.dataproc.reading.model import Limits, Progress, ReadResult, TableDraft
from services.dataproc.reading.naming import stem, unique
from services.dataproc.reading.sources import RawTable

WORKBOOKS = frozenset({"xlsx", "xlsb", "xls", "ods"})
JSON_NAMES = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})
TEXT_NAMES = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"})


def read_file(path: Path, *, filename: str, into: Path, limits: Limits = Limits(), overrides: Mapping[str, Any] | None = None,
              on_progress: Progress | None = None) -> ReadResult:  # fmt: skip
    """Turn a file into typed tables, written as Parquet into the folder `into`. Raises ReadError when it holds none.

    `overrides` may fix encoding, delimiter, quote, header_rows, and per column name a type: {"columns": {name: {"type": …}}}.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise empty_file()
    into.mkdir(parents=True, exist_ok=True)
    chosen = dict(overrides or {})
    work = Drafting(into, limits, chosen.get("columns", {}))
    total = path.stat().st_size
    drafts: list[TableDraft] = []
    formats: list[str] = []
    skipped: list[str] = []
    report = on_progress or (lambda done, of, rows: None)
    report(0, total, 0)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=into) as scratch:
        for member in open_members(path, filename, Path(scratch), limits):
            try:
                for kind, raw in read_member(member, Path(scratch), limits, chosen):
                    formats.append(kind)
                    if len(drafts) >= limits.max_tables:
                        raise too_large(f"it holds more than {limits.max_tables} tables")
                    drafts.append(draft(located(raw, member, kind, chosen), raw.name, into / f"table-{len(drafts)}.parquet", work))
                    report(0, total, sum(d.rows for d in drafts))
            except ReadError as error:
                if not several(member):
                    raise
                skipped.append(f"{member.filename}: {error.message}")
    if not drafts:
        raise no_table("; ".join(skipped[:3]) or "nothing in it could be read")
    report(total, total, sum(d.rows for d in drafts))
    return ReadResult(formats[0], tuple(named(drafts)), tuple(skipped))


def several(member: Member) -> bool:
    return any(step.startswith("zip:") for step in member.steps)


def read_member(member: Member, scratch: Path, limits: Limits, chosen: Mapping[str, Any]) -> Iterator[tuple[str, RawTable]]:
    """(format, table) of everything in one file."""
    kind, name = detect_format(member.path), stem(member.filename)
    suffix = PurePath(member.filename).suffix.lower()
    if kind in WORKBOOKS:
        yield from ((kind, t) for t in excel.read_excel(member.path, kind, name, scratch, limits, chosen))
    elif kind in ("parquet", "arrow"):
        yield kind, read_columnar(member.path, kind, name, limits)
    elif kind == "json":
        yield from read_json_or_text(member, suffix, name, scratch, limits, chosen)
    elif suffix in JSON_NAMES and not regular_text(member.path, limits):
        raise invalid_json_name()
    else:
        yield from (("csv", t) for t in csv_files.read_csv(member.path, name, scratch, limits, chosen))


def read_json_or_text(member: Member, suffix: str, name: str, scratch: Path, limits: Limits, chosen: Mapping[str, Any]) -> Iterator[tuple[str, RawTable]]:
    """Text that begins like JSON; a file that is named as text and is not valid JSON is read as text."""
    try:
        kind, tables = json_files.read_json(member.path, name, scratch, limits)
    except ReadError as error:
        if error.code != "invalid_json" or suffix not in TEXT_NAMES:
            raise
        yield from (("csv", t) for t in csv_files.read_csv(member.path, name, scratch, limits, chosen))
        return
    yield from ((kind, t) for t in tables)


def regular_text(path: Path, limits: Limits) -> bool:
    """Does the file hold a table of at least two columns and two lines, whatever its name says?"""
    tables = list(csv_files.read_text_tables(path, limits))
    return any(t.layout.width > 1 and not t.layout.headless for t in tables)


def located(raw: RawTable, member: Member, kind: str, chosen: Mapping[str, Any]) -> RawTable:
    """The table with the steps that lead to it, for reading its raw cells later."""
    kept = {key: value for key, value in chosen.items() if key != "columns"}
    reading = {**raw.reading, "format": kind, "member": member.filename, "steps": list(member.steps), "overrides": kept}
    return RawTable(raw.name, raw.names, raw.batches, reading, raw.warnings, raw.evidence, raw.decimal_comma)


def named(drafts: list[TableDraft]) -> list[TableDraft]:
    """The same drafts with names that are unique within the file."""
    names = unique(draft.name or "table" for draft in drafts)
    return [TableDraft(name, d.rows, d.columns, d.data_path, d.profile, d.values, d.reading, d.warnings) for name, d in zip(names, drafts, strict=True)]
