"""Parquet files batch by batch in the memory of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq


def batches_of(file: pq.ParquetFile, rows: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Batches of at most so many rows, of some columns or all.

    Asked for all row groups at once, the reader keeps what it has read of each: 500 MB for a file of 470.
    """
    for groups in groups_of(file.metadata, rows):
        yield from file.iter_batches(rows, row_groups=groups, columns=columns)


def groups_of(facts: pq.FileMetaData, rows: int) -> Iterator[list[int]]:
    """Row groups that follow each other, as many as it takes to fill a batch."""
    groups: list[int] = []
    held = 0
    for index in range(facts.num_row_groups):
        groups.append(index)
        held += facts.row_group(index).num_rows
        if held >= rows:
            yield groups
            groups, held = [], 0
    if groups:
        yield groups
