"""The whole upload service over adapters in memory."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass

import pytest

from services.upload.app import Adapters, UploadService, compose
from services.upload.records import FileRecord, Transfer
from services.upload.service.transfers import Beginning
from services.upload.settings import Settings
from shared.events import FileUploaded
from tests.fakes.bus import RecordingBus
from tests.fakes.upload import (
    Clock,
    FindingScanner,
    FlakyObjects,
    Ledger,
    MemoryFiles,
    MemoryParts,
    MemoryTransfers,
    body,
)

MIB = 1 << 20
LINE = b"4711,Lyon,12.50,2026-01-31\n"
TABLE = b"id,city,amount,day\n" + LINE * 3


def table_of(size: int) -> bytes:
    """A CSV of exactly `size` bytes."""
    head = b"id,city,amount,day\n"
    return (head + LINE * (size // len(LINE) + 1))[: size - 1] + b"\n"


@dataclass
class World:
    """The service and everything it touches."""

    service: UploadService
    ledger: Ledger
    files: MemoryFiles
    transfers: MemoryTransfers
    parts: MemoryParts
    objects: FlakyObjects
    bus: RecordingBus
    clock: Clock
    sid: str

    async def send(self, content: bytes, name: str = "table.csv") -> FileRecord:
        """As a form does."""
        return await self.service.uploads.receive_file(self.sid, name, body(content), None)

    async def begin(self, length: int | None, name: str = "table.csv", concat: str = "") -> Transfer:
        return await self.service.uploads.create(self.sid, Beginning(name, length, concat=concat), None, None)

    async def append(self, transfer: Transfer, content: bytes, offset: int | None = None) -> Transfer:
        at = transfer.offset if offset is None else offset
        return await self.service.uploads.append(self.sid, transfer.file_id, at, body(content), announced=len(content))

    async def record(self, file_id: str) -> FileRecord:
        return await self.service.files.get(self.sid, file_id)

    def content(self, record: FileRecord) -> bytes:
        return self.objects.objects[record.object_key]

    def stored(self, file_id: str) -> list[str]:
        return [key for key in self.objects.objects if f"/files/{file_id}/" in key]

    def reserved(self) -> int:
        return sum(self.ledger.reserved.get(self.sid, {}).values())

    def uploaded(self) -> list[str]:
        return [event.file_id for event in self.bus.of(FileUploaded)]


def build(scanner: FindingScanner | None = None, **changes: object) -> World:
    settings = Settings().model_copy(update={"upload_part_bytes": 5 * MIB, **changes})
    ledger, objects, bus, clock = Ledger(), FlakyObjects(), RecordingBus(), Clock()
    files, transfers, parts = MemoryFiles(ledger), MemoryTransfers(ledger), MemoryParts(objects)
    numbers = itertools.count(1)
    service = compose(
        settings, Adapters(files, transfers, parts, objects, bus, scanner), clock, lambda: f"{next(numbers):020x}"
    )
    return World(service, ledger, files, transfers, parts, objects, bus, clock, f"s_{secrets.token_hex(8)}")


@pytest.fixture
def world() -> World:
    return build()
