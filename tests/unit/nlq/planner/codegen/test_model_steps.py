"""Every example of the registry as a plan: its code passes the validator, loads what it needs, and finds what the step finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from shared import analysis
from shared.analysis.model import Example
from shared.analysis.samples import SAMPLE
from shared.plan import Comparison, Field, Keep, Literal, Model, Query
from shared.plan.model import Option
from tests.unit.nlq.planner.codegen.conftest import compute

SHOP = pa.table({**SAMPLE, "day": pa.array(pd.to_datetime(SAMPLE["day"])).cast(pa.date32())})
EXAMPLES = [(name, example) for name, step in analysis.MODEL_STEPS.items() for example in step.examples]


def model(name: str, example: Example, *steps: Keep) -> Model:
    options = tuple(Option(name=key, value=value) for key, value in example.settings.items())
    return Model(
        step=name, rows=Query(table="shop", steps=steps), columns=tuple(example.columns.items()), options=options
    )


def found(name: str, example: Example, rows: pd.DataFrame) -> pd.DataFrame:
    result: Any = getattr(analysis, name)(rows, **example.columns, **example.settings)
    table: pd.DataFrame = result.table
    return table


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda part: getattr(part, "question", part))
def test_the_code_of_a_model_plan_finds_what_its_step_finds(name: str, example: Example, tmp_path: Path) -> None:
    shop = pd.DataFrame(SAMPLE).assign(day=pd.to_datetime(SAMPLE["day"]))
    result = compute(model(name, example), {"shop": SHOP}, tmp_path, analysis=analysis)
    pd.testing.assert_frame_equal(result.table, found(name, example, shop), check_dtype=False)


def test_the_rows_of_the_query_go_in_and_no_others(tmp_path: Path) -> None:
    dear = Keep(
        where=Comparison(left=Field(name="price", table="shop"), op=">", right=Literal(value=18, type="number"))
    )
    example = analysis.MODEL_STEPS["correlation"].example
    result = compute(model("correlation", example, dear), {"shop": SHOP}, tmp_path, analysis=analysis)
    shop = pd.DataFrame(SAMPLE)
    pd.testing.assert_frame_equal(result.table, found("correlation", example, shop[shop["price"] > 18]))
