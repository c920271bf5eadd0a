"""The cast step: a column takes another type, format or unit, exactly or with every misfit named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.dataproc.cleaning.batches import cells_as_text, replace_columns
from services.dataproc.cleaning.errors import StepRefused, format_not_known
from services.dataproc.cleaning.measures import BATCH_ROWS
from services.dataproc.cleaning.model import SHOWN_MISFITS, Misfits, Prepared, Stage, column_of, with_columns
from services.dataproc.cleaning.steps import CastStep
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.model import Column
from services.dataproc.reading.typing.chosen import may_have, plan_as
from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.convert import ColumnConverter
from services.dataproc.reading.typing.evidence import chosen_sentence, join
from services.dataproc.reading.typing.examples import choice_with_example
from services.dataproc.reading.typing.moments.day_order import DAY_ORDERS
from services.dataproc.reading.typing.moments.durations import CLOCKS
from services.dataproc.reading.typing.typing_pass import CellCounter
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion


def cast(step: CastStep, stage: Stage) -> Prepared:
    column = column_of(stage, step.column)
    kind = wished_type(step, column)
    if step.format and not may_have(kind, step.format):
        raise format_not_known(step.format, column.name, column.type if column.type.is_text else kind)
    changed = replace(column, type=kind, unit=unit_of(step, column.unit))
    if step.type is None and step.format is None:
        return Prepared(
            lambda batch: batch,
            with_columns(
                stage,
                replace(
                    changed,
                    evidence=f"{column.evidence}; {f'unit {step.unit}' if step.unit else 'no unit'}, as chosen",
                    open_choice=without_unit_question(column.open_choice),
                ),
            ),
        )
    if kind.is_text:
        return to_text(step, stage, replace(changed, format=None, evidence=chosen_sentence(kind), open_choice=None))
    if kind is ColumnType.DATETIME and pa.types.is_date(stage.schema.field(column.name).type):
        return to_moments(step, stage, replace(changed, format=None, evidence=chosen_sentence(kind), open_choice=None))
    if kind is ColumnType.DATE and pa.types.is_timestamp(stage.schema.field(column.name).type):
        return to_days(step, stage, replace(changed, format=None, evidence=chosen_sentence(kind), open_choice=None))
    plan = plan_as(count_texts(stage, column.name), kind, step.format, comma_likely=stage.workspace.comma_likely)
    if plan is None and step.format and step.type is None:
        raise format_not_known(step.format, column.name, column.type)
    return prepare_conversion(step, stage, changed, plan)


def without_unit_question(choice: OpenChoice | None) -> OpenChoice | None:
    return None if choice and choice.question is OpenQuestion.UNIT else choice


def wished_type(step: CastStep, column: Column) -> ColumnType:
    """The type that is asked for; a format alone keeps the type, or means dates or numbers."""
    if step.type is not None:
        return step.type
    if step.format is None or not column.type.is_text:
        return column.type
    if step.format in CLOCKS:
        return ColumnType.DURATION
    return ColumnType.DATE if step.format in DAY_ORDERS or "%" in step.format else ColumnType.DECIMAL


def unit_of(step: CastStep, known: str | None) -> str | None:
    """An empty unit takes it away."""
    return known if step.unit is None else step.unit or None


def to_text(step: CastStep, stage: Stage, column: Column) -> Prepared:
    """Every cell fits text."""
    name = column.name
    return Prepared(
        lambda batch: replace_columns(batch, {name: cells_as_text(batch.column(name))}),
        with_columns(stage, column),
        (name,),
        resolved=resolved_step(step, column.type, None),
    )


def count_texts(stage: Stage, name: str) -> ValueCounts:
    """The column's distinct cells as text, with their counts."""
    counting = CellCounter({})
    for batch in batches_of(pq.ParquetFile(stage.stored()), BATCH_ROWS, [name]):
        counting.add(cells_as_text(batch.column(0)))
    return ValueCounts(name, counting.counts, counting.complete)


def prepare_conversion(step: CastStep, stage: Stage, column: Column, plan: ColumnPlan | None) -> Prepared:
    if plan is None:
        raise StepRefused(
            "cells_do_not_fit",
            f"no cell of column {column.name!r} is written like {column.type}{f' in the format {step.format}' if step.format else ''}",
            "Choose another type or format.",
        )
    converter = ColumnConverter(plan)
    rows = 0

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        nonlocal rows
        cells = pc.fill_null(cells_as_text(batch.column(column.name)), "")
        new = converter(cells, rows)
        rows += batch.num_rows
        return replace_columns(batch, {column.name: new if new.type == plan.storage else new.cast(plan.storage)})

    after = replace(
        column,
        type=plan.type,
        unit=unit_of(step, plan.unit or column.unit),
        format=plan.format,
        evidence=join(chosen_sentence(plan.type), plan.evidence),
        open_choice=choice_with_example(plan),
    )
    return Prepared(
        apply,
        with_columns(stage, after),
        (column.name,),
        misfits_of(converter, column),
        step.misfits == "refuse",
        resolved_step(step, plan.type, plan.format),
    )


def misfits_of(converter: ColumnConverter, column: Column) -> Callable[[], Misfits | None]:
    def found() -> Misfits | None:
        misfits = converter.misfits
        if not misfits.total():
            return None
        texts = tuple(text for text, _ in misfits.counts.most_common(SHOWN_MISFITS))
        return Misfits(column.name, column.type, misfits.total(), tuple(misfits.rows[:SHOWN_MISFITS]), texts)

    return found


def to_moments(step: CastStep, stage: Stage, column: Column) -> Prepared:
    """Days become their midnights."""
    name, storage = column.name, pa.timestamp("us")
    return Prepared(
        lambda batch: replace_columns(batch, {name: batch.column(name).cast(storage)}),
        with_columns(stage, column),
        (name,),
        resolved=resolved_step(step, ColumnType.DATETIME, None),
    )


def to_days(step: CastStep, stage: Stage, column: Column) -> Prepared:
    """Date-times become days; those with a time of day do not fit."""
    name, rows, texts, count, seen = column.name, list[int](), list[str](), 0, 0

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        nonlocal count, seen
        cells = batch.column(name)
        days = cells.cast(pa.date32(), safe=False)
        timed = pc.fill_null(pc.not_equal(days.cast(cells.type), cells), False) if cells.type.tz is None else pc.fill_null(pc.not_equal(
            pc.floor_temporal(cells, unit="day"), cells), False)  # fmt: skip
        found = pc.indices_nonzero(timed)
        count += len(found)
        for index in found[: SHOWN_MISFITS - len(rows)].to_pylist():
            rows.append(seen + index + 1)
            texts.append(cells_as_text(cells.slice(index, 1))[0].as_py())
        seen += batch.num_rows
        return replace_columns(batch, {name: pc.if_else(timed, pa.scalar(None, pa.date32()), days)})

    def misfits() -> Misfits | None:
        return Misfits(name, ColumnType.DATE, count, tuple(rows), tuple(texts)) if count else None

    return Prepared(
        apply,
        with_columns(stage, column),
        (name,),
        misfits,
        step.misfits == "refuse",
        resolved_step(step, ColumnType.DATE, None),
    )


def resolved_step(step: CastStep, kind: ColumnType, fmt: str | None) -> dict[str, object]:
    """The step with the type and the format that were found, so that it does the same on any day."""
    return step.model_copy(update={"type": kind, "format": fmt or step.format}).model_dump(
        mode="json", exclude_none=True
    )
