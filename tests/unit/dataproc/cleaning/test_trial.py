"""What steps would do, on real rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.cleaning import Trial, recipe_from_json, try_steps
from services.dataproc.cleaning.suggestions import spelling_variants
from services.dataproc.cleaning.trial import SHOWN_ROWS
from tests.unit.dataproc.cleaning.conftest import Bench


def tried(bench: Bench, *steps: dict[str, Any]) -> Trial:
    return try_steps(bench.source, bench.columns, recipe_from_json(list(steps)), bench.workspace)


def test_changed_rows_are_shown_before_and_after(orders: Bench) -> None:
    trial = tried(orders, {"step": "trim", "columns": ["customer"]})
    assert (trial.rows_before, trial.rows_after, trial.rows_changed) == (8, 8, 2)
    assert [(c.row, c.before["customer"], (c.after or {})["customer"]) for c in trial.changed] == [
        (1, "  Ann Lee ", "Ann Lee"),
        (7, " ", None),
    ]


def test_rows_that_go_have_no_after(orders: Bench) -> None:
    trial = tried(orders, {"step": "drop_totals_rows"}, {"step": "missing", "columns": ["paid"], "how": "drop"})
    assert [(c.row, c.after) for c in trial.changed] == [(3, None), (6, None), (8, None)]
    assert (trial.rows_before, trial.rows_after, trial.rows_changed) == (8, 5, 3)


def test_rows_below_dropped_ones_are_still_compared_with_themselves(orders: Bench) -> None:
    trial = tried(
        orders, {"step": "deduplicate", "columns": ["paid"]}, {"step": "case", "columns": ["city"], "to": "lower"}
    )
    assert [(c.row, c.after and c.after["city"]) for c in trial.changed][:3] == [(2, "lyon"), (3, "paris"), (4, None)]


def test_flagged_rows_count_as_changed(orders: Bench) -> None:
    trial = tried(orders, {"step": "flag_outliers", "column": "amount", "distance": 0.5})
    assert [c.row for c in trial.changed] == [6, 8]
    assert trial.columns_after[4] == "amount_outlier"


def test_reshaped_rows_show_the_first_that_was_made_of_each(orders: Bench) -> None:
    trial = tried(orders, {"step": "unpivot", "columns": ["amount", "pieces"], "keep": ["id"]})
    assert (trial.rows_before, trial.rows_after) == (8, 16)
    assert trial.changed[0].after == {"id": 1, "name": "amount", "value": 10}


def test_rows_are_shown_up_to_a_bound_and_all_are_counted(tmp_path: Any) -> None:
    bench = Bench(tmp_path, pa.table({"a": ["X"] * 400}), {"a": "text"})
    trial = tried(bench, {"step": "case", "columns": ["a"], "to": "lower"})
    assert (trial.rows_changed, len(trial.changed)) == (400, SHOWN_ROWS)


@pytest.mark.parametrize(("counts", "expected"), [
    ({"Germany": 50, "Germny": 2, "germany ": 3}, {"Germny": "Germany", "germany ": "Germany"}),
    ({"North": 10, "South": 12}, {}),
    ({"Plan 1": 50, "Plan 2": 2}, {}),
    ({"Iran": 50, "Iraq": 2}, {}),
])  # fmt: skip
def test_only_spellings_of_the_same_word_are_put_together(counts: dict[str, int], expected: dict[str, str]) -> None:
    assert spelling_variants(Counter(counts))[0] == expected
