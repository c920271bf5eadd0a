"""Many files at once: huge ones wait for each other, on the disk too, and never keep a small one from becoming ready."""

from __future__ import annotations

import asyncio
import gzip
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.dataproc.parsing import ParserPool
from services.dataproc.parsing import pool as pool_module
from services.dataproc.parsing.turns import QUICK_SECONDS
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


WIDE = 600  # columns: some seconds each


def wide(path: Path) -> Path:
    path.write_text(
        ",".join(f"measure {number}" for number in range(WIDE))
        + "\n"
        + "".join(",".join(f"{number * row % 977}.5" for number in range(WIDE)) + "\n" for row in range(12))
    )
    return path


def expanding(path: Path) -> Path:
    path.write_bytes(gzip.compress(b"x,1.5,2024-01-31,some words\n" * 1_000_000, 1))
    return path


def small(path: Path) -> Path:
    path.write_text("city,amount\nParis,1.5\nLyon,2.5\n")
    return path


@pytest.mark.parametrize("foreseen", [True, False])
async def test_ten_small_files_are_read_at_once_beside_wide_and_expanding_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreseen: bool
) -> None:
    """Also where nothing is known of them beforehand: whatever takes long counts as heavy then."""
    monkeypatch.setattr(pool_module, "LARGE_FILE", LARGE)
    if not foreseen:
        monkeypatch.setattr(pool_module, "weight_of", lambda path: path.stat().st_size)
    pool = ParserPool(jobs=2, memory_bytes=700_000_000, seconds=120)
    pool.start()

    async def read(path: Path) -> float:
        into = tmp_path / f"{path.name}.out"
        into.mkdir()
        started = time.monotonic()
        await pool.read(path, path.name, into, lambda *_: None)
        return time.monotonic() - started

    async def read_ten(name: str) -> float:
        """How long the last of ten small ones took."""
        return max(await asyncio.gather(*(read(small(tmp_path / f"{name}-{n}.csv")) for n in range(10))))

    try:
        await read(small(tmp_path / "first.csv"))  # the parent has loaded its libraries
        alone = await read_ten("alone")
        heavy = [expanding(tmp_path / "e.csv.gz"), *(wide(tmp_path / f"{n}.csv") for n in range(3))]
        reading = [asyncio.create_task(read(path)) for path in heavy]
        await asyncio.sleep(2 * QUICK_SECONDS)
        beside = await read_ten("beside")
        still_reading = sum(not task.done() for task in reading)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    finally:
        pool.close()
    assert still_reading >= 2, "the heavy ones were too light to show anything"
    assert beside < 2 + 3 * alone, "two processors for a heavy one and them, and two seconds of waiting at most"
