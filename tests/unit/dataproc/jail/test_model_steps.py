"""Every model step runs inside the closed jail, with every choice of its settings, and gives there what it gives outside."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from services.dataproc.jail import TableInput
from services.dataproc.jail.results import answer_of
from services.dataproc.jail.tables import TableSource, load
from shared import analysis
from shared.analysis.samples import SAMPLE
from tests.unit.dataproc.jail.conftest import Run

CALLS = [
    (step.name, example.columns, settings)
    for step in analysis.MODEL_STEPS.values()
    for example in step.examples
    for settings in [
        dict(example.settings),
        *({setting.name: choice} for setting in step.settings for choice in setting.choices),
        *({"statistic": statistic.name} for statistic in step.statistics if statistic.name == step.headline),
    ]
]


@pytest.fixture
def shop(store: Callable[[str, pa.Table], TableInput]) -> TableInput:
    columns: dict[str, Any] = dict(SAMPLE)
    columns["day"] = pa.array(pd.to_datetime(SAMPLE["day"])).cast(pa.date32())
    return store("shop", pa.table(columns))


def loaded(table: TableInput) -> pd.DataFrame:
    with table.path.open("rb") as file:
        return load(TableSource(table.name, file.fileno(), parquet=False, columns=None))


def outside(name: str, rows: pd.DataFrame, given: dict[str, Any]) -> analysis.ModelResult | str:
    """The result, or the sentence of a refusal: not every choice fits every example."""
    try:
        found: analysis.ModelResult = getattr(analysis, name)(rows, **given)
    except analysis.AnalysisRefused as refusal:
        return str(refusal)
    return found


def close(one: Any, other: Any) -> bool:
    numbers = isinstance(one, float) and isinstance(other, (int, float))
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) if numbers else one == other


@pytest.mark.parametrize(("name", "columns", "settings"), CALLS, ids=str)
async def test_a_step_gives_in_the_jail_what_it_gives_outside(
    run: Run, shop: TableInput, name: str, columns: dict[str, Any], settings: dict[str, Any]
) -> None:
    given = ", ".join(f"{key}={value!r}" for key, value in {**columns, **settings}.items())
    outcome = await run(f"result = analysis.{name}(df, {given})", shop)
    found = outside(name, loaded(shop), {**columns, **settings})
    if isinstance(found, str):
        assert (outcome.outcome, outcome.reasons) == ("failed", (found,))
        return
    assert outcome.outcome == "ok", outcome.reasons
    assert outcome.warnings == found.warnings
    assert outcome.notes == tuple(note.sentence for note in found.notes if not note.is_warning)
    expected = answer_of(found, 100)
    if expected.frame is None:
        assert close(outcome.value, expected.value)
        return
    assert outcome.columns == tuple(expected.frame.columns)
    shown = expected.frame.to_numpy()
    assert outcome.total_rows == len(shown)
    for row, wanted in zip(outcome.preview, shown, strict=True):
        for cell, value in zip(row, wanted, strict=True):
            moment = value.isoformat() if isinstance(value, pd.Timestamp) else value
            gap = cell is None and pd.isna(value)
            assert gap or close(cell, moment) or str(moment).startswith(str(cell)), (cell, value)


async def test_a_refusal_is_told_in_its_own_sentence(run: Run, shop: TableInput) -> None:
    outcome = await run("result = analysis.correlation(df.head(3), columns=['visits', 'sales'])", shop)
    assert outcome.outcome == "failed"
    assert outcome.reasons == ("Only 3 rows have a value in visits and sales; at least 4 are needed.",)


async def test_exported_code_with_its_import_runs_as_it_is(run: Run, shop: TableInput) -> None:
    code = "from askframe import analysis\nresult = analysis.describe(df, columns=['price'], statistic='max')"
    assert (await run(code, shop)).value == 24.86


async def test_a_large_table_is_clustered_within_the_limits(run: Run, store: Callable[..., TableInput]) -> None:
    rows = 300_000
    large = store("large", pa.table({"a": [float(i % 7) for i in range(rows)], "b": [float(i % 11) for i in range(rows)]}))  # fmt: skip
    outcome = await run("result = analysis.clusters(df, columns=['a', 'b'], k=3)", large)
    assert outcome.outcome == "ok", outcome.reasons
    assert sum(row[1] for row in outcome.preview) == rows
