"""`GET /tables-seen` answers with the caller's own tables and their columns, known from `table.ready` and what it points to."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from nats.js.api import AckPolicy, ConsumerConfig

from shared.auth import BusVerifier, CurrentSession
from shared.bus import Bus
from shared.errors import problems
from shared.events import SessionExpired, TableDescription, TableReady
from shared.objects import ObjectMissing, ObjectStore, S3ObjectStore
from shared.objects.store import s3_store
from shared.settings import CommonSettings

DURABLE = "example-count-tables"


class TablesSeen:
    """Tables by session. Handling an event twice changes nothing, so at-least-once delivery is enough."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, TableReady]] = defaultdict(dict)

    def take_in(self, event: TableReady) -> None:
        held = self._tables[event.session_id].get(event.table_id)
        if held is None or held.version <= event.version:  # events may also come in another order
            self._tables[event.session_id][event.table_id] = event

    def forget(self, session_id: str) -> None:
        self._tables.pop(session_id, None)

    def of(self, session_id: str) -> list[TableReady]:
        return sorted(self._tables.get(session_id, {}).values(), key=lambda table: table.name)


def create_app(settings: CommonSettings) -> FastAPI:
    seen = TablesSeen()
    objects = S3ObjectStore(s3_store(settings))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        bus = await Bus.connect(settings.nats_url, "example")
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
    async def tables_seen(request: Request, session: CurrentSession) -> dict[str, Any]:
        tables = seen.of(session.session_id)
        return {
            "tables": [table.name for table in tables],
            "columns": {table.name: await column_names(objects, table) for table in tables},
        }

    return app


async def column_names(objects: ObjectStore, table: TableReady) -> list[str]:
    """Events carry keys: a table may have 16,000 columns, and the bus takes 1 MB. Nothing is there once the table is deleted."""
    try:
        body = await objects.get(table.description_key)
    except ObjectMissing:
        return []
    return [column.name for column in TableDescription.model_validate_json(body).columns]


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
