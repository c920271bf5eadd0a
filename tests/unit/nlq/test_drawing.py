"""Charts as pictures: how a specification is completed, and what the process that draws gives."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from services.nlq.answers.charts import chart_of
from services.nlq.api import router
from services.nlq.domain import Question
from services.nlq.errors import ChartNotDrawn
from services.nlq.rendering.drawing import complete
from services.nlq.rendering.model import Picture
from services.nlq.rendering.renderer import Renderer
from services.nlq.service import Download
from shared.auth import Principal
from shared.auth.dependency import current_session
from shared.errors.problems import install
from shared.events import QueryAsked, QueryExecuted
from shared.objects import MemoryObjectStore
from tests.fakes.nlq import House

PNG = b"\x89PNG\r\n\x1a\n"


def spec_of(columns: list[str], rows: list[list[Any]]) -> Mapping[str, Any]:
    found = chart_of(None, columns, rows)
    assert found is not None
    return found


SHORT = spec_of(["city", "sales"], [["Paris", 3], ["Lyon", -4]])
LONG = spec_of(["city", "sales"], [["Saint-Pierre-et-Miquelon", 3], ["Lyon", 12_000]])
PANELS = {**SHORT, "encoding": {**SHORT["encoding"], "column": {"field": "city", "type": "nominal"}}}


async def drawn(spec: Mapping[str, Any], form: Picture, scratch: Path, *, dark: bool = False) -> bytes:
    subject = Renderer(MemoryObjectStore(), scratch)
    return b"".join([piece async for piece in await subject.of_chart("s_1", spec, form, dark=dark)])


def test_views_beside_one_another_are_smaller_than_one_alone() -> None:
    width = [
        complete(spec)["config"]["view"]["continuousWidth"] for spec in (SHORT, {"hconcat": [SHORT, LONG]}, PANELS)
    ]
    assert width[1] == width[2] < width[0]


def test_specifications_of_the_past_are_drawn_in_the_houses_looks() -> None:
    """Answers are kept as they were written: with a mark and an encoding, and nothing else."""
    told = {"mark": "bar", "encoding": SHORT["encoding"], "data": SHORT["data"], "config": {"font": "Comic Sans"}}
    done = complete(told, dark=True)
    assert done["config"]["font"] == "sans-serif"
    assert done["config"]["background"] != complete(told)["config"]["background"]
    assert told["config"] == {"font": "Comic Sans"}


async def test_svg_holds_every_name_and_every_bar(tmp_path: Path) -> None:
    picture = (await drawn(LONG, "svg", tmp_path)).decode()
    assert {"Saint-Pierre-et-Miquelon", "Lyon", "sales", "12,000"} <= set(re.findall(r">([^<>]+)</text>", picture))
    assert picture.count('aria-roledescription="bar"') == 2


async def test_png_is_one_and_nothing_is_left_behind(tmp_path: Path) -> None:
    light, dark = [await drawn(SHORT, "png", tmp_path, dark=dark) for dark in (False, True)]
    assert light.startswith(PNG)
    assert dark.startswith(PNG)
    assert light != dark
    async with asyncio.timeout(5):
        while list(tmp_path.iterdir()):
            await asyncio.sleep(0.01)


async def test_drawing_reaches_no_other_place(tmp_path: Path) -> None:
    """Specifications of ours hold their data; one that names a place would be an error, and no request."""
    elsewhere = {**SHORT, "data": {"url": "http://127.0.0.1:9/rows.json", "values": []}}
    picture = (await drawn(elsewhere, "svg", tmp_path)).decode()
    assert 'aria-roledescription="bar"' not in picture


@pytest.mark.parametrize("form", ["svg", "png"])
async def test_chart_that_cannot_be_drawn_is_said_to_be_one(tmp_path: Path, form: Picture) -> None:
    """Asking again would fail again: no 503, and nothing of JavaScript's trace."""
    channels = {"x": {"field": "city", "type": "nominal", "scale": {"range": [0, 0]}}, "y": SHORT["encoding"]["y"]}
    with capture_logs() as logs, pytest.raises(ChartNotDrawn) as raised:
        await drawn({**SHORT, "mark": "bar", "encoding": channels}, form, tmp_path)
    assert (raised.value.http_status, raised.value.code) == (422, "chart_not_drawn")
    assert raised.value.detail == "This chart cannot be drawn."
    assert [log["log_level"] for log in logs if log["event"] == "chart_not_drawn"] == ["warning"]


@pytest.mark.parametrize("form", ["svg", "png"])
async def test_whole_numbers_of_any_length_are_drawn(tmp_path: Path, form: Picture) -> None:
    assert await drawn(spec_of(["city", "sales"], [["Paris", 10**30], ["Lyon", 1]]), form, tmp_path)


def test_numbers_beyond_any_scale_have_no_chart() -> None:
    assert chart_of(None, ["city", "sales"], [["Paris", 1e308], ["Lyon", -1e308]]) is None


async def answered(house: House, text: str, **result: Any) -> Question:
    question = await house.ask(text)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    key = await house.keep_result(f"sessions/{house.session_id}/results/{question.query_id}/a1.json", **result)
    await house.use.answer.executed(
        QueryExecuted(session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01)
    )
    return house.question(question.query_id)


async def test_route_gives_the_picture_or_says_that_there_is_none(tmp_path: Path) -> None:
    house = House()
    rows = [["Lyon", 250.0], ["Paris", 1100.0]]
    groups = await answered(
        house,
        "What is the total amount per city?",
        kind="table",
        columns=["city", "total amount"],
        rows=rows,
        total_rows=2,
    )
    assert groups.answer is not None, groups.error
    single = await answered(house, "What is the total amount?", value=1350.0)
    app = FastAPI()
    app.include_router(router)
    install(app)
    app.dependency_overrides[current_session] = lambda: Principal(
        session_id=house.session_id, expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    app.state.download = Download(house.read, Renderer(house.objects, tmp_path))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://nlq") as client:
        there = await client.get(f"/v1/queries/{groups.query_id}/chart.svg?theme=dark")
        none = await client.get(f"/v1/queries/{single.query_id}/chart.png")
        other = await client.get(f"/v1/queries/{groups.query_id}/chart.pdf")
    assert (there.status_code, there.headers["content-type"]) == (200, "image/svg+xml")
    assert "Paris" in there.text
    assert (none.status_code, none.json()["code"]) == (409, "no_chart")
    assert other.status_code == 422
