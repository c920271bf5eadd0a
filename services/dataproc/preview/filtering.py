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
from services.dataproc.preview.chunks import map_chunks
from services.dataproc.preview.dictionary_ranks import DictionaryRanks
from services.dataproc.preview.ordering import repeats_often
from services.dataproc.preview.text_search import find_containing
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


RanksOf = Callable[[str, pa.DataType], DictionaryRanks | None]


def no_ranks(name: str, kind: pa.DataType) -> None:
    """No column has ranks."""


def match_rows(table: pa.Table, filters: Sequence[Filter], ranks_of: RanksOf = no_ranks) -> np.ndarray:
    """Which rows fulfil all filters, as truth values. Of columns with ranks each of their words is looked at once."""
    found = np.ones(table.num_rows, np.bool_)
    for condition in filters:
        cells = table[condition.column]
        known = None if condition.op in WITHOUT_VALUE else ranks_of(condition.column, cells.type)
        mask = (
            _mask(cells, condition)
            if known is None
            else map_chunks(known.ranks, _mask(pa.chunked_array([known.words]), condition).combine_chunks().take)
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
        return match_part(cells, condition.value)
    value = parse_value(condition, cells.type)
    return map_chunks(cells, lambda chunk: COMPARISONS[condition.op](chunk, value))


def match_part(cells: pa.ChunkedArray, part: str) -> pa.ChunkedArray:
    """Which texts hold the part, in any case; of repeated texts each one is looked at only once."""
    if not repeats_often(cells):
        return map_chunks(cells, lambda chunk: find_containing(chunk, part))

    def in_words(chunk: pa.Array) -> pa.Array:
        encoded = chunk.dictionary_encode()
        return find_containing(encoded.dictionary, part).take(encoded.indices)

    return map_chunks(cells, in_words)


def parse_value(condition: Filter, kind: pa.DataType) -> pa.Scalar:
    try:
        return pa.scalar(condition.value, pa.string()).cast(kind)
    except (pa.ArrowException, ValueError):
        raise FilterNotValid(
            f"{condition.value[:80]!r} cannot be compared with column {condition.column!r}, which holds {kind}.",
            hint="Write numbers with a point, dates as 2024-12-31, date-times as 2024-12-31T23:59:00, truth as true or false.",
        ) from None
