"""What every service's HTTP side shares: error documents, telemetry, health. Kept here so that they cannot differ."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.bodies import GuardedBodies
from shared.errors import problems
from shared.settings import CommonSettings
from shared.telemetry import health, logs, tracing
from shared.telemetry.http import RequestTelemetry

VERSION = "0.1.0"
# Seconds after which a thread that computes lets the event loop go on: with Python's 5 ms each step of a request waits so long while another's
# question is planned or evaluated.
SWITCHING = 0.001
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build(
    service: str,
    summary: str,
    lifespan: Lifespan,
    checks: Mapping[str, health.Check],
    facts: Callable[[], Mapping[str, Any]] = dict,
    larger_bodies: Mapping[str, int] | None = None,
    bodies_of_strangers: Mapping[str, int] | None = None,
) -> FastAPI:
    """A FastAPI app without routes of its own yet. `checks` are looked at when `/readyz` is asked; `larger_bodies` are the
    limits (bytes, by route pattern) of routes that take more than a JSON document, `bodies_of_strangers` those of routes for people who have
    no session yet."""
    app = FastAPI(
        title=f"Askframe {service}",
        version=VERSION,
        summary=summary,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    problems.install(app)
    app.add_middleware(GuardedBodies, larger=larger_bodies or {}, of_strangers=bodies_of_strangers or {})
    app.add_middleware(RequestTelemetry)
    app.include_router(health.router(service, checks, facts))
    return app


def serve(service: str, settings: CommonSettings, create: Callable[[], FastAPI], http: Any = "auto") -> None:
    """Run a service until SIGTERM or SIGINT; open streams get a few seconds to end. `http` is uvicorn's protocol, or a better one."""
    logs.configure(service, settings.log_level)
    tracing.configure(service, settings.otel_endpoint)
    app = create()
    app.state.trusted_proxies = settings.trusted_proxies
    config = uvicorn.Config(
        app,
        http=http,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
        proxy_headers=False,
        server_header=False,
    )
    sys.setswitchinterval(SWITCHING)
    # Bound before anything connects: a port that is taken ends the process at once, and whoever started it can try again.
    Server(config).run(sockets=[config.bind_socket()])


class Server(uvicorn.Server):
    """What is there once a service has started stays: libraries, grammars, word lists. To search them for garbage took the planner
    300 ms, again and again in the middle of questions."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
