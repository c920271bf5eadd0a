"""The exported pandas code does what the engine does, step by step."""

from __future__ import annotations

import math
from typing import Any

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


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_exported_code_gives_the_engines_table(orders: Bench, recipe: list[dict[str, Any]]) -> None:
    cleaned, engine = orders.clean(*recipe)
    exported = orders.pandas(cleaned.recipe)
    assert exported.column_names == engine.column_names
    for name in engine.column_names:
        pairs = list(zip(exported[name].to_pylist(), engine[name].to_pylist(), strict=True))
        assert all(same(a, b) for a, b in pairs), (name, pairs)
