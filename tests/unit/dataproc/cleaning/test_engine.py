"""What the steps do to tables, whatever the batches and row groups."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc.cleaning import StepRefused, Workspace, clean, recipe_from_json
from services.dataproc.cleaning import pipeline as pipeline_module
from services.dataproc.cleaning import row_steps as row_steps_module
from tests.unit.dataproc.cleaning.conftest import Bench, columns_of


def test_source_is_never_written_to(orders: Bench) -> None:
    before = orders.source.read_bytes()
    orders.clean({"step": "trim"}, {"step": "deduplicate"})
    assert orders.source.read_bytes() == before


def test_reports_count_rows_cells_and_columns(orders: Bench) -> None:
    cleaned, _ = orders.clean({"step": "trim", "columns": ["customer"]}, {"step": "missing", "columns": ["paid"], "how": "drop"},
                              {"step": "merge_columns", "columns": ["city", "code"], "into": "both"})  # fmt: skip
    trim, missing, merge = cleaned.reports
    assert (trim.cells_changed, trim.rows_before, trim.rows_after) == (2, 8, 8)
    assert (missing.rows_before, missing.rows_after) == (8, 6)
    assert (merge.columns_added, merge.columns_removed) == (("both",), ("city", "code"))


def test_evidence_says_which_steps_changed_a_column(orders: Bench) -> None:
    cleaned, _ = orders.clean(
        {"step": "trim"},
        {"step": "rename", "columns": {"customer": "who"}},
        {"step": "convert_unit", "column": "amount", "from": "mi", "to": "km"},
    )
    evidence = {c.name: c.evidence for c in cleaned.columns}
    assert "trim in cleaning" in evidence["who"]
    assert "converted from mi to km" in evidence["amount"]
    assert "cleaning" not in evidence["id"]


def test_profile_and_nullability_are_those_of_the_result(orders: Bench) -> None:
    cleaned, table = orders.clean({"step": "missing", "columns": ["amount"], "how": "median"})
    assert cleaned.profile["columns"]["amount"]["nulls"] == 0
    assert not next(c for c in cleaned.columns if c.name == "amount").nullable
    assert table["amount"][3].as_py() == 11.0


def test_recipe_keeps_what_was_found_out(orders: Bench) -> None:
    cleaned, _ = orders.clean(
        {"step": "trim"}, {"step": "drop_totals_rows"}, {"step": "cast", "column": "when", "type": "date"}
    )
    trim, totals, cast = cleaned.recipe
    assert trim["columns"] == ["customer", "city", "code", "when"]
    assert totals["columns"] == ["customer"]
    assert cast["format"] == "%d/%m/%Y"


@pytest.mark.parametrize(("step", "words"), [
    ({"step": "trim", "columns": ["nope"]}, "no column 'nope'"),
    ({"step": "trim", "columns": ["amount"]}, "needs text"),
    ({"step": "missing", "columns": ["city"], "how": "mean"}, "needs numbers"),
    ({"step": "missing", "columns": ["day"], "how": "value", "value": "soon"}, "'soon' cannot stand in the date column"),
    ({"step": "map_values", "column": "pieces", "mapping": {"1": "one"}}, "'one' cannot stand in the integer column"),
    ({"step": "rename", "columns": {"id": "Amount"}}, "a column named 'Amount' is there already"),
    ({"step": "split_column", "column": "customer", "separator": " ", "into": ["x", "X"]}, "a column named 'X' is there already"),
    ({"step": "merge_columns", "columns": ["id", "city"], "into": "paid"}, "a column named 'paid' is there already"),
    ({"step": "convert_unit", "column": "amount", "to": "km"}, "no known conversion"),
    ({"step": "drop_columns", "columns": ["id", "customer", "city", "amount", "pieces", "price", "day", "at", "paid", "code", "when"]}, "no column would be left"),
])  # fmt: skip
def test_step_that_does_not_fit_says_why(orders: Bench, step: dict[str, Any], words: str) -> None:
    with pytest.raises(StepRefused) as refused:
        orders.clean({"step": "rename", "columns": {"id": "id"}}, step)
    assert refused.value.detail.startswith(f"Step 2 ({step['step']}): ")
    assert words in refused.value.detail
    assert refused.value.hint


def test_columns_that_go_leave_their_names_to_new_ones(orders: Bench) -> None:
    _, table = orders.clean({"step": "split_column", "column": "when", "separator": "/", "into": ["when", "month", "year"]},
                            {"step": "merge_columns", "columns": ["city", "code"], "into": "code", "separator": "-"})  # fmt: skip
    assert table["when"].to_pylist()[:3] == ["01", "03", None]
    assert table["code"].to_pylist()[:4] == ["paris-1.234,50", "LYON-7", "Paris-8,25", "lyon"]


def test_rows_that_are_missing_in_every_merged_column_stay(orders: Bench) -> None:
    _, table = orders.clean({"step": "merge_columns", "columns": ["day", "at"], "into": "both"})
    assert table["both"].to_pylist()[4:] == [None, "2024-03-07", "2024-03-08", None]


def test_every_type_of_cell_can_be_filled_forward(tmp_path: Path) -> None:
    span = timedelta(hours=30)
    table = pa.table({"span": pa.array([span, None, None, None, span * 2], pa.duration("us")), "at": pa.array([time(1), None, None, None, None], pa.time64("us")),
                      "truth": pa.array([True, None, None, None, None])})  # fmt: skip
    _, filled = Bench(tmp_path, table, {"span": "duration", "at": "time", "truth": "boolean"}).clean(
        {"step": "missing", "columns": ["span", "at", "truth"], "how": "ffill"}
    )
    assert filled["span"].to_pylist() == [span] * 4 + [span * 2]
    assert (set(filled["at"].to_pylist()), set(filled["truth"].to_pylist())) == ({time(1)}, {True})


def test_first_of_duplicates_stays_in_its_place(orders: Bench) -> None:
    _, table = orders.clean({"step": "deduplicate", "columns": ["paid"]})
    assert table["id"].to_pylist() == [1, 2, 3]


def test_similar_rows_go_and_rows_without_any_text_all_stay(orders: Bench) -> None:
    _, table = orders.clean(
        {"step": "trim"}, {"step": "deduplicate", "columns": ["customer"], "match": "fuzzy", "threshold": 85}
    )
    assert table["customer"].to_pylist() == ["Ann Lee", "Bob  Ray", "Cid", None, None, "Total"]


def test_fuzzy_matching_of_too_many_values_is_refused(orders: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_steps_module, "MOST_COMPARED", 3)
    with pytest.raises(StepRefused) as refused:
        orders.clean({"step": "deduplicate", "columns": ["customer"], "match": "fuzzy"})
    assert refused.value.code == "too_many_values"


def test_exact_decimals_stay_exact(orders: Bench) -> None:
    _, table = orders.clean({"step": "missing", "columns": ["price"], "how": "mean"})
    assert table.schema.field("price").type == pa.decimal128(20, 2)
    assert str(table["price"][1]) == "4.62"


def test_steps_after_one_that_drops_rows_see_only_what_is_left(orders: Bench) -> None:
    _, table = orders.clean({"step": "drop_totals_rows"}, {"step": "missing", "columns": ["pieces"], "how": "mean"})
    assert table["pieces"].to_pylist()[2] == 2.0


def test_every_row_can_go(orders: Bench) -> None:
    cleaned, table = orders.clean({"step": "missing", "columns": ["day", "when", "at", "amount", "city"], "how": "drop"}, {"step": "missing", "columns": ["code"], "how": "drop"},
                                  {"step": "map_values", "column": "city", "mapping": {"paris": None}}, {"step": "missing", "columns": ["city"], "how": "drop"})  # fmt: skip
    assert (cleaned.rows, table.num_rows) == (0, 0)
    assert "no row is left" in cleaned.profile["warnings"]


def test_lenient_recipe_leaves_out_what_does_not_fit_and_says_so(orders: Bench) -> None:
    cleaned, table = orders.clean(
        {"step": "trim", "columns": ["nope"]},
        {"step": "drop_totals_rows"},
        {"step": "cast", "column": "code", "type": "integer"},
        lenient=True,
    )
    assert [(s.position, s.step) for s in cleaned.skipped] == [(1, "trim")]
    assert [step["step"] for step in cleaned.recipe] == ["drop_totals_rows", "cast"]
    assert cleaned.misfits[0].count == 2
    assert table.num_rows == 7


def test_what_a_step_needs_of_the_whole_table_goes_through_files_that_do_not_pile_up(
    orders: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = pipeline_module.Pipeline.write
    monkeypatch.setattr(
        pipeline_module.Pipeline,
        "write",
        lambda self, path, **k: (seen.append(len(list(orders.folder.glob("stage-*")))), real(self, path, **k))[1],
    )
    fill = [{"step": "trim"}, {"step": "missing", "columns": ["amount"], "how": "mean"}]
    orders.clean(*fill * 4)
    assert max(seen) <= 2


@settings(max_examples=40, deadline=None)
@given(
    cells=st.lists(st.one_of(st.none(), st.text(alphabet="aAbB é\t ß", max_size=4)), min_size=1, max_size=30),
    group=st.integers(1, 7),
)
def test_batches_do_not_show(tmp_path_factory: pytest.TempPathFactory, cells: list[str | None], group: int) -> None:
    """The same recipe over the same cells gives the same table, however the file is cut."""
    table = pa.table(
        {
            "a": pa.array(cells, pa.string()),
            "n": pa.array([None if i % 3 else i for i in range(len(cells))], pa.int64()),
        }
    )
    steps = recipe_from_json(
        [
            {"step": "missing", "columns": ["n"], "how": "ffill"},
            {"step": "trim"},
            {"step": "deduplicate", "columns": ["a"]},
            {"step": "unpivot", "columns": ["a", "n"]},
        ]
    )
    results = []
    for size in (group, 10_000):
        folder: Path = tmp_path_factory.mktemp("cut")
        pq.write_table(table, folder / "t.parquet")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline_module, "BATCH_ROWS", size)
            clean(
                folder / "t.parquet",
                columns_of(table, {"n": "integer"}),
                steps,
                folder / "out.parquet",
                Workspace(folder, 100_000_000),
            )
        results.append(pq.read_table(folder / "out.parquet"))
    assert results[0].equals(results[1])


def test_converted_and_averaged_cells_are_counted_though_the_column_becomes_decimal(tmp_path: Path) -> None:
    table = pa.table({"weight": pa.array([1, 0, None, 4], pa.int64())})
    converted, _ = Bench(tmp_path, table, {"weight": "integer"}).clean(
        {"step": "convert_unit", "column": "weight", "from": "kg", "to": "g"}
    )
    assert converted.reports[0].cells_changed == 2
    filled, _ = Bench(tmp_path, table, {"weight": "integer"}).clean(
        {"step": "missing", "columns": ["weight"], "how": "mean"}
    )
    assert filled.reports[0].cells_changed == 1
