"""Filters of a preview: `column:op:value`, typed by the column they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.errors import FilterNotValid, UnknownColumn
from services.dataproc.preview.chunks import by_chunk
from services.dataproc.preview.ordering import repeated
from services.dataproc.preview.searching import holding
from services.dataproc.preview.worded import Worded
from services.dataproc.tables.dictionary_index import is_text

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": pc.equal,
    "ne": pc.not_equal,
    "lt": pc.less,
    "le": pc.less_equal,
    "gt": pc.greater,
    "ge": pc.greater_equal,
}
WITHOUT_VALUE = {"isnull": pc.is_null, "notnull": pc.is_valid}
OPERATORS = (*COMPARISONS, "contains", *WITHOUT_VALUE)
OPERATOR = re.compile(rf":({'|'.join(OPERATORS)})(?=:|$)")
HINT = f"Write column:op:value with op one of {', '.join(OPERATORS)}; isnull and notnull take no value."


@dataclass(frozen=True)
class Filter:
    """One condition; `value` is the text of the request. A missing cell fulfils `isnull` and `ne` only."""

    column: str
    op: str
    value: str


def parse_filter(text: str, names: Sequence[str]) -> Filter:
    """Column names may hold colons themselves: the first operator that follows a known column counts."""
    found = list(OPERATOR.finditer(text))
    if not found:
        raise FilterNotValid(f"The filter {text[:80]!r} has no operator.", hint=HINT)
    for match in found:
        if text[: match.start()] in names:
            value = text[match.end() + 1 :]
            if match[1] not in WITHOUT_VALUE and match.end() == len(text):
                raise FilterNotValid(f"The filter {text[:80]!r} has no value.", hint=HINT)
            return Filter(text[: match.start()], match[1], value)
    raise UnknownColumn(
        f"There is no column {text[: found[0].start()][:80]!r}.", hint=f"The columns are: {', '.join(names[:30])}."
    )


Wording = Callable[[str, pa.DataType], Worded | None]


def not_worded(name: str, kind: pa.DataType) -> None:
    """No column is known by its words."""


def matching(table: pa.Table, filters: Sequence[Filter], worded: Wording = not_worded) -> np.ndarray:
    """Which rows fulfil all filters, as truth values. Of columns that are `worded` each word is looked at once."""
    found = np.ones(table.num_rows, np.bool_)
    for condition in filters:
        cells = table[condition.column]
        known = None if condition.op in WITHOUT_VALUE else worded(condition.column, cells.type)
        mask = (
            _mask(cells, condition)
            if known is None
            else by_chunk(known.ranks, _mask(pa.chunked_array([known.words]), condition).combine_chunks().take)
        )
        found &= pc.fill_null(mask, condition.op == "ne").to_numpy()
    return found


def _mask(cells: pa.ChunkedArray, condition: Filter) -> pa.ChunkedArray:
    if condition.op in WITHOUT_VALUE:
        return WITHOUT_VALUE[condition.op](cells)
    if condition.op == "contains":
        if not is_text(cells.type):
            raise FilterNotValid(
                f"Column {condition.column!r} holds no text, so no cell can contain something.",
                hint="Use eq, lt, le, gt or ge.",
            )
        return containing(cells, condition.value)
    value = scalar(condition, cells.type)
    return by_chunk(cells, lambda chunk: COMPARISONS[condition.op](chunk, value))


def containing(cells: pa.ChunkedArray, part: str) -> pa.ChunkedArray:
    """Which texts hold the part, in any case; of repeated texts each one is looked at only once."""
    if not repeated(cells):
        return by_chunk(cells, lambda chunk: holding(chunk, part))

    def in_words(chunk: pa.Array) -> pa.Array:
        encoded = chunk.dictionary_encode()
        return holding(encoded.dictionary, part).take(encoded.indices)

    return by_chunk(cells, in_words)


def scalar(condition: Filter, kind: pa.DataType) -> pa.Scalar:
    try:
        return pa.scalar(condition.value, pa.string()).cast(kind)
    except (pa.ArrowException, ValueError):
        raise FilterNotValid(
            f"{condition.value[:80]!r} cannot be compared with column {condition.column!r}, which holds {kind}.",
            hint="Write numbers with a point, dates as 2024-12-31, date-times as 2024-12-31T23:59:00, truth as true or false.",
        ) from None
