"""Points in time of Parquet's old type, in every year that people write."""

from __future__ import annotations

import io
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.dataproc.reading.readings import Read

FAR, EARLY, NOW = datetime(9999, 12, 31, 23, 59, 59), datetime(1, 1, 1), datetime(2006, 1, 2, 7, 4, 5)


def int96(table: pa.Table) -> bytes:
    made = io.BytesIO()
    pq.write_table(table, made, use_deprecated_int96_timestamps=True)
    return made.getvalue()


@pytest.mark.parametrize("far", [FAR, EARLY])
def test_points_in_time_beyond_nanoseconds_are_read_as_they_are(read: Read, far: datetime) -> None:
    reading = read(int96(pa.table({"t": pa.array([far, None, NOW], pa.timestamp("us")), "n": [1, 2, 3]})), "t.parquet")
    assert reading.cells() == {"t": [far, None, NOW], "n": [1, 2, 3]}
    assert not reading.table.warnings


def test_structs_and_lists_hold_them_too(read: Read) -> None:
    table = pa.table(
        {
            "who": pa.array([{"since": FAR}, None], pa.struct([("since", pa.timestamp("us"))])),
            "days": pa.array([[NOW, FAR], []], pa.list_(pa.timestamp("us"))),
        }
    )
    cells = read(int96(table), "t.parquet").cells()
    assert cells["who.since"] == [FAR, None]
    assert "9999-12-31" in cells["days"][0]


def test_nanoseconds_are_kept_where_all_years_allow_it(read: Read) -> None:
    moments = pa.array([1_136_185_445_000_000_001, 0], pa.timestamp("ns"))
    reading = read(int96(pa.table({"t": moments})), "t.parquet")
    assert pq.read_table(reading.table.data_path)["t"].cast(pa.int64()).to_pylist() == [1_136_185_445_000_000_001, 0]
    assert not reading.table.warnings


def test_digits_that_are_lost_are_counted(read: Read) -> None:
    both = pa.table(
        {
            "t": pa.array([FAR], pa.timestamp("us")),
            "u": pa.array([1_136_185_445_000_000_001], pa.timestamp("ns")),
        }
    )
    reading = read(int96(both), "t.parquet")
    assert reading.cells() == {"t": [FAR], "u": [NOW]}
    (warning,) = reading.table.warnings
    assert warning.startswith("1 points in time with digits below a microsecond")
