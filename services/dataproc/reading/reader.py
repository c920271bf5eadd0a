"""Reading one uploaded file: open it, decide its format by content, read, type, write and profile every table."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from services.dataproc.reading.archives import Member, open_members
from services.dataproc.reading.content import Content
from services.dataproc.reading.formats import detect_format
from services.dataproc.reading.metering import Meter
from services.dataproc.reading.model import DEFAULT_LIMITS, Limits, Progress, ReadResult, TableDraft
from services.dataproc.reading.naming import name_of_sheet, unique_names
from services.dataproc.reading.prose import is_named_so, is_prose
from services.dataproc.reading.readers import READERS
from services.dataproc.reading.sources import Irregular, RawTable
from services.dataproc.reading.writing import WritingJob, write_table
from shared.formats import Format
from shared.formats.refusals import FileRefused, Refusal, corrupt_file, empty_file, no_table, too_large

ONLY_PROSE = (
    "Put the tables into the archive beside it, or upload the text by itself if its lines are what is asked about."
)
MOST_WAYS = 3  # a text as it stands; by the encoding of all of it, or in a mended copy; row by row


def read_file(path: Path, *, filename: str, into: Path, limits: Limits = DEFAULT_LIMITS, overrides: Mapping[str, Any] | None = None,
              on_progress: Progress | None = None, clock: Callable[[], float] = time.monotonic) -> ReadResult:  # fmt: skip
    """Turn a file into typed tables, written as Parquet into the folder `into`. Raises FileRefused when it holds none.

    `overrides` may fix encoding, delimiter, quote, header_rows, and per column name a type, format and unit:
    {"columns": {name: {"type": …}}}. After a refusal nothing is left in `into`.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise empty_file()
    into.mkdir(parents=True, exist_ok=True)
    chosen = dict(overrides or {})
    meter = Meter(path.stat().st_size, on_progress, clock, limits.seconds)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=into) as scratch:
        job = ReadingJob(WritingJob(into, limits, chosen.get("columns", {}), meter), Path(scratch), chosen)
        with name_refusals(job):
            for member in open_members(path, filename, Path(scratch), limits):
                job.read(member)
            if not job.drafts:
                raise no_table("; ".join(job.skipped[:3]) or "nothing in it could be read")
            job.leave_out_prose()
    meter.finish(sum(draft.rows for draft in job.drafts))
    return ReadResult(job.formats[0].value, tuple(uniquely_named(job.drafts)), tuple(job.skipped))


@contextmanager
def name_refusals(job: ReadingJob) -> Iterator[None]:
    """Errors of the libraries become refusals, and what was written before a refusal is removed."""
    try:
        yield
    except FileRefused:
        job.discard()
        raise
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        job.discard()
        raise Refusal.NEEDS_TOO_MUCH_MEMORY.because() from error
    except (pa.ArrowException, duckdb.Error, RecursionError, UnicodeError, Irregular) as error:
        job.discard()
        raise corrupt_file("a table", str(error).split("\n")[0][:200].rstrip(".")) from error


@dataclass
class ReadingJob:
    """One call of `read_file`: the drafts so far, and the members of an archive that could not be read."""

    work: WritingJob
    scratch: Path
    chosen: Mapping[str, Any]
    drafts: list[TableDraft] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    prose: list[tuple[str, list[TableDraft]]] = field(default_factory=list)
    """Members that explain others, with what was read of them should there be no others."""

    def read(self, member: Member) -> None:
        """Draft every table of a member; what cannot be read is skipped when the upload holds other members."""
        before = len(self.drafts)
        try:
            self._draft_in_some_way(member, before)
        except FileRefused as error:
            if not member.in_archive:
                raise
            self.skipped.append(f"{member.filename}: {error.detail}")
            return
        if member.in_archive and is_prose(member, found := self.drafts[before:]):
            self.prose.append((member.filename, found))

    def leave_out_prose(self) -> None:
        """Text that explains the tables of an archive is none of them; where nothing else is in it, its lines are what was uploaded, but for a README."""
        dropped = [draft for _, drafts in self.prose for draft in drafts]
        if len(dropped) == len(self.drafts):
            if self.prose and all(is_named_so(filename) for filename, _ in self.prose):
                readmes = ", ".join(filename for filename, _ in self.prose[:3])
                raise no_table("; ".join([f"{readmes} holds text that explains others", *self.skipped[:3]]), ONLY_PROSE)
            return
        kept = [number for number, draft in enumerate(self.drafts) if not any(draft is other for other in dropped)]
        self.skipped += [f"{filename}: text that explains the others, not a table" for filename, _ in self.prose]
        self.drafts, self.formats = [self.drafts[n] for n in kept], [self.formats[n] for n in kept]
        for draft in dropped:
            draft.data_path.unlink()

    def _draft_in_some_way(self, member: Member, before: int) -> None:
        """What made the file irregular for one reader is the reason for which another one takes it."""
        surprise: Irregular | None = None
        for ways_left in reversed(range(MOST_WAYS)):
            try:
                self._draft_all(self._content(member, surprise))
                return
            except Irregular as found:
                if not ways_left:
                    raise
                del self.drafts[before:], self.formats[before:]
                surprise = found

    def _content(self, member: Member, surprise: Irregular | None) -> Content:
        return Content(member, self.scratch, self.work.limits, self.work.meter, self.chosen, surprise, self.skipped)

    def _draft_all(self, content: Content) -> None:
        member, limits = content.member, content.limits
        for kind, raw in READERS[detect_format(member.path)].tables(content):
            if len(self.drafts) >= limits.max_tables:
                raise too_large(f"it holds more than {limits.max_tables} tables")
            path = self.work.into / f"table-{len(self.drafts)}.parquet"
            work = replace(self.work, decoded_bytes=sum(draft.decoded_bytes for draft in self.drafts))
            self.drafts.append(write_table(with_origin(raw, member, kind, self.chosen), raw.name, path, work))
            self.formats.append(kind)

    def discard(self) -> None:
        for path in self.work.into.glob("table-*.parquet"):
            path.unlink()


def with_origin(raw: RawTable, member: Member, kind: Format, chosen: Mapping[str, Any]) -> RawTable:
    """The table whose `reading` also says where in the upload it stood and what a person had fixed: `read_raw` finds its cells by that."""
    kept = {key: value for key, value in chosen.items() if key != "columns"}
    reading = {
        **raw.reading,
        "format": kind.value,
        "member": member.filename,
        "steps": list(member.steps),
        "overrides": kept,
    }
    return replace(raw, reading=reading)


def uniquely_named(drafts: list[TableDraft]) -> list[TableDraft]:
    """The same drafts with names that are unique within the file."""
    drafts = named_after_lone_sheets(drafts)
    names = unique_names(draft.name or "table" for draft in drafts)
    return [replace(draft, name=name) for name, draft in zip(names, drafts, strict=True)]


def named_after_lone_sheets(drafts: Sequence[TableDraft]) -> list[TableDraft]:
    """Tables of a sheet are named by it, which says nothing where it is "Report" and the only one of its workbook with a table."""
    sheets: dict[str, set[str]] = {}
    for draft in drafts:
        if "sheet" in draft.reading:
            sheets.setdefault(draft.reading["member"], set()).add(draft.reading["sheet"])
    named = []
    for draft in drafts:
        sheet, member = draft.reading.get("sheet"), draft.reading["member"]
        if sheet is None or not draft.name.startswith(sheet):
            named.append(draft)
            continue
        name = name_of_sheet(sheet, member, alone=len(sheets[member]) == 1)
        named.append(replace(draft, name=name + draft.name[len(sheet) :]))
    return named
