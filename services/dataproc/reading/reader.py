"""Reading one uploaded file: open it, decide its format by content, read, type, write and profile every table."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

import duckdb
import pyarrow as pa

from services.dataproc.reading.archives import Member, open_members
from services.dataproc.reading.columnar.files import read_columnar
from services.dataproc.reading.errors import (
    ReadError,
    corrupt_file,
    empty_file,
    no_table,
    out_of_memory,
    too_large,
)
from services.dataproc.reading.formats import detect_format
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.metering import Meter
from services.dataproc.reading.model import DEFAULT_LIMITS, Limits, Progress, ReadResult, TableDraft
from services.dataproc.reading.naming import stem, unique
from services.dataproc.reading.sources import Irregular, RawTable
from services.dataproc.reading.text import files as csv_files
from services.dataproc.reading.text.careful import read_text_tables
from services.dataproc.reading.workbook import files as excel
from services.dataproc.reading.writing import Drafting, draft

MOST_WAYS = 3
WORKBOOKS = frozenset({"xlsx", "xlsb", "xls", "ods"})
JSON_NAMES = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})
TEXT_NAMES = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"})


def read_file(path: Path, *, filename: str, into: Path, limits: Limits = DEFAULT_LIMITS, overrides: Mapping[str, Any] | None = None,
              on_progress: Progress | None = None, clock: Callable[[], float] = time.monotonic) -> ReadResult:  # fmt: skip
    """Turn a file into typed tables, written as Parquet into the folder `into`. Raises ReadError when it holds none.

    `overrides` may fix encoding, delimiter, quote, header_rows, and per column name a type, format and unit:
    {"columns": {name: {"type": …}}}. After a refusal nothing is left in `into`.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise empty_file()
    into.mkdir(parents=True, exist_ok=True)
    chosen = dict(overrides or {})
    meter = Meter(path.stat().st_size, on_progress, clock, limits.seconds)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=into) as scratch:
        job = Job(Drafting(into, limits, chosen.get("columns", {}), meter), Path(scratch), chosen)
        with refusals_named(job):
            for member in open_members(path, filename, Path(scratch), limits):
                job.read(member)
            if not job.drafts:
                raise no_table("; ".join(job.skipped[:3]) or "nothing in it could be read")
    meter.finish(sum(draft.rows for draft in job.drafts))
    return ReadResult(job.formats[0], tuple(named(job.drafts)), tuple(job.skipped))


@contextmanager
def refusals_named(job: Job) -> Iterator[None]:
    """Errors of the libraries become refusals, and what was written before a refusal is removed."""
    try:
        yield
    except ReadError:
        job.discard()
        raise
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        job.discard()
        raise out_of_memory() from error
    except (pa.ArrowException, duckdb.Error, RecursionError, UnicodeError) as error:
        job.discard()
        raise corrupt_file("a table", str(error).split("\n")[0][:200].rstrip(".")) from error


@dataclass
class Job:
    """One call of `read_file`: the drafts so far, and the members of an archive that could not be read."""

    work: Drafting
    scratch: Path
    chosen: Mapping[str, Any]
    drafts: list[TableDraft] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def read(self, member: Member) -> None:
        """Draft every table of a member; what cannot be read is skipped when the upload holds other members."""
        before = len(self.drafts)
        try:
            self._draft_in_some_way(member, before)
        except ReadError as error:
            if not several(member):
                raise
            self.skipped.append(f"{member.filename}: {error.message}")

    def _draft_in_some_way(self, member: Member, before: int) -> None:
        """What made the file irregular for one reader is the reason for which another one takes it."""
        careful = ""
        for ways_left in reversed(range(MOST_WAYS)):
            try:
                self._draft_all(member, careful)
                return
            except Irregular as surprise:
                if not ways_left:
                    raise
                del self.drafts[before:], self.formats[before:]
                careful = str(surprise)

    def _draft_all(self, member: Member, careful: str) -> None:
        limits = self.work.limits
        for kind, raw in read_member(member, self.scratch, limits, self.chosen, careful):
            if len(self.drafts) >= limits.max_tables:
                raise too_large(f"it holds more than {limits.max_tables} tables")
            path = self.work.into / f"table-{len(self.drafts)}.parquet"
            self.drafts.append(draft(located(raw, member, kind, self.chosen), raw.name, path, self.work))
            self.formats.append(kind)

    def discard(self) -> None:
        for path in self.work.into.glob("table-*.parquet"):
            path.unlink()


def several(member: Member) -> bool:
    return any(step.startswith("zip:") for step in member.steps)


def read_member(
    member: Member, scratch: Path, limits: Limits, chosen: Mapping[str, Any], careful: str
) -> Iterator[tuple[str, RawTable]]:
    """(format, table) of everything in one file; `careful` is a reason not to use the fast reader of text."""
    kind, name = detect_format(member.path), stem(member.filename)
    suffix = PurePath(member.filename).suffix.lower()
    if kind in WORKBOOKS:
        yield from ((kind, t) for t in excel.read_excel(member.path, kind, scratch, limits, chosen))
    elif kind in ("parquet", "arrow"):
        yield kind, read_columnar(member.path, kind, name, limits)
    elif kind == "json":
        yield from read_json_or_text(member, suffix, name, scratch, limits, chosen, careful)
    elif suffix in JSON_NAMES and not regular_text(member.path, limits):
        raise json_files.other_json(member.path)
    else:
        yield from (("csv", t) for t in csv_files.read_csv(member.path, name, scratch, limits, chosen, careful=careful))


def read_json_or_text(member: Member, suffix: str, name: str, scratch: Path, limits: Limits, chosen: Mapping[str, Any],
                      careful: str) -> Iterator[tuple[str, RawTable]]:  # fmt: skip
    """Text that begins like JSON; a file that is named as text and is not valid JSON is read as text."""
    try:
        kind, tables = json_files.read_json(member.path, name, limits, scratch, careful=careful)
    except ReadError as error:
        if error.code != "invalid_json" or suffix not in TEXT_NAMES:
            raise
        yield from (("csv", t) for t in csv_files.read_csv(member.path, name, scratch, limits, chosen, careful=careful))
        return
    yield from ((kind, t) for t in tables)


def regular_text(path: Path, limits: Limits) -> bool:
    """Does the file hold a table of at least two columns and two lines, whatever its name says?"""
    tables = list(read_text_tables(path, limits))
    return any(t.layout.width > 1 and not t.layout.headless for t in tables)


def located(raw: RawTable, member: Member, kind: str, chosen: Mapping[str, Any]) -> RawTable:
    """The table with the steps that lead to it, for reading its raw cells later."""
    kept = {key: value for key, value in chosen.items() if key != "columns"}
    reading = {**raw.reading, "format": kind, "member": member.filename, "steps": list(member.steps), "overrides": kept}
    return replace(raw, reading=reading)


def named(drafts: list[TableDraft]) -> list[TableDraft]:
    """The same drafts with names that are unique within the file."""
    names = unique(draft.name or "table" for draft in drafts)
    return [
        TableDraft(name, d.rows, d.columns, d.data_path, d.profile, d.values, d.reading, d.warnings)
        for name, d in zip(names, drafts, strict=True)
    ]
