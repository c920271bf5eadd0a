"""Whole batches at once: kernels that read texts of one format exactly as the plan's parser does, a hundred times faster."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.form import Form
from services.dataproc.reading.typing.moments.vectorised import ISO_DATE, ISO_STAMPS, cast_rearranged, temporal_form
from services.dataproc.reading.typing.numbers.vectorised import (
    brackets_to_minus,
    cast_exactly,
    number_form,
    strip_separators,
)
from services.dataproc.reading.typing.numbers.written import POINT
from services.dataproc.reading.typing.storage import is_number_storage


def form_of(plan: ColumnPlan) -> Form | None:
    """The form of a regular cell of the column; None where cells can only be read one by one."""
    if is_number_storage(plan.storage):
        return number_form(plan.format or POINT, plan.unit, plan.units)
    if pa.types.is_date32(plan.storage) or pa.types.is_timestamp(plan.storage):
        return temporal_form(plan.format or "")
    return None


def convert_vectorised(cells: pa.Array, plan: ColumnPlan) -> pa.Array | None:
    """The whole array at once; None when some cell is not of the plan's form, or not exactly what the kernel would make of it."""
    try:
        if is_number_storage(plan.storage):
            texts = cells if plan.plain else strip_separators(cells, plan)
            return None if texts is None else cast_exactly(texts, plan.storage)
        if plan.format == ISO_DATE or plan.format in ISO_STAMPS:
            return cells.cast(plan.storage)
        return cast_rearranged(cells, plan)
    except pa.ArrowInvalid:
        return None


def match_form(cells: pa.Array, plan: ColumnPlan) -> pa.BooleanArray | None:
    """Which cells have the plan's form, or None where it has none."""
    form = form_of(plan)
    return pc.match_substring_regex(brackets_to_minus(cells), form.pattern) if form else None
