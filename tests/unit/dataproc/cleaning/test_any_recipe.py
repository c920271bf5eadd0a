"""Any table and any few steps: the engine, its preview and the exported pandas code agree on rows, cells and counts."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.dataproc.cleaning import recipe_from_json
from services.dataproc.cleaning.errors import StepRefused
from services.dataproc.cleaning.trial import try_steps
from tests.unit.dataproc.cleaning.conftest import Bench
from tests.unit.dataproc.cleaning.test_exported_code import assert_agreement

TEXTS = ["  Ann Lee ", "ann lee", "ANN  LEE", "Straße", "STRASSE", "é", "e\u0301", "o'neil", "a\tb", "\u00a0nb\u00a0", "", "  ", "Total", "Summe", "a/b/c", "/", "1.234,5", "(5)",
         "12 kg", "0012", "-3", "5 EUR", "NA", "yes", "no", "2020-01-02", "13/02/2020", "10:30", "😀 b"]  # fmt: skip
CELLS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), TEXTS),
    "word": (pa.string(), TEXTS[:4]),
    "whole": (pa.int64(), [0, 1, 2, -5, 7, 2**62 + 1, -(2**63)]),
    "real": (pa.float64(), [0.0, -0.0, 1.5, 0.1, 1e300, 1e16, 5.0]),
    "exact": (pa.decimal128(20, 2), [Decimal("1.10"), Decimal("0.00"), Decimal("-3.35")]),
    "truth": (pa.bool_(), [True, False]),
    "day": (pa.date32(), [date(2020, 1, 2), date(1800, 5, 6)]),
    "moment": (pa.timestamp("us"), [datetime(2020, 1, 2), datetime(2020, 1, 2, 3, 4, 5)]),
    "span": (pa.duration("us"), [timedelta(0), timedelta(1, 3), timedelta(seconds=-90)]),
}
KINDS = {
    "text": "text",
    "word": "category",
    "whole": "integer",
    "real": "decimal",
    "exact": "decimal",
    "truth": "boolean",
    "day": "date",
    "moment": "datetime",
    "span": "duration",
}
NAMES = st.sampled_from(sorted(CELLS))
SEVERAL = st.lists(NAMES, min_size=1, max_size=3, unique=True)
WORDS, NUMBERS = st.sampled_from(["text", "word"]), st.sampled_from(["real", "exact"])
STEPS = st.one_of(
    st.fixed_dictionaries({"step": st.just("trim"), "collapse": st.booleans()}),
    st.fixed_dictionaries(
        {"step": st.just("case"), "columns": st.tuples(WORDS), "to": st.sampled_from(["lower", "upper"])}
    ),
    st.fixed_dictionaries(
        {"step": st.just("deduplicate"), "columns": SEVERAL, "match": st.sampled_from(["exact", "fuzzy"])}
    ),
    st.fixed_dictionaries(
        {"step": st.just("missing"), "columns": SEVERAL, "how": st.sampled_from(["drop", "mode", "ffill"])}
    ),
    st.fixed_dictionaries(
        {"step": st.just("missing"), "columns": st.tuples(NUMBERS), "how": st.sampled_from(["mean", "median"])}
    ),
    st.fixed_dictionaries(
        {
            "step": st.just("flag_outliers"),
            "column": st.sampled_from(["whole", "real", "exact"]),
            "method": st.sampled_from(["iqr", "zscore"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "step": st.just("split_column"),
            "column": WORDS,
            "separator": st.sampled_from(["/", " ", "a"]),
            "into": st.just(["p", "q"]),
            "keep": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "step": st.just("merge_columns"),
            "columns": st.lists(NAMES, min_size=2, max_size=4, unique=True),
            "into": st.just("m"),
            "keep": st.booleans(),
        }
    ),
    st.fixed_dictionaries({"step": st.just("unpivot"), "columns": SEVERAL, "keep": SEVERAL}),
    st.fixed_dictionaries(
        {
            "step": st.just("map_values"),
            "column": WORDS,
            "mapping": st.just({"Straße": "street", "": "blank", "Total": None}),
        }
    ),
    st.fixed_dictionaries(
        {
            "step": st.just("map_values"),
            "column": st.sampled_from(["whole", "real"]),
            "mapping": st.just({"0": 7, "5": None}),
        }
    ),
    st.fixed_dictionaries(
        {"step": st.just("convert_unit"), "column": NUMBERS, "from": st.just("km"), "to": st.just("mi")}
    ),
    st.fixed_dictionaries({"step": st.just("drop_totals_rows"), "columns": st.tuples(WORDS)}),
    st.fixed_dictionaries({"step": st.just("drop_columns"), "columns": SEVERAL}),
    st.fixed_dictionaries(
        {
            "step": st.just("cast"),
            "column": NAMES,
            "type": st.sampled_from(["text", "integer", "boolean", "date", "duration"]),
            "misfits": st.just("null"),
        }
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.sampled_from([0, 1, 2, 7, 11]))
    return pa.table(
        {
            name: pa.array(draw(st.lists(st.none() | st.sampled_from(cells), min_size=rows, max_size=rows)), kind)
            for name, (kind, cells) in CELLS.items()
        }
    )


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.lists(STEPS, min_size=1, max_size=3))
def test_engine_preview_and_code_agree(table: pa.Table, recipe: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), table, KINDS)
        try:
            cleaned, _ = bench.clean(*recipe)
        except StepRefused:
            assume(False)
        trial = try_steps(bench.source, bench.columns, recipe_from_json(recipe), bench.workspace)
        assert trial.rows_after == cleaned.rows
        assert trial.reports == cleaned.reports
        assert_agreement(bench, recipe)
