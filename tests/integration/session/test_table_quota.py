"""How many tables a session may have: dataproc reserves before it stores, the session service counts, over real servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from services.dataproc.domain import table_id_of
from services.dataproc.service import Forget, ParseFile
from services.dataproc.storage.quota import SessionTableQuota
from services.dataproc.storage.registry import RedisTableRegistry
from services.session.settings import Settings
from shared.auth import BusReservations
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import FileDeleted, FileUploaded
from shared.objects import S3ObjectStore, keys
from shared.objects.store import s3_store
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import InProcessParser, LocalCancellations, NoCache
from tests.integration.session.conftest import Running, Start, until
from tests.integration.session.events import some_id

pytestmark = pytest.mark.integration
LIMIT = 5
ONE, TWO = b"a,b\n1,2\n3,4\n", b'{"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}, {"y": 2}]}'


class Worker:
    """One copy of dataproc: what it publishes is kept, and passed on when `telling`."""

    def __init__(self, bus: Bus, redis: Redis, settings: Settings, scratch: Path) -> None:
        self.told, self._real = RecordingBus(), bus
        self.objects = S3ObjectStore(s3_store(settings))
        self.registry, hints = RedisTableRegistry(redis, self.objects), LocalCancellations()
        self.quota = SessionTableQuota(BusReservations(bus), pauses=(0.2,))
        self.parse = ParseFile(objects=self.objects, registry=self.registry, cache=NoCache(), parser=InProcessParser(), bus=self, cancellations=hints,
                               quota=self.quota, scratch=scratch, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
        self.forget = Forget(self.registry, NoCache(), self, hints, self.quota)

    async def publish(self, event: Any) -> None:
        await self.told.publish(event)
        await self._real.publish(event)

    async def progress(self, *_: Any) -> None:
        return None

    async def uploaded(self, session_id: str, content: bytes = ONE, name: str = "sales.csv") -> FileUploaded:
        file_id = some_id("f")
        await self.objects.put(keys.raw_file(session_id, file_id), content)
        return FileUploaded(session_id=session_id, file_id=file_id, object_key=keys.raw_file(session_id, file_id), filename=name,
                            media_type="text/csv", size=len(content), sha256="0" * 64)  # fmt: skip

    def failures(self) -> dict[str, str]:
        return {event.file_id: event.code for event in self.told.events if event.subject == "table.parsing_failed.v1"}  # type: ignore[attr-defined]


@pytest.fixture
def copy(bus: Bus, redis: Redis, settings: Settings, tmp_path: Path) -> Callable[[], Worker]:
    return lambda: Worker(bus, redis, settings, tmp_path)


@pytest.fixture
async def small(start: Start) -> Running:
    return await start(quota_tables=LIMIT)


async def tables_used(running: Running, token: str) -> int:
    async with running.client(token) as client:
        quota = (await client.get("/v1/sessions/current")).json()["quota"]["tables"]
    assert quota["limit"] == LIMIT
    return int(quota["used"])


async def test_files_parsed_at_once_by_several_workers_never_pass_the_limit(
    small: Running, copy: Callable[[], Worker]
) -> None:
    opened = await small.opened()
    workers = [copy() for _ in range(3)]
    files = [await workers[0].uploaded(opened["session_id"]) for _ in range(9)]
    # Each file twice, as when a delivery is repeated while the first worker is still at it.
    await asyncio.gather(*(workers[number % 3].parse(file) for number, file in enumerate(files * 2)))
    stored = await workers[0].registry.of_session(opened["session_id"])
    refused = {file_id for worker in workers for file_id in worker.failures()}
    assert (
        len(stored) == LIMIT and {table.file_id for table in stored}.isdisjoint(refused) and len(refused) == 9 - LIMIT
    )
    assert await tables_used(small, opened["token"]) == LIMIT


async def test_file_with_several_tables_gets_room_for_all_or_leaves_nothing(
    small: Running, copy: Callable[[], Worker]
) -> None:
    opened, worker = await small.opened(), copy()
    files = [await worker.uploaded(opened["session_id"], TWO, "two.json") for _ in range(3)]
    await asyncio.gather(*map(worker.parse, files))
    [refused] = worker.failures()
    assert worker.failures()[refused] == "too_many_tables"
    stored = await worker.registry.of_session(opened["session_id"])
    assert len(stored) == 4 and await tables_used(small, opened["token"]) == 4
    left = [
        key
        for number in range(2)
        for key in await worker.objects.keys_under(keys.table(opened["session_id"], table_id_of(refused, number)))
    ]
    assert left == []


async def test_deleting_a_file_makes_room_however_often_it_is_told(small: Running, copy: Callable[[], Worker]) -> None:
    opened, worker = await small.opened(), copy()
    files = [await worker.uploaded(opened["session_id"]) for _ in range(LIMIT)]
    for file in files:
        await worker.parse(file)
    late = await worker.uploaded(opened["session_id"])
    await worker.parse(late)
    assert worker.failures() == {late.file_id: "too_many_tables"}
    deleted = FileDeleted(session_id=opened["session_id"], file_id=files[0].file_id)
    for _ in range(2):
        await worker.forget.file(deleted)

    async def freed() -> bool:
        return await tables_used(small, opened["token"]) == LIMIT - 1

    await until(freed)
    again = await worker.uploaded(opened["session_id"])
    await worker.parse(again)
    assert again.file_id not in worker.failures() and await tables_used(small, opened["token"]) == LIMIT


async def test_place_of_a_worker_that_died_is_the_same_when_the_file_comes_again(
    small: Running, copy: Callable[[], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, dying, next_one = await small.opened(), copy(), copy()
    file = await dying.uploaded(opened["session_id"])

    async def die(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(dying.objects, "put_file", die)
    with pytest.raises(ConnectionError):
        await dying.parse(file)
    assert await tables_used(small, opened["token"]) == 1
    await next_one.parse(file)
    assert await tables_used(small, opened["token"]) == 1


async def test_while_the_session_service_is_away_a_file_waits_and_is_not_refused(
    copy: Callable[[], Worker], start: Start
) -> None:
    worker = copy()
    worker.quota._reservations._bus = Away()  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        await worker.quota.reserve("s_1", ["t_1"])
    opened, worker = await (await start()).opened(), copy()
    file = await worker.uploaded(opened["session_id"])
    worker.quota._reservations._bus = Away(worker._real, 1)  # type: ignore[assignment]
    await worker.parse(file)
    assert worker.failures() == {} and len(await worker.registry.of_session(opened["session_id"])) == 1


async def test_file_of_a_session_that_has_ended_leaves_nothing_and_says_nothing(
    small: Running, copy: Callable[[], Worker]
) -> None:
    opened, worker = await small.opened(), copy()
    file = await worker.uploaded(opened["session_id"])
    async with small.client(opened["token"]) as client:
        await client.delete("/v1/sessions/current")
    await worker.parse(file)
    assert worker.failures() == {} and await worker.objects.keys_under(f"sessions/{opened['session_id']}/tables/") == []


async def test_places_of_tables_come_back_with_the_registry(
    small: Running, copy: Callable[[], Worker], redis: Redis
) -> None:
    opened, worker = await small.opened(), copy()
    for _ in range(LIMIT):
        await worker.parse(await worker.uploaded(opened["session_id"]))
    await redis.flushdb()

    async def back() -> bool:
        async with small.client(opened["token"]) as client:
            response = await client.get("/v1/sessions/current")
        return response.status_code == 200 and response.json()["counts"]["table"] == LIMIT

    await until(back, 30)
    late = await worker.uploaded(opened["session_id"])

    async def parsed() -> bool:
        """Places may come back a moment later than the session; a worker then tries again."""
        try:
            await worker.parse(late)
        except Unavailable:
            return False
        return True

    await until(parsed, 30)
    assert worker.failures() == {late.file_id: "too_many_tables"}


class Away:
    """A bus on which nobody answers the first `times` requests."""

    def __init__(self, real: Bus | None = None, times: int = 1000) -> None:
        self._real, self._left = real, times

    async def request(self, subject: str, payload: bytes, timeout: float = 2.0) -> bytes:
        self._left -= 1
        if self._left >= 0:
            raise Unavailable("Nobody answers.")
        assert self._real
        return await self._real.request(subject, payload)
