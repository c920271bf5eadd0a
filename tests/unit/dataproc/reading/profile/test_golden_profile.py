"""Every measure of the profile, worked out by hand for small tables: whoever changes a measure changes a figure here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile import RunningMeasures, frequent, histograms, profile_table, running
from services.dataproc.reading.profile.correlations import correlations
from services.dataproc.reading.profile.measures import QUANTILES
from services.dataproc.reading.profile.sample import LONGEST_CELL, choose_rows
from shared.columns import ColumnType

MEMORY = 1 << 28
NINE = list(range(10, 100, 10))  # 10 … 90: the quartiles are 30, 50, 70
GOLDEN: Mapping[ColumnType, tuple[pa.Array, dict[str, Any]]] = {
    ColumnType.INTEGER: (
        pa.array([*NINE, None]),
        {"nulls": 1, "distinct": 9, "min": 10, "max": 90, "mean": 50.0, "examples": [10, 20, 30],
         "quantiles": {"5%": 14.0, "25%": 30.0, "50%": 50.0, "75%": 70.0, "95%": 86.0}},
    ),
    ColumnType.DECIMAL: (
        pa.array([0.5, 0.5, 2.0, None]),
        {"nulls": 1, "distinct": 2, "min": 0.5, "max": 2.0, "mean": 1.0, "examples": [0.5, 2.0], "top": [{"value": 0.5, "count": 2}, {"value": 2.0, "count": 1}],
         "quantiles": {"5%": 0.5, "25%": 0.5, "50%": 0.5, "75%": 1.25, "95%": 1.85}},
    ),
    ColumnType.BOOLEAN: (
        pa.array([True, False, True, None]),
        {"nulls": 1, "distinct": 2, "top": [{"value": True, "count": 2}, {"value": False, "count": 1}], "examples": [True, False], "shortest": 4, "longest": 5},
    ),
    ColumnType.DATE: (
        pa.array([date(2024, 2, 29), date(2023, 1, 1), None]),
        {"nulls": 1, "distinct": 2, "min": "2023-01-01", "max": "2024-02-29", "examples": ["2024-02-29", "2023-01-01"]},
    ),
    ColumnType.DATETIME: (
        pa.array([datetime(2024, 2, 29, 23, 59), datetime(2024, 2, 29, 1), None], pa.timestamp("us")),
        {"nulls": 1, "distinct": 2, "min": "2024-02-29T01:00:00", "max": "2024-02-29T23:59:00", "examples": ["2024-02-29T23:59:00", "2024-02-29T01:00:00"]},
    ),
    ColumnType.TIME: (
        pa.array([time(23, 5), time(4)], pa.time64("us")),
        {"nulls": 0, "distinct": 2, "min": "04:00:00", "max": "23:05:00", "examples": ["23:05:00", "04:00:00"]},
    ),
    ColumnType.DURATION: (
        pa.array([timedelta(hours=30), timedelta(minutes=-1)], pa.duration("us")),
        {"nulls": 0, "distinct": 2, "min": "-PT0H1M0S", "max": "PT30H0M0S", "examples": ["PT30H0M0S", "-PT0H1M0S"]},
    ),
    ColumnType.CATEGORY: (
        pa.array(["b", "aaa", "b", None]),
        {"nulls": 1, "distinct": 2, "shortest": 1, "longest": 3, "top": [{"value": "b", "count": 2}, {"value": "aaa", "count": 1}], "examples": ["b", "aaa"]},
    ),
    ColumnType.TEXT: (
        pa.array(["one two", "three"]),
        {"nulls": 0, "distinct": 2, "shortest": 5, "longest": 7, "top": [{"value": "one two", "count": 1}, {"value": "three", "count": 1}], "examples": ["one two", "three"]},
    ),
    ColumnType.IDENTIFIER: (
        pa.array(["007", "12"]),
        {"nulls": 0, "distinct": 2, "shortest": 2, "longest": 3, "top": [{"value": "007", "count": 1}, {"value": "12", "count": 1}], "examples": ["007", "12"]},
    ),
    ColumnType.EMAIL: (
        pa.array(["a@b.de", None]),
        {"nulls": 1, "distinct": 1, "shortest": 6, "longest": 6, "top": [{"value": "a@b.de", "count": 1}], "examples": ["a@b.de"]},
    ),
    ColumnType.URL: (
        pa.array(["http://a.de", "http://a.de"]),
        {"nulls": 0, "distinct": 1, "shortest": 11, "longest": 11, "top": [{"value": "http://a.de", "count": 2}], "examples": ["http://a.de"]},
    ),
    ColumnType.JSON: (pa.array(['{"a": 1}', "[]"]), {"nulls": 0, "distinct": 2, "shortest": 2, "longest": 8, "examples": ['{"a": 1}', "[]"]}),
    ColumnType.EMPTY: (pa.array([None, None], pa.string()), {"nulls": 2, "distinct": 0, "examples": []}),
}  # fmt: skip


def column(name: str, kind: ColumnType) -> Column:
    return Column(name, name, kind, True, None, "made")


def profile_of(folder: Path, table: pa.Table, **kinds: ColumnType) -> dict[str, Any]:
    pq.write_table(table, folder / "t.parquet")
    columns = [column(name, kinds[name]) for name in table.column_names]
    return profile_table(folder / "t.parquet", table.num_rows, columns, 1, MEMORY).summary


@pytest.mark.parametrize("kind", ColumnType)
def test_every_measure_of_every_type(tmp_path: Path, kind: ColumnType) -> None:
    cells, expected = GOLDEN[kind]
    entry = profile_of(tmp_path, pa.table({"v": cells}), v=kind)["columns"]["v"]
    told = {name: entry[name] for name in entry if name != "histogram"}
    if kind is ColumnType.INTEGER:
        assert told.pop("top") == [{"value": n, "count": 1} for n in NINE]
        expected = {**expected, "values": NINE}
    elif "top" in expected:
        expected = {**expected, "values": [top["value"] for top in expected["top"]]}
    assert told.pop("quantiles", None) == (pytest.approx(expected["quantiles"]) if kind.is_number else None)
    assert told.pop("type") == kind
    assert told.pop("distinct_exact") is True
    assert told == {name: value for name, value in expected.items() if name != "quantiles"}
    assert ("histogram" in entry) == kind.is_number


def test_histogram_counts_equal_widths_and_the_largest_value_in_the_last(tmp_path: Path) -> None:
    numbers = pa.array([0, 0, 1, 2, 39, 40, None])
    histogram = profile_of(tmp_path, pa.table({"v": numbers}), v=ColumnType.INTEGER)["columns"]["v"]["histogram"]
    assert histogram["edges"] == [2.0 * place for place in range(21)]
    assert histogram["counts"] == [3, 1, *[0] * 17, 2]


def test_quantiles_of_a_large_table_are_those_of_its_cells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Measured on the way to the file, and asked of the file: one list of quantiles for both."""
    monkeypatch.setattr(running, "EXACT_ROWS", 500)
    batch = pa.record_batch([pa.array(range(1_001))], ["v"])
    with RunningMeasures(batch.schema, [column("v", ColumnType.INTEGER)], [], MEMORY, tmp_path) as measures:
        measures.add([batch])
        known = measures.result()
    assert known is not None
    assert known[0]["quantiles"] == {"5%": 50.0, "25%": 250.0, "50%": 500.0, "75%": 750.0, "95%": 950.0}
    assert (known[0]["min"], known[0]["max"], known[0]["mean"], known[0]["nulls"]) == (0, 1_000, 500.0, 0)


