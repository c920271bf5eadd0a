"""Many files at once: huge ones wait for each other, on the disk too, and never keep a small one from becoming ready."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.dataproc.parsing import ParserPool
from services.dataproc.parsing import pool as pool_module
from services.dataproc.service import ParseFile
from services.dataproc.settings import Settings
from shared.bus.topology import DURABLES
from shared.events import FileUploaded, TableParsingFinished
from shared.objects import MemoryObjectStore, keys
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import CountingQuota, LocalCancellations, MemoryTableRegistry, NoCache

pytestmark = pytest.mark.integration
LARGE = 1 << 20
WORKERS = DURABLES["dataproc-parse-file"].workers


class Works:
    """ParseFile with real parsing processes and as many handlers as one copy of the service has."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.objects, self.bus = MemoryObjectStore(), RecordingBus()
        self.pool = ParserPool(jobs=Settings.model_fields["parse_jobs"].default, memory_bytes=700_000_000, seconds=120)
        self.parse = ParseFile(objects=self.objects, registry=MemoryTableRegistry(self.objects), cache=NoCache(), parser=self.pool, bus=self.bus,
                               cancellations=LocalCancellations(), quota=CountingQuota(limit=100), scratch=scratch, clock=lambda: datetime.now(UTC))  # fmt: skip
        self.most_huge_on_disk = 0

    async def upload(self, content: bytes) -> FileUploaded:
        session, file = f"s_{secrets.token_hex(6)}", f"f_{secrets.token_hex(6)}"
        await self.objects.put(keys.raw_file(session, file), content)
        return FileUploaded(session_id=session, file_id=file, object_key=keys.raw_file(session, file), filename="t.csv", media_type="text/csv",
                            size=len(content), sha256="0" * 64)  # fmt: skip

    async def handle(self, events: list[FileUploaded]) -> None:
        waiting = asyncio.Queue[FileUploaded]()
        for event in events:
            waiting.put_nowait(event)

        async def worker() -> None:
            while not waiting.empty():
                await self.parse(waiting.get_nowait())

        looking = asyncio.create_task(self.look())
        await asyncio.gather(*(worker() for _ in range(WORKERS)))
        looking.cancel()

    async def look(self) -> None:
        while True:
            sizes = []
            for raw in self.scratch.glob("parse-*/raw"):
                with suppress(FileNotFoundError):
                    sizes.append(raw.stat().st_size)
            self.most_huge_on_disk = max(self.most_huge_on_disk, sum(size > LARGE for size in sizes))
            await asyncio.sleep(0.005)

    def finished(self) -> list[str]:
        return [event.file_id for event in self.bus.of(TableParsingFinished)]


@pytest.fixture
async def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Works]:
    monkeypatch.setattr(pool_module, "LARGE_FILE", LARGE)
    found = Works(tmp_path / "scratch")
    found.pool.start()
    yield found
    found.pool.close()


async def test_small_file_is_ready_while_huge_ones_are_read(works: Works) -> None:
    row = "x,1.5,2024-01-31,some words\n"
    huge = [await works.upload(b"name,amount,day,note\n" + row.encode() * 70_000) for _ in range(4)]
    small = await works.upload(b"city,amount\nParis,1.5\nLyon,2.5\n")
    await works.handle([*huge, small])
    assert small.file_id in works.finished()[:2]
    assert sorted(works.finished()) == sorted(event.file_id for event in [*huge, small])
    assert works.most_huge_on_disk == 1
    assert list(works.scratch.iterdir()) == []


async def test_small_archive_that_unpacks_to_much_counts_as_huge(works: Works, tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b" + b"\0" * (LARGE // 2))
    (tmp_path / "a.csv").write_bytes(b"a,b\n" * (LARGE // 8))
    assert pool_module.weight_of(tmp_path / "a.csv.gz") > LARGE > pool_module.weight_of(tmp_path / "a.csv")
