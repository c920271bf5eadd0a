"""`GET /tables-seen` answers with the caller's own tables, known from `table.ready.v1` alone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from nats.js.api import AckPolicy, ConsumerConfig

from shared.auth import BusVerifier, CurrentSession
from shared.bus import Bus
from shared.errors import problems
from shared.events import SessionExpired, TableReady

DURABLE = "example-count-tables"


class TablesSeen:
    """Names by session. Handling an event twice changes nothing, so at-least-once delivery is enough."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = defaultdict(dict)

    def take_in(self, event: TableReady) -> None:
        self._names[event.session_id][event.table_id] = event.name

    def forget(self, session_id: str) -> None:
        self._names.pop(session_id, None)

    def of(self, session_id: str) -> list[str]:
        return sorted(self._names[session_id].values()) if session_id in self._names else []


def create_app(nats_url: str) -> FastAPI:
    seen = TablesSeen()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        bus = await Bus.connect(nats_url, "example")
        app.state.verifier = BusVerifier(bus)  # what `CurrentSession` asks
        tasks = [asyncio.create_task(follow_tables(bus, seen)), asyncio.create_task(follow_ends(bus, seen))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=2)
        await bus.close()

    app = FastAPI(title="Tables seen", lifespan=lifespan)
    problems.install(app)  # 401 and 503 as the problem documents of every other service

    @app.get("/tables-seen")
    async def tables_seen(request: Request, session: CurrentSession) -> dict[str, list[str]]:
        return {"tables": seen.of(session.session_id)}

    return app


async def follow_tables(bus: Bus, seen: TablesSeen) -> None:
    """A durable consumer of one's own: what happened while this service was down is delivered when it is back."""
    stream = bus.client.jetstream()
    await stream.add_consumer(
        "TABLES",
        ConsumerConfig(
            durable_name=DURABLE,
            filter_subject=TableReady.subject,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=30,
            max_deliver=5,
        ),
    )
    pull = await stream.pull_subscribe_bind(DURABLE, "TABLES")
    while True:
        try:
            messages = await pull.fetch(1, timeout=30)
        except TimeoutError:
            continue
        for message in messages:
            seen.take_in(TableReady.model_validate_json(message.data))
            await message.ack()


async def follow_ends(bus: Bus, seen: TablesSeen) -> None:
    """Whoever keeps something of a session forgets it when the session ends."""
    async with bus.listen(SessionExpired.subject) as ended:
        async for _, facts in ended:
            seen.forget(str(facts["session_id"]))
