"""A service that has started is spared the search for garbage among what it keeps for good."""

from __future__ import annotations

import gc

import uvicorn
from fastapi import FastAPI

from shared.web import Server


async def test_what_is_there_after_the_start_is_never_searched_again() -> None:
    app = FastAPI()
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    before = gc.get_freeze_count()
    try:
        await server.startup()
        assert gc.get_freeze_count() > before + 10_000
        await server.shutdown()
    finally:
        gc.unfreeze()
