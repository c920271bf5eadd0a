"""The numbers that a second computation must find come out of the jail beside a model's answer."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from services.dataproc.jail import TableInput
from shared.analysis.samples import SAMPLE
from tests.unit.dataproc.jail.conftest import Run


async def test_checks_of_a_model_come_with_its_answer(run: Run, store: Callable[[str, pa.Table], TableInput]) -> None:
    shop = store("shop", pa.table({name: SAMPLE[name] for name in ("visits", "sales")}))
    outcome = await run("result = analysis.correlation(df, columns=['visits', 'sales'], statistic='p_value')", shop)
    checks = {(name, of): value for name, of, value in outcome.checks}
    assert checks["given rows", ""] == len(SAMPLE["visits"])
    assert checks["size", "visits"] == pytest.approx(sum(SAMPLE["visits"]))  # type: ignore[arg-type]
    assert ("correlation", "") in checks and ("p_value", "") not in checks


async def test_code_without_a_model_has_nothing_to_check(run: Run) -> None:
    assert (await run("result = 1")).checks == ()
