"""Steps that change texts cell by cell: trim, case, split, merge, map."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.cleaning.batches import cells_as_text, map_texts, replace_columns
from services.dataproc.cleaning.errors import value_does_not_fit, wrong_type
from services.dataproc.cleaning.model import (
    Prepared,
    Stage,
    Transform,
    column_of,
    insert_after,
    made_column,
    require_free,
)
from services.dataproc.cleaning.steps import (
    CaseStep,
    MapValuesStep,
    MergeColumnsStep,
    Scalar,
    SplitColumnStep,
    TrimStep,
)
from services.dataproc.reading.model import Column
from shared.columns import ColumnType

CASES = {"lower": pc.utf8_lower, "upper": pc.utf8_upper, "title": pc.utf8_title}


def text_columns(stage: Stage, names: tuple[str, ...]) -> tuple[str, ...]:
    """The named columns, which have to hold text; all columns of text when none is named."""
    if not names:
        return tuple(
            c.name
            for c in stage.columns
            if c.type.is_plain_text and pa.types.is_string(stage.schema.field(c.name).type)
        )
    for name in names:
        text_column(stage, name)
    return names


def text_column(stage: Stage, name: str) -> Column:
    column = column_of(stage, name)
    if not pa.types.is_string(stage.schema.field(name).type):
        raise wrong_type(name, column.type, "text")
    return column


def trim(step: TrimStep, stage: Stage) -> Prepared:
    names = text_columns(stage, step.columns)

    def trimmed(cells: pa.Array) -> pa.Array:
        text = pc.utf8_trim_whitespace(cells)
        if step.collapse:
            text = pc.replace_substring_regex(text, r"\s+", " ")
        return null_empty_texts(text)

    return Prepared(
        lambda batch: replace_columns(batch, {name: trimmed(batch.column(name)) for name in names}),
        stage.columns,
        names,
        resolved=step.model_copy(update={"columns": names}).model_dump(mode="json"),
    )


def null_empty_texts(text: pa.Array) -> pa.Array:
    """Empty texts are missing."""
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def case(step: CaseStep, stage: Stage) -> Prepared:
    names, change = text_columns(stage, step.columns), CASES[step.to]
    return Prepared(
        lambda batch: replace_columns(batch, {name: change(batch.column(name)) for name in names}), stage.columns, names
    )


def split_column(step: SplitColumnStep, stage: Stage) -> Prepared:
    column = text_column(stage, step.column)
    others = tuple(c for c in stage.columns if c.name != column.name or step.keep)
    require_free(others, *step.into)
    new = tuple(
        made_column(name, ColumnType.TEXT, f"part {i} of {column.name!r}, divided at {step.separator!r}")
        for i, name in enumerate(step.into, 1)
    )
    columns = insert_after(stage.columns, column.name, new)

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        cells = batch.column(column.name)
        parts = {name: map_texts(cells, partial(nth_part, step, i), pa.string()) for i, name in enumerate(step.into)}
        return insert_behind(batch, column.name, parts, () if step.keep else (column.name,))

    return Prepared(apply, columns if step.keep else tuple(c for c in columns if c is not column))


def nth_part(step: SplitColumnStep, index: int, text: str) -> str | None:
    parts = text.split(step.separator, len(step.into) - 1)
    return (parts[index].strip() or None) if index < len(parts) else None


def insert_behind(
    batch: pa.RecordBatch, after: str, new: Mapping[str, pa.Array], dropped: tuple[str, ...]
) -> pa.RecordBatch:
    """New columns behind one, of which some then go; a new name may be that of a column that goes."""
    position = batch.schema.names.index(after) + 1
    kept = [
        (n, c)
        for i, (n, c) in enumerate(zip(batch.schema.names, batch.columns, strict=True))
        if n not in dropped and i < position
    ]
    rest = [
        (n, c)
        for i, (n, c) in enumerate(zip(batch.schema.names, batch.columns, strict=True))
        if n not in dropped and i >= position
    ]
    pairs = [*kept, *new.items(), *rest]
    return pa.record_batch([cells for _, cells in pairs], names=[name for name, _ in pairs])


def merge_columns(step: MergeColumnsStep, stage: Stage) -> Prepared:
    merged = [column_of(stage, name) for name in step.columns]
    dropped = () if step.keep else step.columns
    require_free(tuple(c for c in stage.columns if c.name not in dropped), step.into)
    first = merged[0].name
    new = made_column(step.into, ColumnType.TEXT, f"{', '.join(repr(c.name) for c in merged)} put together")
    columns = tuple(c for c in insert_after(stage.columns, first, (new,)) if c is new or c.name not in dropped)

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        text = null_empty_texts(
            reduce(partial(join_pairs, step.separator), (cells_as_text(batch.column(name)) for name in step.columns))
        )
        return insert_behind(batch, first, {step.into: text}, dropped)

    return Prepared(apply, columns)


def join_pairs(separator: str, left: pa.Array, right: pa.Array) -> pa.Array:
    """Pairs of texts; what is missing is left out. (`null_handling="skip"` of the join kernel drops rows that are missing in all columns.)"""
    both = pc.binary_join_element_wise(left, right, separator)
    return pc.coalesce(both, left, right)


def map_values(step: MapValuesStep, stage: Stage) -> Prepared:
    column = column_of(stage, step.column)
    kind = stage.schema.field(column.name).type
    old = pa.array([value_as_stored(key, column, kind) for key in step.mapping], kind)
    new = pa.array(
        [None if value is None else value_as_stored(value, column, kind) for value in step.mapping.values()], kind
    )
    return Prepared(map_cells(column.name, old, new), stage.columns, (column.name,))


def map_cells(name: str, old: pa.Array, new: pa.Array) -> Transform:
    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        cells = batch.column(name)
        found = pc.index_in(unsigned_zero(cells), value_set=unsigned_zero(old))
        return replace_columns(batch, {name: pc.if_else(pc.is_valid(found), new.take(found), cells)})

    return apply


def unsigned_zero(cells: pa.Array) -> pa.Array:
    """Doubles in which -0.0 is 0.0, as it is for everyone who asks for zeros."""
    return pc.add(cells, 0.0) if pa.types.is_floating(cells.type) else cells


def value_as_stored(value: Scalar, column: Column, kind: pa.DataType) -> object:
    """A value from a request as the column stores it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if pa.types.is_string(kind):
        return text
    try:
        return pa.scalar(text, pa.string()).cast(kind).as_py()
    except (pa.ArrowException, ValueError):
        raise value_does_not_fit(value, column.name, column.type) from None
