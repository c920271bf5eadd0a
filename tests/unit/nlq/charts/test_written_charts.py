"""A model's chart over one of several results: which one is meant, and what is drawn of it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from services.nlq.answers.charts import ChartRefused, Frame, chart_written
from services.nlq.rendering.renderer import Renderer
from shared.objects import MemoryObjectStore

BY_REGION = Frame(["region", "sales", "note"], [["North", 12.5, "x"], ["South", -3.0, "y"]])
BY_MONTH = Frame(["month", "sales"], [["2024-01-01", 5], ["2024-02-01", None], ["2024-03-01", 7]])
RESULTS = {"by_region": BY_REGION, "long": None, "by_month": BY_MONTH}
BARS = {"mark": "bar", "encoding": {"x": {"field": "region"}, "y": {"field": "sales"}}}
LINE = {"mark": "line", "encoding": {"x": {"field": "month"}, "y": {"field": "sales"}}}


def written(spec: dict[str, Any], results: dict[str, Frame | None] = RESULTS) -> dict[str, Any] | ChartRefused:
    return chart_written(spec, results, is_grounded=lambda text: not re.search(r"\d", text))


def test_named_result_is_drawn_with_the_columns_that_are_shown() -> None:
    done = written({**BARS, "data": {"name": "by_region"}})
    assert not isinstance(done, ChartRefused), done.reasons
    assert done["data"] == {"values": [{"region": "North", "sales": 12.5}, {"region": "South", "sales": -3.0}]}


def test_latest_result_is_drawn_where_none_is_named() -> None:
    done = written(LINE)
    assert not isinstance(done, ChartRefused), done.reasons
    assert done["data"]["format"] == {"parse": {"month": "date:'%Y-%m-%d'"}}
    assert len(done["data"]["values"]) == 3
    assert isinstance(written(BARS), ChartRefused)  # its columns are another result's


@pytest.mark.parametrize(
    ("name", "reason"),
    [("sales", "Its results: by_region, long, by_month."), ("long", "long cannot be drawn")],
)
def test_other_names_are_refused_with_those_that_there_are(name: str, reason: str) -> None:
    done = written({**BARS, "data": {"name": name}})
    assert isinstance(done, ChartRefused)
    assert reason in done.reasons[0]


def test_nothing_is_drawn_before_anything_is_computed() -> None:
    assert isinstance(written(BARS, {}), ChartRefused)


@pytest.mark.parametrize(
    ("spec", "marks"),
    [
        ({**BARS, "data": {"name": "by_region"}}, 2),
        ({"hconcat": [BARS, BARS], "data": {"name": "by_region"}}, 4),
        ({"facet": {"field": "region"}, "spec": BARS, "data": {"name": "by_region"}}, 2),
    ],
)
async def test_written_charts_are_drawn_by_the_process_that_draws(
    spec: dict[str, Any], marks: int, tmp_path: Path
) -> None:
    done = written(spec)
    assert not isinstance(done, ChartRefused), done.reasons
    pictures = Renderer(MemoryObjectStore(), tmp_path)
    pieces = [piece async for piece in await pictures.of_chart("s_1", done, "svg", dark=True)]
    assert b"".join(pieces).decode().count('aria-roledescription="bar"') == marks
    async with asyncio.timeout(5):
        while list(tmp_path.iterdir()):
            await asyncio.sleep(0.01)
