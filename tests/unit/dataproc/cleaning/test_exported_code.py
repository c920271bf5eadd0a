"""The exported pandas code does what the engine does, step by step."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.unit.dataproc.cleaning.conftest import Bench

RECIPES: dict[str, list[dict[str, Any]]] = {
    "trim": [{"step": "trim"}],
    "trim and collapse": [{"step": "trim", "columns": ["customer"], "collapse": True}],
    "lower": [{"step": "case", "columns": ["city", "customer"], "to": "lower"}],
    "title": [{"step": "case", "columns": ["city"], "to": "title"}],
    "duplicates": [{"step": "drop_columns", "columns": ["id"]}, {"step": "deduplicate", "columns": ["pieces", "paid"]}],
    "duplicates in all columns": [{"step": "drop_columns", "columns": ["id", "customer", "amount", "price", "day", "at", "code", "when", "city"]}, {"step": "deduplicate"}],
    "fuzzy duplicates": [{"step": "deduplicate", "columns": ["customer"], "match": "fuzzy", "threshold": 85}],
    "drop missing": [{"step": "missing", "columns": ["day", "paid"], "how": "drop"}],
    "fill values": [{"step": "missing", "columns": ["pieces"], "how": "value", "value": 7}, {"step": "missing", "columns": ["city"], "how": "value", "value": "?"},
                    {"step": "missing", "columns": ["day"], "how": "value", "value": "2020-02-29"}, {"step": "missing", "columns": ["paid"], "how": "value", "value": True},
                    {"step": "missing", "columns": ["price"], "how": "value", "value": "0.99"}],
    "mean": [{"step": "missing", "columns": ["amount", "pieces", "price"], "how": "mean"}],
    "median": [{"step": "missing", "columns": ["amount", "pieces", "price"], "how": "median"}],
    "mode": [{"step": "missing", "columns": ["pieces", "city", "paid", "day"], "how": "mode"}],
    "forward": [{"step": "missing", "columns": ["day", "at", "city", "price"], "how": "ffill"}],
    "outliers by range": [{"step": "flag_outliers", "column": "amount"}],
    "outliers by deviation": [{"step": "flag_outliers", "column": "pieces", "method": "zscore", "distance": 1.5, "into": "odd"}],
    "split": [{"step": "trim"}, {"step": "split_column", "column": "customer", "separator": " ", "into": ["first", "last"]}],
    "split and keep": [{"step": "split_column", "column": "when", "separator": "/", "into": ["a", "b", "c", "d"], "keep": True}],
    "merge": [{"step": "merge_columns", "columns": ["city", "amount", "day", "at", "paid", "price"], "into": "all", "separator": "|"}],
    "merge and keep": [{"step": "merge_columns", "columns": ["pieces", "customer"], "into": "both", "keep": True}],
    "unpivot": [{"step": "unpivot", "columns": ["amount", "pieces"], "keep": ["id", "city"]}],
    "unpivot as text": [{"step": "unpivot", "columns": ["city", "day", "paid"], "names_to": "what", "values_to": "said"}],
    "map": [{"step": "map_values", "column": "city", "mapping": {"paris": "Paris", "LYON": "Lyon", "Nice": None}},
            {"step": "map_values", "column": "pieces", "mapping": {"12": 1, "4": None}}, {"step": "map_values", "column": "day", "mapping": {"2024-01-05": "2024-01-06"}}],
    "convert": [{"step": "convert_unit", "column": "amount", "from": "mi", "to": "km"}, {"step": "convert_unit", "column": "pieces", "from": "°C", "to": "°F"},
                {"step": "convert_unit", "column": "price", "to": "crates", "factor": 0.5, "offset": 1}],
    "totals": [{"step": "drop_totals_rows"}],
    "rename": [{"step": "rename", "columns": {"amount": "Amount (EUR)", "id": "amount"}}],
    "numbers": [{"step": "cast", "column": "code", "type": "decimal", "misfits": "null"}],
    "whole numbers": [{"step": "cast", "column": "code", "type": "integer", "format": "1.234,5", "misfits": "null"}],
    "days": [{"step": "cast", "column": "when", "type": "date", "format": "month-first"}],
    "stamps to days": [{"step": "cast", "column": "at", "type": "date"}],
    "days to stamps": [{"step": "cast", "column": "day", "type": "datetime"}],
    "words": [{"step": "cast", "column": "amount", "type": "text"}, {"step": "cast", "column": "at", "type": "text"}, {"step": "cast", "column": "paid", "type": "text"}],
    "truth": [{"step": "map_values", "column": "city", "mapping": {"Paris": "yes"}}, {"step": "cast", "column": "city", "type": "boolean", "format": "yes/lyon", "misfits": "null"}],
    "whole story": [{"step": "trim", "collapse": True}, {"step": "drop_totals_rows"}, {"step": "case", "columns": ["customer", "city"], "to": "title"},
                    {"step": "deduplicate", "columns": ["customer", "city"]}, {"step": "missing", "columns": ["amount"], "how": "median"},
                    {"step": "flag_outliers", "column": "amount"}, {"step": "split_column", "column": "when", "separator": "/", "into": ["m", "d", "y"]},
                    {"step": "rename", "columns": {"customer": "who"}}, {"step": "drop_columns", "columns": ["code"]},
                    {"step": "cast", "column": "y", "type": "integer"}, {"step": "unpivot", "columns": ["m", "d"], "keep": ["who", "y", "amount_outlier"]}],
}  # fmt: skip


def same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12)
    return left == right and type(left) is type(right)


def assert_agreement(bench: Bench, recipe: list[dict[str, Any]]) -> None:
    cleaned, engine = bench.clean(*recipe)
    exported = bench.pandas(cleaned.recipe)
    assert exported.column_names == engine.column_names
    for name in engine.column_names:
        pairs = list(zip(exported[name].to_pylist(), engine[name].to_pylist(), strict=True))
        assert all(same(a, b) for a, b in pairs), (name, pairs)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_exported_code_gives_the_engines_table(orders: Bench, recipe: list[dict[str, Any]]) -> None:
    assert_agreement(orders, recipe)


ODD = pa.table({
    "whole": pa.array([2**63 - 1, -(2**63), None, 5], pa.int64()),
    "real": pa.array([-0.0, 0.0, 1.5, None], pa.float64()),
    "price": pa.array(["EUR 12,-", "5 EUR", "(1.200,50 EUR)", "3,00-"]),
    "spent": pa.array(["25:00", "-0:30", "5", None]),
    "lap": pa.array(["59:59", "1:02.5", "0:30", None]),
    "span": pa.array([timedelta(seconds=-90), timedelta(days=2), None, timedelta(0)], pa.duration("us")),
    "moment": pa.array(["2024-01-05T10:00:00+01:00", "2024-07-05T10:00:00+02:00", None, "2024-01-05T10:00:00Z"]),
    "none": pa.array([None] * 4, pa.string()),
})  # fmt: skip
ODD_TYPES = {"whole": "integer", "real": "decimal", "span": "duration"}
ODD_RECIPES: dict[str, list[dict[str, Any]]] = {
    "outliers of 64 bits": [{"step": "flag_outliers", "column": "whole"}, {"step": "convert_unit", "column": "whole", "to": "x", "factor": 2.0}],
    "whole to whole": [{"step": "cast", "column": "whole", "type": "integer"}],
    "zeros with a sign": [{"step": "map_values", "column": "real", "mapping": {"0": 7}}],
    "prices": [{"step": "cast", "column": "price", "type": "decimal", "format": "1.234,5", "misfits": "null"}],
    "hours": [{"step": "cast", "column": "spent", "type": "duration", "misfits": "null"}],
    "laps": [{"step": "cast", "column": "lap", "format": "[m]:ss", "type": "duration"}],
    "spans stay": [{"step": "cast", "column": "span", "type": "text"}, {"step": "cast", "column": "span", "type": "duration"}],
    "zones": [{"step": "cast", "column": "moment", "type": "datetime"}],
    "kept and unpivoted": [{"step": "unpivot", "columns": ["whole", "price"], "keep": ["whole"]}],
}  # fmt: skip
ON_EMPTY: dict[str, list[dict[str, Any]]] = {
    "mean": [{"step": "missing", "columns": ["real"], "how": "mean"}],
    "mode": [{"step": "missing", "columns": ["whole", "price", "none"], "how": "mode"}],
    "fuzzy": [{"step": "deduplicate", "columns": ["price"], "match": "fuzzy"}],
    "outliers": [{"step": "flag_outliers", "column": "real", "method": "zscore"}],
}


@pytest.mark.parametrize("recipe", [*ODD_RECIPES.values(), *ON_EMPTY.values()], ids=[*ODD_RECIPES, *ON_EMPTY])
def test_exported_code_agrees_on_odd_cells(tmp_path: Path, recipe: list[dict[str, Any]]) -> None:
    assert_agreement(Bench(tmp_path, ODD, ODD_TYPES), recipe)


@pytest.mark.parametrize("recipe", ON_EMPTY.values(), ids=ON_EMPTY)
@pytest.mark.parametrize("rows", [0, 1])
def test_exported_code_agrees_on_hardly_any_rows(tmp_path: Path, recipe: list[dict[str, Any]], rows: int) -> None:
    assert_agreement(Bench(tmp_path, ODD.slice(0, rows), ODD_TYPES), recipe)


def test_spans_below_zero_come_back_from_text(tmp_path: Path) -> None:
    _, engine = Bench(tmp_path, ODD, ODD_TYPES).clean(*ODD_RECIPES["spans stay"])
    assert engine["span"].to_pylist() == ODD["span"].to_pylist()
