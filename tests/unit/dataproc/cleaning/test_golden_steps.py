"""Every step of a recipe, executed on a small table and worked out by hand, by the engine and by the exported pandas code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.cleaning.pipeline import PREPARE
from services.dataproc.cleaning.suggestions import suggest
from services.dataproc.reading.profile import profile_table
from services.dataproc.reading.units import CONVERSIONS
from tests.unit.dataproc.cleaning.conftest import Bench

TABLE = pa.table({
    "word": pa.array([" a b ", "C d", None, "a b"]), "n": pa.array([1, 2, None, 9]), "x": pa.array([0.5, None, 2.5, 6.0]),
    "exact": pa.array([Decimal("1.10"), None, Decimal("2.25"), Decimal("1.10")], pa.decimal128(9, 2)),
    "day": pa.array([date(2024, 1, 5), None, None, date(2024, 1, 7)]), "label": pa.array(["Total", "x", "x", None]), "truth": pa.array([True, False, None, True]),
})  # fmt: skip
TYPES = {"word": "text", "n": "integer", "x": "decimal", "exact": "decimal", "day": "date", "label": "category", "truth": "boolean"}  # fmt: skip

Golden = list[tuple[dict[str, Any], dict[str, list[Any]]]]
GOLDEN: Mapping[str, Golden] = {
    "trim": [({"columns": ["word"]}, {"word": ["a b", "C d", None, "a b"]})],
    "case": [
        ({"columns": ["word"], "to": "upper"}, {"word": [" A B ", "C D", None, "A B"]}),
        ({"columns": ["word"], "to": "lower"}, {"word": [" a b ", "c d", None, "a b"]}),
        ({"columns": ["word"], "to": "title"}, {"word": [" A B ", "C D", None, "A B"]}),
    ],
    "deduplicate": [
        ({"columns": ["label"]}, {"label": ["Total", "x", None], "n": [1, 2, 9]}),
        ({"columns": ["word"], "match": "fuzzy"}, {"n": [1, 2, None]}),
    ],
    "missing": [
        ({"columns": ["n"], "how": "drop"}, {"n": [1, 2, 9]}),
        ({"columns": ["n"], "how": "mean"}, {"n": [1.0, 2.0, 4.0, 9.0]}),
        ({"columns": ["n"], "how": "median"}, {"n": [1.0, 2.0, 2.0, 9.0]}),
        ({"columns": ["exact"], "how": "mean"}, {"exact": [Decimal("1.10"), Decimal("1.48"), Decimal("2.25"), Decimal("1.10")]}),
        ({"columns": ["label"], "how": "mode"}, {"label": ["Total", "x", "x", "x"]}),
        ({"columns": ["day"], "how": "ffill"}, {"day": [date(2024, 1, 5)] * 3 + [date(2024, 1, 7)]}),
        ({"columns": ["x"], "how": "value", "value": -1}, {"x": [0.5, -1.0, 2.5, 6.0]}),
    ],
    "flag_outliers": [({"column": "n", "distance": 0.5}, {"n_outlier": [False, False, False, True]})],
    "split_column": [
        ({"column": "word", "separator": " ", "into": ["p", "q"]}, {"p": [None, "C", None, "a"], "q": ["a b", "d", None, "b"]}),
    ],
    "merge_columns": [({"columns": ["label", "n"], "into": "both", "separator": "-"}, {"both": ["Total-1", "x-2", "x", "9"]})],
    "unpivot": [({"columns": ["n", "x"], "keep": ["label"]}, {
        "label": ["Total", "Total", "x", "x", "x", "x", None, None], "name": ["n", "x"] * 4, "value": [1.0, 0.5, 2.0, None, None, 2.5, 9.0, 6.0]})],
    "map_values": [({"column": "label", "mapping": {"x": "y", "Total": None}}, {"label": [None, "y", "y", None]})],
    "convert_unit": [
        ({"column": "n", "from": "km", "to": "m"}, {"n": [1000.0, 2000.0, None, 9000.0]}),
        ({"column": "n", "from": "°C", "to": "°F"}, {"n": [33.8, 35.6, None, 48.2]}),
        ({"column": "n", "to": "u", "factor": 2, "offset": -1}, {"n": [1.0, 3.0, None, 17.0]}),
    ],
    "drop_totals_rows": [({"columns": ["label"]}, {"n": [2, None, 9]})],
    "rename": [({"columns": {"n": "count"}}, {"count": [1, 2, None, 9]})],
    "drop_columns": [({"columns": ["n", "x", "exact", "day", "label", "truth"]}, {"word": [" a b ", "C d", None, "a b"]})],
    "cast": [
        ({"column": "n", "type": "text"}, {"n": ["1", "2", None, "9"]}),
        ({"column": "x", "type": "text"}, {"x": ["0.5", None, "2.5", "6"]}),
        ({"column": "n", "type": "decimal"}, {"n": [1.0, 2.0, None, 9.0]}),
        ({"column": "day", "type": "text"}, {"day": ["2024-01-05", None, None, "2024-01-07"]}),
    ],
}  # fmt: skip
CASES = [(name, options, expected) for name, cases in GOLDEN.items() for options, expected in cases]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, TABLE, TYPES)


def test_every_step_has_a_golden_result() -> None:
    assert set(GOLDEN) == set(PREPARE)


@pytest.mark.parametrize(("name", "options", "expected"), CASES)
def test_step(bench: Bench, name: str, options: dict[str, Any], expected: dict[str, list[Any]]) -> None:
    cleaned, table = bench.clean({"step": name, **options})
    exported = bench.pandas(cleaned.recipe)
    for column, cells in expected.items():
        assert table[column].to_pylist() == pytest.approx(cells)
        assert exported[column].to_pylist() == pytest.approx(cells)
    if name == "drop_columns":
        assert table.column_names == ["word"]


@pytest.mark.parametrize(("options", "flagged"), [
    # of 10, 20 … 90, 130: quartiles 32.5 and 77.5, so that 1.5 ranges reach from -35 to 145, and 1.1 from -17 to 127
    ({}, []), ({"distance": 1.1}, [130]), ({"distance": 1.2}, []), ({"distance": 0.4}, [10, 100, 130]),
    # mean 59, standard deviation of the sample 37.25 (of the whole 35.34): 130 lies 1.906 of them away (2.009)
    ({"method": "zscore", "distance": 1.9}, [130]), ({"method": "zscore", "distance": 1.95}, []), ({"method": "zscore"}, []),
])  # fmt: skip
def test_outliers_lie_beyond_the_quartiles_or_the_spread(
    tmp_path: Path, options: dict[str, Any], flagged: list[int]
) -> None:
    numbers = [*range(10, 100, 10), 100, 130]
    numbers.remove(90)
    bench = Bench(tmp_path, pa.table({"v": pa.array(numbers)}), {"v": "integer"})
    cleaned, table = bench.clean({"step": "flag_outliers", "column": "v", **options})
    marked = [n for n, far in zip(numbers, table["v_outlier"].to_pylist(), strict=True) if far]
    exported = [n for n, far in zip(numbers, bench.pandas(cleaned.recipe)["v_outlier"].to_pylist(), strict=True) if far]
    assert (marked, exported) == (flagged, flagged)


@pytest.mark.parametrize(("old", "new", "number", "expected"), [
    ("mi", "km", 1, 1.609344), ("km", "mi", 1.609344, 1), ("in", "cm", 1, 2.54), ("ft", "m", 1, 0.3048), ("lb", "kg", 1, 0.45359237), ("oz", "g", 1, 28.349523125),
    ("gal", "l", 1, 3.785411784), ("ha", "m²", 1, 10_000), ("ac", "m²", 1, 4046.8564224), ("km/h", "m/s", 3.6, 1), ("mph", "km/h", 1, 1.609344), ("h", "min", 1, 60),
    ("d", "h", 1, 24), ("kWh", "MWh", 1, 0.001), ("kcal", "kJ", 1, 4.184), ("MiB", "KiB", 1, 1024), ("GB", "MB", 1, 1000), ("1", "%", 0.5, 50), ("‰", "%", 5, 0.5),
    ("°C", "°F", 100, 212), ("°F", "°C", 32, 0), ("°C", "K", 0, 273.15), ("K", "°C", 0, -273.15),
])  # fmt: skip
def test_units(old: str, new: str, number: float, expected: float) -> None:
    factor, offset = CONVERSIONS[old, new]
    assert number * factor + offset == pytest.approx(expected)


def test_every_conversion_leads_back() -> None:
    for (old, new), (factor, offset) in CONVERSIONS.items():
        back, shift = CONVERSIONS[new, old]
        assert (5 * factor + offset) * back + shift == pytest.approx(5), (old, new)


def suggested(folder: Path, table: pa.Table, types: dict[str, str]) -> dict[str, tuple[str, int, int]]:
    bench = Bench(folder, table, types)
    profile = profile_table(bench.source, table.num_rows, bench.columns, 1, 1 << 28).summary
    found = suggest(bench.source, bench.columns, profile, bench.workspace)
    return {str(one.step["step"]): (one.counts, one.before, one.after) for one in found}


def test_every_suggestion_counts_what_it_would_change(tmp_path: Path) -> None:
    rows = 24
    table = pa.table({
        "who": pa.array([" Ann", *(f"person {n}" for n in range(rows - 3)), "Total", "Total"]), "city": pa.array(["Copenhagen"] * 20 + ["Copenhagem", *["Rome"] * 3]),
        "n": pa.array([None, *range(rows - 2), 500]), "none": pa.array([None] * rows, pa.string())})  # fmt: skip
    assert suggested(tmp_path, table, {"who": "text", "city": "category", "n": "integer", "none": "empty"}) == {
        "trim": ("cells with blanks around them", 1, 0),
        "drop_totals_rows": ("rows", 24, 22),
        "map_values": ("cells", 1, 0),
        "missing": ("missing cells", 1, 0),
        "drop_columns": ("columns", 4, 3),
        "flag_outliers": ("flagged rows", 0, 1),
    }


def test_repeated_rows_are_suggested_to_go(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([1, 1, 2, 1]), "b": pa.array(["x", "x", "x", "y"])})
    assert suggested(tmp_path, table, {"a": "integer", "b": "text"}) == {"deduplicate": ("rows", 4, 3)}
