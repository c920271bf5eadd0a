"""Parquet and Arrow files keep what they state; nested columns become JSON or dotted columns."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.reading import FileRefused
from tests.unit.dataproc.reading.readings import Read

TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int32()),
        "huge": pa.array([2**63, 1, 2], pa.uint64()),
        "price": pa.array([Decimal("1.10"), Decimal("2.25"), None], pa.decimal128(10, 2)),
        "day": pa.array([date(2020, 1, 1), None, date(2021, 1, 1)]),
        "at": pa.array([datetime(2020, 1, 1, tzinfo=UTC)] * 3, pa.timestamp("ms", tz="UTC")),
        "tag": pa.array(["a", "b", "a"]).dictionary_encode(),
        "who": pa.array([{"name": "Ann"}, {"name": "Bob"}, None]),
        "list": pa.array([[1, 2], [], None]),
        "bytes": pa.array([b"abc", b"\xff\xfe", None]),
    }
)


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_stated_types_are_kept(read: Read) -> None:
    reading = read(parquet(TABLE), "t.parquet")
    assert [c.type for c in reading.table.columns][:5] == ["integer", "integer", "decimal", "date", "datetime"]
    cells = reading.cells()
    assert int(cells["huge"][0]) == 2**63
    assert cells["price"][0] == Decimal("1.10")
    assert cells["at"][0] == datetime(2020, 1, 1, tzinfo=UTC)
    assert cells["who.name"] == ["Ann", "Bob", None]
    assert cells["list"] == ["[1, 2]", "[]", None]
    assert cells["bytes"] == ["abc", "fffe", None]


def test_arrow_file_reads_like_parquet(read: Read) -> None:
    out = io.BytesIO()
    with pa.ipc.new_file(out, TABLE.schema) as writer:
        writer.write_table(TABLE)
    assert read(out.getvalue(), "t.arrow").cells()["n"] == [1, None, 3]


def test_text_columns_are_typed_like_those_of_text_files(read: Read) -> None:
    reading = read(
        parquet(pa.table({"day": ["2020-01-31", "2020-02-01"], "mail": ["a@b.org", "c@d.org"]})), "t.parquet"
    )
    assert [c.type for c in reading.table.columns] == ["date", "email"]


def test_damaged_file_is_refused(read: Read) -> None:
    content = parquet(TABLE)
    with pytest.raises(FileRefused) as refusal:
        read(content[:-20] + bytes(20), "t.parquet")
    assert refusal.value.code == "corrupt_file"
