"""Who follows a question over HTTP hears its states, and the text while a model writes it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.nlq.api import router
from shared.auth import Principal, current_session
from shared.prose import Delta, Restart, TextNews, progress_facts
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

WRITTEN: tuple[TextNews, ...] = (Delta("Lyon."), Restart(), Delta("Paris leads."), Delta(" That is all."))


def app_of(house: House) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[current_session] = lambda: Principal(
        session_id=house.session_id, expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    app.state.read = house.read
    return app


async def test_text_is_told_between_the_states() -> None:
    house = House(engine="claude")
    rounds = await Rounds.begin(house)
    await rounds.computes("by_city")
    async with AsyncClient(transport=ASGITransport(app_of(house)), base_url="http://nlq") as client:
        following = asyncio.create_task(client.get(f"/v1/queries/{rounds.query_id}/events"))
        async with asyncio.timeout(10):
            while not house.bus.is_heard:
                await asyncio.sleep(0.001)
        for news in WRITTEN:
            await house.bus.progress(house.session_id, "query", rounds.query_id, progress_facts(news, 2))
        await rounds.writes("Paris leads. That is all.")
        told = events_in((await asyncio.wait_for(following, 10)).text)
    assert [name for name, _ in told] == ["state", "delta", "restart", "delta", "delta", "state"]
    assert [data.get("text") for name, data in told if name == "delta"] == ["Lyon.", "Paris leads.", " That is all."]
    assert told[-1][1]["answer"]["text"] == "Paris leads. That is all."


def events_in(body: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in body.strip().split("\n\n")]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]
