"""The routes of dataproc over HTTP, with everything behind them in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.dataproc.app import create_app
from services.dataproc.preview import Previewer
from services.dataproc.service import Tables
from services.dataproc.settings import Settings
from services.dataproc.tables.arrow_cache import ArrowTableCache
from shared.auth import Principal
from shared.errors import Unauthorized
from tests.unit.dataproc.service.conftest import SESSION, Workshop

SALES = "city,amount,sold\nParis,1.5,01/02/2024\nLyon,2.5,03/04/2024\nLyon,2.5,03/04/2024\n Nice ,9,05/06/2024\n"


class Tokens:
    """A `SessionVerifier` for which the token is the session."""

    async def verify(self, token: str, address: str | None = None) -> Principal:
        if not token.startswith("s_"):
            raise Unauthorized("Unknown.")
        return Principal(session_id=token, expires_at=datetime(2030, 1, 1, tzinfo=UTC))


class Api:
    """A client of the session that owns one table."""

    def __init__(self, client: httpx.AsyncClient, table_id: str, workshop: Workshop) -> None:
        self.client, self.table_id, self.workshop = client, table_id, workshop

    async def __call__(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        answer = await self.client.request(method, f"/v1/tables/{self.table_id}{path}", **sent)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    workshop = Workshop(tmp_path / "scratch")
    previewer = Previewer(1 << 20)
    app = create_app(Settings())
    app.state.verifier, app.state.changes, app.state.describe = Tokens(), workshop.changes, workshop.describe
    app.state.tables = Tables(
        registry=workshop.registry,
        objects=workshop.objects,
        cache=ArrowTableCache(tmp_path / "cache", workshop.objects, 1 << 30),
        parser=workshop.cleaner,
        previewer=previewer,
        scratch=tmp_path,
    )
    table = await workshop.upload(SALES)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://gateway", headers={"Authorization": f"Bearer {SESSION}"}
    ) as client:
        yield Api(client, table.table_id, workshop)
    previewer.close()