def test_quantiles_have_the_names_of_their_shares() -> None:
    assert {f"{share:.0%}": share for share in QUANTILES.values()} == QUANTILES


def test_keys_are_columns_without_gaps_and_repeats(tmp_path: Path) -> None:
    table = pa.table({"id": pa.array([3, 1, 2]), "gap": pa.array([1, None, 2]), "twice": pa.array([1, 1, 2]), "code": pa.array(["a", "b", "c"]),
                      "x": pa.array([0.5, 1.5, 2.5]), "doc": pa.array(["[1]", "[2]", "[3]"])})  # fmt: skip
    summary = profile_of(
        tmp_path,
        table,
        id=ColumnType.INTEGER,
        gap=ColumnType.INTEGER,
        twice=ColumnType.INTEGER,
        code=ColumnType.TEXT,
        x=ColumnType.DECIMAL,
        doc=ColumnType.JSON,
    )
    assert summary["candidate_keys"] == ["id", "code"]


def test_warnings_name_what_a_careful_reader_would_see(tmp_path: Path) -> None:
    rows = 24
    table = pa.table({"none": pa.array([None] * rows, pa.string()), "half": pa.array([1, *[None] * 12, *range(11)]), "most": pa.array([1, *[None] * 13, *range(10)]),
                      "same": pa.array(["x"] * rows), "nines": pa.array([*range(21), 999, 999, 999]), "ends": pa.array([*range(22), 999, 999])})  # fmt: skip
    kinds = {
        "none": ColumnType.EMPTY,
        "same": ColumnType.CATEGORY,
        **dict.fromkeys(("half", "most", "nines", "ends"), ColumnType.INTEGER),
    }
    assert profile_of(tmp_path, table, **kinds)["warnings"] == [
        "column 'none' is empty",
        "column 'most' is 54% missing",
        "column 'same' has one value only",
        "3 cells of column 'nines' are 999, far from all others: does it stand for missing?",
    ]


