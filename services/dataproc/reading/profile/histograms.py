"""How a table's numbers are spread: equal-width counts, from its Parquet file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.model import Column

BINS = 20
BATCH_ROWS = 65_536  # cells of a column that are held at once, half a megabyte
READ_TOGETHER = 16  # columns read in one pass, so that a wide table is not held whole

Range = tuple[float, float]


def measure_histograms(
    path: Path, columns: Sequence[Column], summaries: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Edges and counts between the smallest and the largest value of every column of numbers, by its name."""
    wanted = [(c.name, found) for c in columns if c.type.is_number and (found := finite_range(summaries[c.name]))]
    result: dict[str, dict[str, Any]] = {}
    with pq.ParquetFile(path) as file:
        for start in range(0, len(wanted), READ_TOGETHER):
            ranges = dict(wanted[start : start + READ_TOGETHER])
            for name, counts in count_bins(file, ranges).items():
                low, width = ranges[name][0], bin_width(ranges[name])
                result[name] = {"edges": [low + i * width for i in range(BINS + 1)], "counts": counts.tolist()}
    return result


def count_bins(file: pq.ParquetFile, ranges: dict[str, Range]) -> dict[str, np.ndarray[Any, Any]]:
    """The cells of every column by the number of their bin; the largest value belongs to the last one."""
    counts = {name: np.zeros(BINS + 1, np.int64) for name in ranges}
    for name, cells in present_numbers(file, list(ranges)):
        places = cells - ranges[name][0]
        places /= bin_width(ranges[name])
        counts[name] += np.bincount(places.astype(np.uint8), minlength=BINS + 1)
    return {name: np.append(found[: BINS - 1], found[BINS - 1] + found[BINS]) for name, found in counts.items()}


def present_numbers(file: pq.ParquetFile, names: list[str]) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """The cells that are present, some of one column at a time."""
    for batch in batches_of(file, BATCH_ROWS, names):
        for name, cells in zip(batch.schema.names, batch.columns, strict=True):
            yield name, cells.drop_null().cast(pa.float64(), safe=False).to_numpy()


def finite_range(entry: Mapping[str, Any]) -> Range | None:
    if entry.get("min") is None or entry["max"] is None:
        return None
    low, high = float(entry["min"]), float(entry["max"])
    return (low, high) if all(map(math.isfinite, (low, high, high - low))) and bin_width((low, high)) else None


def bin_width(found: Range) -> float:
    return (found[1] - found[0]) / BINS
