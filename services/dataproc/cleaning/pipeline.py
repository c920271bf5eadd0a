"""Steps one after another over a table on disk: batch by batch, through an intermediate file only where a step has to see everything first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.cleaning import casting, number_steps, row_steps, shape_steps, text_steps
from services.dataproc.cleaning.batches import count_differences
from services.dataproc.cleaning.errors import StepRefused
from services.dataproc.cleaning.measures import BATCH_ROWS
from services.dataproc.cleaning.model import Misfits, Prepared, SkippedStep, StepReport, Workspace
from services.dataproc.cleaning.steps import AnyStep, recipe_to_json
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.model import Column
from services.dataproc.reading.writing import ROW_GROUP, group_batches
from shared.columns import ColumnType

ROW = "\u2063row"  # the column with the rows' numbers before cleaning, where they are wanted
PREPARE: Mapping[str, Callable[[Any, Any], Prepared]] = {
    "trim": text_steps.trim,
    "case": text_steps.case,
    "deduplicate": row_steps.deduplicate,
    "missing": number_steps.missing,
    "flag_outliers": number_steps.flag_outliers,
    "split_column": text_steps.split_column,
    "merge_columns": text_steps.merge_columns,
    "unpivot": shape_steps.unpivot,
    "map_values": text_steps.map_values,
    "convert_unit": number_steps.convert_unit,
    "drop_totals_rows": row_steps.drop_totals_rows,
    "rename": shape_steps.rename,
    "drop_columns": shape_steps.drop_columns,
    "cast": casting.cast,
}


@dataclass
class Applied:
    """A prepared step with its counts."""

    step: AnyStep
    prepared: Prepared
    before: tuple[Column, ...]
    rows_before: int = 0
    rows_after: int = 0
    changed: int = 0

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        after = self.prepared.apply(batch)
        self.rows_before += batch.num_rows
        self.rows_after += after.num_rows
        if after.num_rows == batch.num_rows:
            names = [name for name in self.prepared.touches if name in after.schema.names]
            self.changed += sum(count_differences(batch.column(name), after.column(name)) for name in names)
        return after

    def report(self) -> StepReport:
        old, new = [c.name for c in self.before], [c.name for c in self.prepared.columns]
        return StepReport(
            self.step.step,
            self.rows_before,
            self.rows_after,
            self.changed,
            tuple(n for n in new if n not in old),
            tuple(n for n in old if n not in new),
        )


class Pipeline:
    """A `Stage` that grows by a step at a time. Raises StepRefused, which names the step; when lenient, steps that do not fit are left out."""

    def __init__(
        self, source: Path, columns: tuple[Column, ...], workspace: Workspace, *, numbered: bool = False
    ) -> None:
        self.workspace = workspace
        self.columns = columns
        self.applied: list[Applied] = []
        self.skipped: list[SkippedStep] = []
        self._file = source
        self._numbered = numbered
        self._pending: list[Applied] = []
        self._intermediate = 0
        names = [column.name for column in columns]
        fields = [pq.ParquetFile(source).schema_arrow.field(name) for name in names]
        self.schema = pa.schema([*fields, *([pa.field(ROW, pa.int64())] if numbered else [])])

    def add(self, step: AnyStep, position: int) -> None:
        try:
            prepared = PREPARE[step.step](step, self)
            schema = prepared.apply(empty_batch(self.schema)).schema
        except StepRefused as refusal:
            if not self.workspace.lenient:
                raise name_step(refusal, step, position) from None
            self.skipped.append(SkippedStep(position, step.step, refusal.detail))
            return
        applied = Applied(step, prepared, self.columns)
        self.applied.append(applied)
        self._pending.append(applied)
        self.columns, self.schema = prepared.columns, schema

    def stored(self) -> Path:
        """Run what is pending into a file."""
        if self._pending:
            self._intermediate += 1
            path = self.workspace.folder / f"stage-{self._intermediate}.parquet"
            self.write(path, compression="lz4")
            self._drop_intermediate()
            self._file, self._pending, self._numbered = path, [], False
        return self._file

    def write(self, path: Path, *, compression: str = "zstd") -> int:
        """The table with all steps applied; returns its rows. A thread of its own writes while the next rows are made."""
        rows, pending = 0, None
        level = 1 if compression == "zstd" else None
        words = [column.name for column in self.columns if column.type is ColumnType.CATEGORY]
        with (
            pq.ParquetWriter(
                path, self.schema, compression=compression, compression_level=level, use_dictionary=words
            ) as writer,
            ThreadPoolExecutor(1) as thread,
        ):
            for group in group_batches((batch for batch in self.batches() if batch.num_rows), ROW_GROUP):
                table = pa.Table.from_batches(group, self.schema)
                rows += table.num_rows
                if pending is not None:
                    pending.result()
                pending = thread.submit(writer.write_table, table, ROW_GROUP)
            if pending is not None:
                pending.result()
        return rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        names = self.source_names()
        start = 0
        for source in batches_of(pq.ParquetFile(self._file), BATCH_ROWS, names):
            batch = number_rows(source, start) if self._numbered else source
            start += source.num_rows
            for applied in self._pending:
                batch = self._guarded(applied, batch)
            yield batch.cast(self.schema)

    def source_names(self) -> list[str]:
        """Columns of the file that the pending steps begin with."""
        first = self._pending[0].before if self._pending else self.columns
        stored = pq.ParquetFile(self._file).schema_arrow.names
        return [*(column.name for column in first), *([ROW] if ROW in stored else [])]

    def _guarded(self, applied: Applied, batch: pa.RecordBatch) -> pa.RecordBatch:
        try:
            return applied(batch)
        except pa.ArrowInvalid as error:
            reason = str(error).split("\n")[0][:200]
            raise name_step(
                StepRefused(
                    "step_does_not_fit",
                    f"a cell does not bear it: {reason}",
                    "Cast the column first, or choose another step.",
                ),
                applied.step,
                self.applied.index(applied) + 1,
            ) from error

    def misfits(self) -> tuple[Misfits, ...]:
        """Cells that casts made missing; raises when a step was told to refuse them."""
        found = []
        for position, applied in enumerate(self.applied, 1):
            misfits = applied.prepared.misfits()
            if misfits is None:
                continue
            if applied.prepared.refuses_misfits and not self.workspace.lenient:
                raise name_step(
                    StepRefused(
                        "cells_do_not_fit",
                        f"{misfits.sentence()}; nothing was changed",
                        'Choose another type or format, or send `"misfits": "null"` to make these cells missing.',
                    ),
                    applied.step,
                    position,
                )
            found.append(misfits)
        return tuple(found)

    def recipe(self) -> list[dict[str, Any]]:
        """The steps as applied, with what was found out filled in."""
        return [applied.prepared.resolved or recipe_to_json((applied.step,))[0] for applied in self.applied]

    def _drop_intermediate(self) -> None:
        if self._intermediate > 1:
            (self.workspace.folder / f"stage-{self._intermediate - 1}.parquet").unlink(missing_ok=True)


def name_step(refusal: StepRefused, step: AnyStep, position: int) -> StepRefused:
    return StepRefused(refusal.code, f"Step {position} ({step.step}): {refusal.detail}.", refusal.hint)


def empty_batch(schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)


def number_rows(batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
    rows = pa.array(np.arange(start, start + batch.num_rows, dtype=np.int64))
    return pa.record_batch([*batch.columns, rows], names=[*batch.schema.names, ROW])
