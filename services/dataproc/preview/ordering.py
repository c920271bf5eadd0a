"""The order of a table's rows by some columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import map_chunks

PROBED = 20_000
OFTEN_REPEATED = 0.2  # share of distinct texts in the probe below which texts are ranked first


def sort_rows(table: pa.Table, sort: Sequence[str]) -> np.ndarray:
    """Row numbers sorted by columns, each descending when it begins with `-`; stable, nulls last either way."""
    names = [name.removeprefix("-") for name in sort]
    keys = pa.table({f"k{i}": rank_values(table[name]) for i, name in enumerate(names)})
    wanted = [(f"k{i}", "descending" if name.startswith("-") else "ascending", "at_end") for i, name in enumerate(sort)]
    return np.asarray(pc.sort_indices(keys, sort_keys=wanted)).astype(np.uint32)


def sort_columns(sort: Sequence[str]) -> list[str]:
    """The columns to sort by, each once."""
    return list(dict.fromkeys(name.removeprefix("-") for name in sort))


def rank_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells as numbers in the same order when they have `ranks`, else as they are."""
    if not has_ranks(column):
        return column
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8())
    encoded = map_chunks(column, pc.dictionary_encode).unify_dictionaries()
    words = encoded.chunk(0).dictionary
    ranks = np.empty(len(words), np.int16 if len(words) < 1 << 15 else np.int32)
    ranks[np.asarray(pc.sort_indices(words))] = np.arange(len(words))
    return map_chunks(encoded, lambda chunk: pa.array(ranks).take(chunk.indices))


def has_ranks(column: pa.ChunkedArray) -> bool:
    """Texts that repeat, and truth values, sort and compare many times faster as numbers."""
    return pa.types.is_boolean(column.type) or (pa.types.is_large_string(column.type) and repeats_often(column))


def repeats_often(column: pa.ChunkedArray) -> bool:
    """Do the first cells have few different values?"""
    return len(column) > 0 and len(pc.unique(column.slice(0, PROBED))) <= OFTEN_REPEATED * min(PROBED, len(column))
