"""The profile of a table: measured on the way to the file when it is large, asked of the file when it is small; the same either way."""

from __future__ import annotations

import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.reading import profile
from services.dataproc.reading.model import Column
from services.dataproc.reading.profile import RunningMeasures, plain, profile_table, running
from services.dataproc.reading.sources import ahead
from services.dataproc.reading.writing import group_batches
from shared.columns import ColumnType
from tests.unit.dataproc.reading.readings import Read

MEMORY = 1 << 28


def column(name: str, kind: str) -> Column:
    return Column(name, name, ColumnType(kind), True, None, "made", None)


def batches(rows: int, step: int = 700) -> list[pa.RecordBatch]:
    rng = Random(7)
    table = pa.table({
        "id": pa.array(range(rows)), "x": pa.array([None if rng.random() < 0.1 else rng.gauss(5, 2) for _ in range(rows)]),
        "word": pa.array([rng.choice(["a", "b", "c"]) for _ in range(rows)]), "note": pa.array([f"note {rng.randrange(10**9)}" for _ in range(rows)]),
        "when": pa.array([1_600_000_000_000_000 + n * 17 for n in range(rows)], pa.timestamp("us"))})  # fmt: skip
    return list(table.to_batches(max_chunksize=step))


COLUMNS = (
    column("id", "integer"),
    column("x", "decimal"),
    column("word", "category"),
    column("note", "text"),
    column("when", "datetime"),
)


def measured(
    parts: list[pa.RecordBatch], spill: Path, columns: tuple[Column, ...] = COLUMNS
) -> list[dict[str, Any]] | None:
    with RunningMeasures(parts[0].schema, columns, ["word"], MEMORY, spill) as measures:
        for group in group_batches(iter(parts), 3_000):
            measures.add(group)
        return measures.result()


def test_measures_on_the_way_agree_with_those_of_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(running, "EXACT_ROWS", 5_000)
    parts = batches(40_000)
    pq.write_table(pa.Table.from_batches(parts), tmp_path / "t.parquet")
    known = measured(parts, tmp_path)
    assert known is not None
    asked = profile_table(tmp_path / "t.parquet", 40_000, COLUMNS, 1, MEMORY).summary["columns"]
    passed = profile_table(tmp_path / "t.parquet", 40_000, COLUMNS, 1, MEMORY, known).summary["columns"]
    for name, entry in asked.items():
        for key in ("type", "nulls", "min", "max", "mean", "histogram", "top", "examples"):
            assert passed[name].get(key) == (
                pytest.approx(entry[key]) if key == "mean" and key in entry else entry.get(key)
            ), (name, key)
        assert passed[name]["distinct"] == pytest.approx(entry["distinct"], rel=0.1)
    assert passed["word"]["distinct_exact"] is True
    assert list(passed["x"]["quantiles"].values()) == pytest.approx(list(asked["x"]["quantiles"].values()), abs=0.05)


def test_small_table_is_not_measured_on_the_way(tmp_path: Path) -> None:
    assert measured(batches(2_000), tmp_path) is None


def test_sample_stays_even_however_long_the_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SAMPLED_ROWS", 100)
    sample = running.Sample(0)
    for start in range(0, 10_007, 91):
        sample.add([pa.record_batch([pa.array(range(start, min(start + 91, 10_007)))], names=["n"])])
    spread = sample.quantiles()
    assert spread is not None
    assert spread == pytest.approx({"5%": 500, "25%": 2500, "50%": 5000, "75%": 7500, "95%": 9500}, abs=200)


def failing_write(spill: Path) -> RunningMeasures:
    """Measures of a table whose file cannot be written to the end."""
    parts = batches(20_000)
    measures = RunningMeasures(parts[0].schema, COLUMNS, [], MEMORY, spill)
    with suppress(OSError), measures:
        for part in parts:
            measures.add([part])
        raise OSError("disk full")
    return measures


def test_error_while_writing_ends_the_measuring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(running, "EXACT_ROWS", 1_000)
    before = threading.active_count()
    failing_write(tmp_path)
    assert threading.active_count() == before


def test_elapsed_times_are_named_as_people_write_them(tmp_path: Path) -> None:
    table = pa.table({"d": pa.array([-100_000_000_000, 90_000_000, None], pa.duration("us"))})
    pq.write_table(table, tmp_path / "t.parquet")
    entry = profile_table(tmp_path / "t.parquet", 3, [column("d", "duration")], 1, MEMORY).summary["columns"]["d"]
    assert (entry["min"], entry["max"], entry["examples"]) == (
        "-PT27H46M40S",
        "PT0H1M30S",
        ["-PT27H46M40S", "PT0H1M30S"],
    )


@pytest.mark.parametrize(("value", "shown"), [
    (Decimal(1), 1), (Decimal(2**64 - 1), str(2**64 - 1)), (Decimal("1.50"), 1.5), (Decimal("0.10000000000000000001"), "0.10000000000000000001"),
    (float("inf"), "inf"), (float("-inf"), "-inf"), (float("nan"), None), (2.5, 2.5)])  # fmt: skip
def test_numbers_are_shown_without_loss(value: object, shown: object) -> None:
    assert plain(value) == shown
    assert type(plain(value)) is type(shown)


def test_groups_are_bounded_by_bytes_too() -> None:
    heavy = [pa.record_batch([pa.array(["x" * 1000] * 10)], names=["t"]) for _ in range(6)]
    assert [len(group) for group in group_batches(iter(heavy), 1_000_000, 25_000)] == [2, 2, 2]


def test_reading_ahead_hands_on_what_goes_wrong() -> None:
    def broken() -> Any:
        yield from batches(700)
        raise ValueError("line 9")

    taken = []
    with pytest.raises(ValueError, match="line 9"):
        taken += list(ahead(broken()))
    assert len(list(ahead(iter(batches(7_000))))) == 10


def test_whoever_stops_early_ends_the_reading_ahead() -> None:
    produced = []

    def endless() -> Any:
        while True:
            produced.append(1)
            yield batches(700)[0]

    reading = ahead(endless())
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    count = len(produced)
    assert count < 10


def test_profile_is_in_the_tables_of_large_files(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "EXACT_ROWS", 500)
    text = "id,city\n" + "\n".join(f"{n},{'Rome' if n % 3 else 'Oslo'}" for n in range(5_000))
    summary = read(text, "t.csv").table.profile["columns"]
    assert (summary["id"]["min"], summary["id"]["max"], summary["id"]["mean"]) == (0, 4999, 2499.5)
    assert summary["city"]["top"] == [{"value": "Rome", "count": 3333}, {"value": "Oslo", "count": 1667}]
    assert profile.__all__


def test_wide_tables_are_profiled_some_columns_at_a_time_with_the_same_result(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "a,b,c,d,e\n" + "\n".join(f"{n},word {n % 3},{n / 4},2024-01-{n + 1:02},{n % 2 == 0}" for n in range(20))
    whole = read(text).table.profile
    monkeypatch.setattr("services.dataproc.reading.profile.table.WIDEST", 2)
    assert read(text).table.profile == whole
    monkeypatch.setattr("services.dataproc.reading.profile.table.MOST_TOLD", 4)
    assert "top" not in read(text).table.profile["columns"]["b"]
