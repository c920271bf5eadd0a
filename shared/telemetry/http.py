"""ASGI middleware: one metric, one span and one log line per request. It never touches the body, so streams stay streams."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from opentelemetry import propagate, trace

from shared.telemetry import metrics

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
log = structlog.get_logger(__name__)
tracer = trace.get_tracer("askframe.http")


class RequestTelemetry:
    """Outermost middleware of every service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        carrier = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"] if key == b"traceparent"
        }
        try:
            with tracer.start_as_current_span(f"{scope['method']} {scope['path']}", context=propagate.extract(carrier)):
                await self._app(scope, receive, watch)
        finally:
            _record(scope, status, time.perf_counter() - started)


def _record(scope: Scope, status: int, seconds: float) -> None:
    """Metrics carry the route's pattern, never a path with ids in it."""
    route = getattr(scope.get("route"), "path", "unmatched")
    metrics.HTTP_REQUESTS.labels(method=scope["method"], route=route, status=status).inc()
    metrics.HTTP_SECONDS.labels(method=scope["method"], route=route).observe(seconds)
    log.info(
        "request",
        method=scope["method"],
        route=route,
        path=scope["path"],
        status=status,
        seconds=round(seconds, 4),
        session_id=scope.get("state", {}).get("session_id"),
    )
