"""Parquet files batch by batch: the same rows however they are grouped, in the memory of a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.reading.columnar.parquet_batches import batches_of


@pytest.mark.parametrize(("group", "rows", "sizes"), [
    (10, 10, [10, 10, 10, 5]), (10, 4, [4, 4, 2] * 3 + [4, 1]), (3, 10, [10, 2, 10, 2, 10, 1]), (35, 100, [35]), (7, 14, [14, 14, 7]),
])  # fmt: skip
def test_rows_come_in_order_and_in_batches_of_a_size(tmp_path: Path, group: int, rows: int, sizes: list[int]) -> None:
    table = pa.table({"a": range(35), "b": [str(n) for n in range(35)]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=group)
    found = list(batches_of(pq.ParquetFile(tmp_path / "t.parquet"), rows))
    assert [batch.num_rows for batch in found] == sizes
    assert pa.Table.from_batches(found).equals(table)
    assert [batch.schema.names for batch in batches_of(pq.ParquetFile(tmp_path / "t.parquet"), rows, ["b"])] == [
        ["b"]
    ] * len(sizes)


def test_a_file_without_rows_has_no_batches(tmp_path: Path) -> None:
    with pq.ParquetWriter(tmp_path / "t.parquet", pa.schema([("a", pa.int64())])):
        pass
    assert list(batches_of(pq.ParquetFile(tmp_path / "t.parquet"), 10)) == []


def test_what_was_read_of_a_row_group_is_let_go_of(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).random(2_000_000)
    pq.write_table(pa.table({"a": numbers, "b": numbers[::-1].copy()}), tmp_path / "t.parquet", row_group_size=100_000)
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in batches_of(pq.ParquetFile(tmp_path / "t.parquet"), 100_000)]
    assert len(held) == 20
    assert max(held) < 16 << 20  # of 32 MB