def test_correlations_have_the_sign_and_size_of_pearsons_r(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([1, 2, 3, 4]), "up": pa.array([2.0, 4.0, 6.0, 8.0]), "down": pa.array([4, 3, 2, 1]),
                      "some": pa.array([1, 3, 2, 4]), "weak": pa.array([1, -1, -1, 1])})  # fmt: skip
    pq.write_table(table, tmp_path / "t.parquet")
    kinds = [column(name, ColumnType.DECIMAL if name == "up" else ColumnType.INTEGER) for name in table.column_names]
    found = {tuple(pair["columns"]): pair["r"] for pair in correlations(tmp_path / "t.parquet", 4, kinds)}
    assert found == {
        ("a", "up"): 1.0,
        ("a", "down"): -1.0,
        ("up", "down"): -1.0,
        ("a", "some"): 0.8,
        ("up", "some"): 0.8,
        ("down", "some"): -0.8,
    }


@pytest.mark.parametrize("cells", [[1.0, float("inf")], [-1e308, 1e308], [7.0, 7.0], [None, None]])
def test_numbers_without_a_finite_spread_have_no_histogram(tmp_path: Path, cells: list[float | None]) -> None:
    summary = profile_of(tmp_path, pa.table({"v": pa.array(cells, pa.float64())}), v=ColumnType.DECIMAL)
    assert "histogram" not in summary["columns"]["v"]


def test_values_are_listed_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(frequent, "MOST_VALUES", 3)
    pq.write_table(pa.table({"a": pa.array(["x", "y", "z", "x"]), "b": pa.array(list("wxyz"))}), tmp_path / "t.parquet")
    columns = [column("a", ColumnType.CATEGORY), column("b", ColumnType.TEXT)]
    profile = profile_table(tmp_path / "t.parquet", 4, columns, 1, MEMORY)
    assert profile.values == {"a": ["x", "y", "z"]}
    assert "top" in profile.summary["columns"]["a"]
    assert "top" not in profile.summary["columns"]["b"]


def test_histogram_is_the_same_over_several_batches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(histograms, "BATCH_ROWS", 2)
    numbers = pa.array([0, 0, 1, 2, 39, 40, None, 0])
    histogram = profile_of(tmp_path, pa.table({"v": numbers}), v=ColumnType.INTEGER)["columns"]["v"]["histogram"]
    assert histogram["counts"] == [4, 1, *[0] * 17, 2]


@pytest.mark.parametrize(("different", "listed"), [(40, True), (41, False)])
def test_few_values_are_listed_in_the_columns_own_form(tmp_path: Path, different: int, listed: bool) -> None:
    table = pa.table(
        {"n": pa.array([*range(different), 0, None]), "w": pa.array([*map(str, range(different)), "0", None])}
    )
    found = profile_of(tmp_path, table, n=ColumnType.INTEGER, w=ColumnType.CATEGORY)["columns"]
    assert [found[name].get("values") for name in "nw"] == (
        [list(range(different)), sorted(map(str, range(different)))] if listed else [None, None]
    )


def test_sample_rows_are_those_that_tell_most_in_the_tables_order(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([None, 1, 1, 2, 2, 3]), "b": pa.array([None, "x", "x", None, "y", None]), "c": pa.array([None, 0.5, 0.5, 1.5, 2.5, 0.5])})  # fmt: skip
    summary = profile_of(tmp_path, table, a=ColumnType.INTEGER, b=ColumnType.TEXT, c=ColumnType.DECIMAL)
    assert summary["sample_rows"] == [[1, "x", 0.5], [2, None, 1.5], [2, "y", 2.5]]


def test_rows_that_say_nothing_new_are_no_sample() -> None:
    assert choose_rows([[1, 1, 1], ["a", "a", "a"]]) == [0]
    assert choose_rows([[None, None], [None, None]]) == []
    assert choose_rows([]) == []


def test_sample_rows_are_written_as_the_profile_writes_cells_and_cut(tmp_path: Path) -> None:
    table = pa.table({"t": pa.array([timedelta(hours=30), None], pa.duration("us")), "d": pa.array([date(2024, 2, 29), None]),
                      "w": pa.array(["w" * 81, "w" * 80]), "none": pa.array([None, None], pa.string())})  # fmt: skip
    kinds = {"t": ColumnType.DURATION, "d": ColumnType.DATE, "w": ColumnType.TEXT, "none": ColumnType.EMPTY}
    assert profile_of(tmp_path, table, **kinds)["sample_rows"] == [
        ["PT30H0M0S", "2024-02-29", f"{'w' * (LONGEST_CELL - 1)}…", None],
        [None, None, "w" * LONGEST_CELL, None],
    ]


def test_sample_rows_of_a_wide_table_are_whole_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The columns are asked for in groups; a row's cells come together again."""
    monkeypatch.setattr("services.dataproc.reading.profile.table.WIDEST_LOADED", 2)
    table = pa.table({name: pa.array([f"{name}{row}" for row in range(4)]) for name in "edcba"})
    summary = profile_of(tmp_path, table, **dict.fromkeys("edcba", ColumnType.TEXT))
    assert summary["sample_rows"] == [[f"{name}{row}" for name in "edcba"] for row in range(3)]
