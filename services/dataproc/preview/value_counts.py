"""How many rows have each of a column's values, where these are few and close together, as ranks of texts are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import Rows, map_numbered_chunks

# The ranks of texts above all; a sample is as good for one-byte integers, and faster for long ones.
COUNTED = (pa.int16(), pa.int32())
MOST_COUNTED = 1 << 14  # integers from the least to the greatest that are counted one by one


class Counts(NamedTuple):
    """How many `rows` have each of the integers from the `least` on."""

    least: int
    rows: np.ndarray


def count_values(column: pa.ChunkedArray, among: Rows | None) -> Counts | None:
    """None where looking at a sample is faster."""
    if column.type not in COUNTED:
        return None
    least, most = (pc.min_max(column)[end].as_py() for end in ("min", "max"))
    if most - least >= MOST_COUNTED:
        return None

    def of_chunk(cells: pa.Array, first: int, mask: pa.BooleanArray | None) -> np.ndarray:
        valid = (cells if mask is None else cells.filter(mask)).drop_null().to_numpy()
        rows: np.ndarray = np.bincount(valid - valid.dtype.type(least) if least else valid, minlength=most - least + 1)
        return rows

    return Counts(least, sum(map_numbered_chunks(column, of_chunk, among), np.zeros(most - least + 1, np.int64)))


def lies_between(cells: pa.Array, low: pa.Scalar, high: pa.Scalar) -> pa.BooleanArray:
    return pc.and_(pc.greater_equal(cells, low), pc.less_equal(cells, high))
