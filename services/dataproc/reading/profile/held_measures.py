"""Measures of a wide table with few rows, column by column in memory.

The engine needs five milliseconds for a column however few its cells are, most of them to plan: a minute for 15,000 columns. This takes a tenth of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.frequent import EXAMPLES, EXAMPLES_FROM
from services.dataproc.reading.profile.measures import QUANTILES, entries_of
from services.dataproc.reading.profile.running import is_apt
from services.dataproc.reading.profile.values_shown import clipped, plain

READ_TOGETHER = 512  # columns


def measure_held(path: Path, columns: Sequence[Column], rows: int) -> list[dict[str, Any]] | None:
    """What `measure_columns` finds of all columns, and examples; None where the engine sees other values than Arrow does."""
    with pq.ParquetFile(path) as file:
        if not all(is_apt(field.type) for field in file.schema_arrow):
            return None
        return [
            measure_column(column, cells, rows)
            for column, cells in zip(columns, columns_of(file, columns), strict=True)
        ]


def columns_of(file: pq.ParquetFile, columns: Sequence[Column]) -> Iterator[pa.Array]:
    for start in range(0, len(columns), READ_TOGETHER):
        names = [column.name for column in columns[start : start + READ_TOGETHER]]
        table = file.read(columns=names)
        for name in names:
            yield table.column(name).combine_chunks()


def measure_column(column: Column, cells: pa.Array, rows: int) -> dict[str, Any]:
    present = cells.drop_null()
    numbers = present.cast(pa.float64(), safe=False) if column.type.is_number else None
    (entry,) = entries_of([column], measures_of(column, present, numbers), rows, exact=True)
    if numbers is not None and len(numbers):
        with np.errstate(invalid="ignore"):  # between two infinities there is no number
            spread = np.quantile(numbers.to_numpy(), list(QUANTILES.values()))
        entry["quantiles"] = dict(zip(QUANTILES, (plain(float(value)) for value in spread), strict=True))
    head = cells.slice(0, EXAMPLES_FROM).drop_null().to_pylist()
    entry["examples"] = list(dict.fromkeys(map(clipped, head)))[:EXAMPLES]
    return entry


def measures_of(column: Column, present: pa.Array, numbers: pa.Array | None) -> list[Any]:
    """The number of cells and of different ones, the ends of their range (of texts, of their lengths), and the mean: as `measure_expressions` asks for them."""
    count, distinct = len(present), len(present.unique())
    ordered = present if column.type.is_ordered else pc.utf8_length(present.cast(pa.string()))
    ends = pc.min_max(ordered).as_py()
    mean = pc.mean(numbers).as_py() if numbers is not None else None
    return [count, distinct, ends["min"], ends["max"], mean]
