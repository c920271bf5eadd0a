"""`/healthz` (alive), `/readyz` (its dependencies answer) and `/metrics` of a service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[Any]]
TIMEOUT = 3.0  # seconds for one dependency to answer


def router(service: str, checks: Mapping[str, Check], facts: Callable[[], Mapping[str, Any]] = dict) -> APIRouter:
    """`checks` raise when their dependency does not answer; `facts` are shown on `/readyz` as they are."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz", summary="The process is alive")
    async def healthz() -> dict[str, str]:
        return {"status": "alive", "service": service}

    @routes.get("/readyz", summary="Every dependency answers")
    async def readyz() -> JSONResponse:
        names = list(checks)
        found = dict(zip(names, await asyncio.gather(*(_answer(checks[name]) for name in names)), strict=True))
        ready = all(answer == "ok" for answer in found.values())
        body = {"status": "ready" if ready else "not_ready", "service": service, "checks": found, **facts()}
        return JSONResponse(body, status_code=200 if ready else 503)

    @routes.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def read_metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _answer(check: Check) -> str:
    try:
        async with asyncio.timeout(TIMEOUT):
            await check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency does not answer
        return f"{type(error).__name__}: {error}"[:200]
    return "ok"
