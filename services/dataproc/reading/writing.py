"""From a table as read to a draft: typed, written as Parquet, profiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.reading.metering import Meter
from services.dataproc.reading.model import READING_VERSION, Column, Limits, TableDraft
from services.dataproc.reading.naming import column_names, cut_names_warning, source_name
from services.dataproc.reading.profile import Profile, RunningMeasures, profile_table
from services.dataproc.reading.sources import Irregular, RawTable
from services.dataproc.reading.totals import find_totals, tell_anew
from services.dataproc.reading.typing import Demotion, TypedBatches, demote, plan_columns, plans_without_labels
from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.convert import ColumnConverter
from services.dataproc.reading.typing.evidence import join, storage_sentence
from services.dataproc.reading.typing.examples import choice_with_example
from services.dataproc.reading.typing.storage import native_type
from shared.formats.refusals import Refusal, too_large

ROW_GROUP = 122_880  # rows; DuckDB's own size, so that its scans run in parallel over groups
GROUP_BYTES = 64 << 20  # a group of long texts is written before it weighs more
QUEUED_GROUPS = 1  # one is written while the next is read: more would only hold memory
# As planned, with demoted columns, without direct types, and once more for columns that fail only then.
MOST_ATTEMPTS = 4
DICTIONARY_VALUES = 4_000  # different texts up to which a dictionary is likely to be small
DIFFERENCES, LENGTHS = "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY"
ENCODINGS = (
    (pa.types.is_integer, DIFFERENCES),
    (pa.types.is_date32, DIFFERENCES),
    (pa.types.is_timestamp, DIFFERENCES),
    (pa.types.is_string, LENGTHS),
)

Known = list[dict[str, Any]] | None


@dataclass(frozen=True)
class WritingJob:
    """Where drafts are written and under which limits; `chosen` are a person's overrides by column name, `decoded_bytes` those of the file's tables so far."""

    into: Path
    limits: Limits
    chosen: Mapping[str, Mapping[str, Any]]
    meter: Meter
    decoded_bytes: int = 0


def write_table(table: RawTable, name: str, path: Path, work: WritingJob) -> TableDraft:
    """Type, write and profile one table; a column that turns out not to hold its type is written again as text."""
    names = column_names(table.names)
    plans = plan_columns(table, names, work.chosen)
    typed, columns, profile = write_and_profile(table, plans, names, path, work)
    totals = find_totals(path, typed.rows, columns, profile.summary["columns"], profile.values)
    if anew := plans_without_labels(typed.plans, names, totals.labels):
        typed, columns, profile = write_and_profile(table, {**typed.plans, **anew}, names, path, work)
        totals = tell_anew(totals, path, typed.rows, columns, profile.summary["columns"], profile.values)
    warnings = (*table.warnings, *cut_names_warning(table.names), *misfit_warnings(typed, names), *totals.warnings)
    summary = {**profile.summary, "warnings": [*warnings, *profile.summary["warnings"]], "totals": totals.to_json()}
    reading = {**table.reading, "version": READING_VERSION}
    return TableDraft(name, typed.rows, columns, path, summary, profile.values, reading, warnings, typed.decoded_bytes)


def write_and_profile(
    table: RawTable, plans: Mapping[int, ColumnPlan], names: list[str], path: Path, work: WritingJob
) -> tuple[TypedBatches, tuple[Column, ...], Profile]:
    typed, known = write_typed(table, plans, names, path, work)
    columns = describe(table, typed, names)
    profile = profile_table(path, typed.rows, columns, work.limits.threads, work.limits.memory_bytes, known)
    columns = tuple(replace(c, nullable=profile.summary["columns"][c.name]["nulls"] > 0) for c in columns)
    return typed, columns, profile


def write_typed(
    table: RawTable, plans: Mapping[int, ColumnPlan], names: list[str], path: Path, work: WritingJob
) -> tuple[TypedBatches, Known]:
    """Write the table; again with columns as text where their cells do not bear out the plan, and parsed here where the reader balks."""
    typed = TypedBatches(table, plans, names)
    for _ in range(MOST_ATTEMPTS):
        try:
            with RunningMeasures(
                typed.schema(),
                describe(table, typed, names),
                dictionary_columns(typed),
                work.limits.memory_bytes,
                work.into,
            ) as measures:
                write_parquet(typed, path, work, measures)
                return typed, measures.result()
        except Demotion as failure:
            typed = TypedBatches(table, demote(typed.plans, failure, names), names, direct=typed.direct)
        except Irregular:
            if not typed.direct:
                raise
            typed = TypedBatches(table, typed.plans, names, direct=False)
    raise Irregular("its columns change their type again and again")


def write_parquet(typed: TypedBatches, path: Path, work: WritingJob, measures: RunningMeasures) -> None:
    """Write the batches in row groups, in a thread of its own, so that reading and converting go on meanwhile."""
    schema = typed.schema()
    words = dictionary_columns(typed)
    with (
        pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=words,
            column_encoding=column_encodings(schema, words),
            write_statistics=[f.name for f in schema if not pa.types.is_string(f.type)],
        ) as writer,
        ThreadPoolExecutor(1) as thread,
    ):
        pending: list[Future[None]] = []
        for batches in group_batches(typed, ROW_GROUP):
            check_size(typed.rows * len(schema), work.decoded_bytes + typed.decoded_bytes, work.limits)
            work.meter.advance(sum(b.num_rows for b in batches), sum(b.nbytes for b in batches))
            measures.add(batches)
            while len(pending) >= QUEUED_GROUPS:
                pending.pop(0).result()
            pending.append(thread.submit(writer.write_table, pa.Table.from_batches(batches, schema), ROW_GROUP))
        for done in pending:
            done.result()


def column_encodings(schema: pa.Schema, words: list[str]) -> dict[str, str] | None:
    """What is not in a dictionary is written as differences and lengths: smaller, and faster to write and to read, than plain cells."""
    found = {
        field.name: encoding
        for field in schema
        for check, encoding in ENCODINGS
        if check(field.type) and field.name not in words
    }
    return found or None


def dictionary_columns(typed: TypedBatches) -> list[str]:
    """Columns of text of whose values a dictionary is likely to be small."""
    schema = typed.schema()
    few = (i for i, plan in typed.plans.items() if plan.distinct is not None and plan.distinct <= DICTIONARY_VALUES)
    return [schema.field(i).name for i in few if pa.types.is_string(schema.field(i).type)]


def check_size(cells: int, decoded_bytes: int, limits: Limits) -> None:
    """A small file may hold very much: whatever it is packed with, reading ends here."""
    if cells > limits.max_cells:
        raise too_large(f"it has more than {limits.max_cells:,} cells")
    if decoded_bytes > limits.max_decoded_bytes:
        raise Refusal.TOO_LARGE.because(
            reason=f"its tables take more than {limits.max_decoded_bytes:,} bytes when they are unpacked, which is all that a session may keep",
            hint="Leave out the columns and rows that are not needed, or split it into files for several sessions.",
        )


def group_batches(
    batches: Iterable[pa.RecordBatch], rows: int, size: int = GROUP_BYTES
) -> Iterator[list[pa.RecordBatch]]:
    """Batches in groups of at most about `rows` rows and `size` bytes."""
    group: list[pa.RecordBatch] = []
    held = weight = 0
    for batch in batches:
        if group and (held + batch.num_rows > rows or weight + batch.nbytes > size):
            yield group
            group, held, weight = [], 0, 0
        group.append(batch)
        held += batch.num_rows
        weight += batch.nbytes
    if group:
        yield group


def describe(table: RawTable, typed: TypedBatches, names: list[str]) -> tuple[Column, ...]:
    columns = []
    for index, name in enumerate(names):
        source = source_name(table.names[index])
        if index in typed.plans:
            column = planned_column(name, source, typed.plans[index], typed.converters.get(index))
        else:
            storage = typed.schema().field(index).type
            evidence = table.evidence.get(index, storage_sentence(storage))
            column = Column(name, source, native_type(storage), True, table.units.get(index), evidence)
        columns.append(replace(column, evidence=join(column.evidence, table.remarks.get(index, ""))))
    return tuple(columns)


def planned_column(name: str, source: str, plan: ColumnPlan, converter: ColumnConverter | None) -> Column:
    rows = rows_of_misfits(converter) if converter is not None else ""
    return Column(
        name, source, plan.type, True, plan.unit, plan.evidence + rows, plan.format, choice_with_example(plan)
    )


def rows_of_misfits(converter: ColumnConverter) -> str:
    """The first rows whose cells became null, or kept their column text: what the evidence ends with."""
    if converter.misfits.total():
        return f" (rows {', '.join(f'{row:,}' for row in converter.misfits.rows[:10])})"
    rows = converter.offending_rows
    more = ", …" if sum(converter.plan.offending.values()) > len(rows) else ""
    return f" (rows {', '.join(f'{row:,}' for row in rows)}{more})" if rows else ""


def misfit_warnings(typed: TypedBatches, names: list[str]) -> list[str]:
    said = []
    for index, converter in typed.converters.items():
        if total := converter.misfits.total():
            texts = ", ".join(repr(text[:40]) for text, _ in converter.misfits.counts.most_common(5))
            rows = ", ".join(f"{row:,}" for row in converter.misfits.rows[:10])
            said.append(
                f"column {names[index]!r}: {total:,} cell(s) are not {converter.plan.type} and became null: {texts} (rows {rows})"
            )
    return said
