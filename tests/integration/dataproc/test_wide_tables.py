"""A table as wide as tables may be, with long names: read once, told on a real bus, and found by its columns."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.dataproc.ports import Progress
from services.dataproc.reading import ReadResult, TableDraft
from services.dataproc.reading.model import Column
from services.dataproc.reading.totals.model import Totals
from services.dataproc.service import ParseFile
from services.dataproc.storage.registry import RedisTableRegistry
from services.nlq.storage import RedisCatalog
from shared.bus import Bus, Consumers, topology
from shared.bus.provision import consumer_config
from shared.columns import ColumnType
from shared.events import FileUploaded, TableParsingFailed, TableParsingFinished, TableReady
from shared.objects import MemoryObjectStore, keys
from tests.fakes.dataproc import CountingQuota, InProcessParser, LocalCancellations, NoCache

pytestmark = pytest.mark.integration
WIDTH = 16_000
NAMES = [f"{'measurement of the temperature in room':90} number {index}" for index in range(WIDTH)]


class WideParser(InProcessParser):
    """Gives what the reading engine makes of so wide a file, which takes that a minute, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.readings = 0

    async def read(
        self, path: Path, filename: str, into: Path, progress: Progress, overrides: Mapping[str, Any] | None = None
    ) -> ReadResult:
        self.readings += 1
        pq.write_table(pa.table({name: [1, 2, 3] for name in NAMES}), into / "0.parquet")
        columns = tuple(
            Column(name, name, ColumnType.INTEGER, False, None, "all 3 are whole numbers") for name in NAMES
        )
        profile = {"rows": 3, "totals": Totals().to_json()}
        draft = TableDraft("wide", 3, columns, into / "0.parquet", profile, {}, {"header_row": 1}, ())
        return ReadResult("csv", (draft,), ())


async def test_a_table_of_16_000_long_column_names_is_read_once_and_becomes_ready(
    provisioned: Endpoints, bus: Bus, tmp_path: Path, some_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, file_id = f"s_{some_id}", f"f_{secrets.token_hex(6)}"
    objects, parser = MemoryObjectStore(), WideParser()
    redis = Redis.from_url(provisioned.redis_url, decode_responses=True)
    parse = ParseFile(
        objects=objects,
        registry=RedisTableRegistry(redis, objects),
        cache=NoCache(),
        parser=parser,
        bus=bus,
        cancellations=LocalCancellations(),
        quota=CountingQuota(),
        scratch=tmp_path,
        clock=lambda: datetime.now(UTC),
    )
    content = b"the parser knows it"
    await objects.put(keys.raw_file(session_id, file_id), content)
    told = await bus.client.jetstream().pull_subscribe(
        "table.>", stream="TABLES", config=ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.NEW)
    )
    durable = topology.Durable(f"dataproc-probe-{some_id}", FileUploaded.subject, retry_delays=(0.1, 0.1))
    monkeypatch.setitem(topology.DURABLES, durable.name, durable)
    config = consumer_config(durable)
    config.deliver_policy = DeliverPolicy.NEW
    await bus.client.jetstream().add_consumer(durable.stream, config)
    consumers = Consumers("dataproc", provisioned.nats_url)

    @consumers.on(durable.name)
    async def on_file_uploaded(event: FileUploaded) -> None:
        if event.file_id == file_id:
            await parse(event)

    await consumers.start(bus)
    await bus.publish(
        FileUploaded(
            session_id=session_id,
            file_id=file_id,
            object_key=keys.raw_file(session_id, file_id),
            filename="wide.csv",
            media_type="text/csv",
            size=len(content),
            sha256="0" * 64,
        )
    )
    ready: TableReady | None = None
    async with asyncio.timeout(120):
        while True:
            message = (await told.fetch(1, timeout=60))[0]
            if file_id.encode() not in message.data:
                continue
            assert message.subject != TableParsingFailed.subject, message.data
            if message.subject == TableReady.subject:
                ready = TableReady.model_validate_json(message.data)
                assert len(message.data) < 2_000
            if message.subject == TableParsingFinished.subject:
                break
    await consumers.stop()
    await bus.client.jsm().delete_consumer(durable.stream, durable.name)
    assert parser.readings == 1
    assert ready is not None and ready.columns == WIDTH
    catalog = RedisCatalog(redis, objects)
    await catalog.add(ready)
    known = await catalog.get(session_id, ready.table_id)
    assert known == ready
    columns = await catalog.columns(ready)
    assert [column.source_name for column in columns] == NAMES
    assert len((await catalog.facts(ready)).columns) == WIDTH
    await redis.aclose()
