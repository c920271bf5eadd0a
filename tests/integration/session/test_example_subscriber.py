"""The documented example service: events in, verified sessions only, each its own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from examples.subscriber.app import create_app
from services.session.settings import Settings
from shared.bus import Bus
from shared.columns import ColumnType
from shared.events import ColumnFact, TableDescription
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from tests.integration.session.conftest import Running, serving, until
from tests.integration.session.events import some_id, table_ready

pytestmark = pytest.mark.integration


async def test_each_session_sees_the_tables_that_became_ready_for_it(
    running: Running, settings: Settings, bus: Bus
) -> None:
    mine, other = await running.opened(), await running.opened()
    ready = table_ready(mine["session_id"], some_id("f"), some_id("t"), "sales")
    column = ColumnFact(name="amount", source_name="Amount", type=ColumnType.INTEGER)
    await S3ObjectStore(s3_store(settings)).put(
        ready.description_key, TableDescription(columns=(column,)).model_dump_json().encode()
    )
    async with serving(create_app(settings)) as url:
        await bus.publish(ready)
        assert await until(lambda: tables(url, mine["token"])) == ["sales"]
        assert await tables(url, mine["token"], "columns") == {"sales": ["amount"]}
        assert await tables(url, other["token"]) == []
        async with httpx.AsyncClient() as client:
            refused = await client.get(f"{url}/tables-seen", headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401 and refused.json()["code"] == "unauthorized"
        async with running.client(mine["token"]) as client:
            await client.delete("/v1/sessions/current")
        assert await until(lambda: unauthorized(url, mine["token"]))


async def tables(url: str, token: str, part: str = "tables") -> Any:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{url}/tables-seen", headers={"Authorization": f"Bearer {token}"})
    return response.json()[part]


async def unauthorized(url: str, token: str) -> bool:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{url}/tables-seen", headers={"Authorization": f"Bearer {token}"})).status_code == 401
