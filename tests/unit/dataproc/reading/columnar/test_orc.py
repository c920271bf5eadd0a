"""ORC files keep what they state, in the memory of a batch; what the library cannot hold is refused and not bent."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.orc as orc
import pytest

from services.dataproc.reading import FileRefused
from services.dataproc.reading.columnar.containers import BATCH_ROWS, OrcContainer
from shared.formats import Refusal
from tests.unit.dataproc.reading.readings import Read

MOMENT = datetime(2020, 1, 31, 12, 30, 0, 123456)
TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int32()),
        "price": pa.array([Decimal("1.10"), Decimal("-2.25"), None], pa.decimal128(10, 2)),
        "day": pa.array([date(2020, 1, 1), None, date(1, 1, 1)]),
        "at": pa.array([MOMENT, None, datetime(1999, 12, 31)], pa.timestamp("us")),
        "seen": pa.array([datetime(2020, 1, 1, tzinfo=UTC)] * 3, pa.timestamp("us", tz="UTC")),
        "ok": pa.array([True, None, False]),
        "who": pa.array([{"name": "Ann", "age": 3}, None, {"name": None, "age": 4}]),
        "list": pa.array([[1, 2], [], None]),
        "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "bytes": pa.array([b"abc", b"\xff\xfe", None]),
        "a.b": pa.array(["x", "y", None]),
        "ratio": pa.array([0.5, float("nan"), None], pa.float32()),
    }
)


def orc_file(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    orc.write_table(table, out, **options)
    return out.getvalue()


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "zlib", "zstd", "lz4"])
def test_stated_types_are_kept(read: Read, compression: str) -> None:
    reading = read(orc_file(TABLE, compression=compression), "t.orc")
    assert reading.result.format == "orc"
    assert {c.source_name: c.type for c in reading.table.columns} == {
        "n": "integer", "price": "decimal", "day": "date", "at": "datetime", "seen": "datetime", "ok": "boolean", "who.name": "text",
        "who.age": "integer", "list": "json", "map": "json", "bytes": "text", "a.b": "text", "ratio": "decimal",
    }  # fmt: skip
    cells = {c.source_name: reading.cells()[c.name] for c in reading.table.columns}
    assert cells["n"] == [1, None, 3]
    assert cells["price"] == [Decimal("1.10"), Decimal("-2.25"), None]
    assert cells["day"] == [date(2020, 1, 1), None, date(1, 1, 1)]
    assert cells["at"] == [MOMENT, None, datetime(1999, 12, 31)]
    assert cells["seen"] == [datetime(2020, 1, 1, tzinfo=UTC)] * 3
    assert (cells["who.name"], cells["who.age"]) == (["Ann", None, None], [3, None, 4])
    assert (cells["list"], cells["map"]) == (["[1, 2]", "[]", None], ['[["a", 1]]', None, "[]"])
    assert cells["bytes"] == ["abc", "fffe", None]
    assert (cells["a.b"], cells["ratio"]) == (["x", "y", None], [0.5, None, None])
    assert "the file stores it as decimal128(10, 2)" in reading.column("price").evidence


def test_raw_export_gives_the_cells_as_they_stand(read: Read) -> None:
    table = TABLE.select(["n", "price", "at", "who", "list"])
    assert read(orc_file(table), "t.orc").raw() == [
        ["n", "price", "at", "who.name", "who.age", "list"],
        ["1", "1.10", "2020-01-31 12:30:00.123456", "Ann", "3", "[1, 2]"],
        ["", "-2.25", "", "", "", "[]"],
        ["3", "", "1999-12-31 00:00:00", "", "4", ""],
    ]


def test_a_stripe_is_read_in_pieces_and_in_order(tmp_path: Path) -> None:
    numbers = pa.table({"n": range(700_000), "text": [f"text {n}" for n in range(700_000)]})
    orc.write_table(numbers, tmp_path / "one.orc", stripe_size=1 << 30)
    assert orc.ORCFile(tmp_path / "one.orc").nstripes == 1
    before, held = pa.total_allocated_bytes(), []
    found = []
    for batch in OrcContainer(tmp_path / "one.orc").batches():
        assert 0 < batch.num_rows <= BATCH_ROWS
        held.append(pa.total_allocated_bytes() - before)
        found += [batch.column(0)[0].as_py(), batch.column(0)[-1].as_py()]
        del batch
    assert found == sorted(found) and (found[0], found[-1]) == (0, 699_999)
    assert max(held) < numbers.nbytes / 2


def test_moments_that_the_library_cannot_hold_are_refused_by_name_and_not_as_damage(read: Read) -> None:
    table = pa.table({"n": [1], "until": pa.array([datetime(9999, 12, 31)], pa.timestamp("us"))})
    with pytest.raises(FileRefused) as refusal:
        read(orc_file(table), "t.orc")
    assert refusal.value.code == Refusal.VALUE_OUT_OF_RANGE
    assert "timestamp[ns]" in refusal.value.detail


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_file_that_was_cut_off_is_refused(read: Read, cut: int) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(orc_file(TABLE)[:-cut], "t.orc")
    assert refusal.value.code == Refusal.CORRUPT_FILE


def test_text_whose_first_column_is_named_like_the_format_is_text(read: Read) -> None:
    assert read("ORC,n\nmordor,1\ngundabad,2\n", "t.csv").raw()[0] == ["ORC", "n"]
