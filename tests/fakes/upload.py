"""In-memory stand-ins for what the upload service needs of the world. They keep the contracts of its ports."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from services.upload.errors import ClientGone, QuotaExceeded, Superseded, TooManyUploads, UploadLocked, UploadUnknown
from services.upload.ports import Change, Hold, Limits, MultipartGone, OpenMultipart, Page, StoredObject
from services.upload.records import FileRecord, Part, Segment, Transfer
from shared.objects import MemoryObjectStore, ObjectMissing, StorageUnavailable

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Ledger:
    """What both ledgers share: one dictionary per kind of key."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], FileRecord] = {}
        self.order: dict[str, dict[str, int]] = {}
        self.reserved: dict[str, dict[str, int]] = {}
        self.open: dict[str, set[str]] = {}
        self.digests: dict[tuple[str, str], str] = {}
        self.alias_of: dict[tuple[str, str], set[str]] = {}
        self.transfers: dict[tuple[str, str], Transfer] = {}
        self.fences: dict[tuple[str, str], int] = {}
        self.held: dict[tuple[str, str], int] = {}
        self.locks: dict[tuple[str, str], int] = {}
        self.due: dict[tuple[str, str], datetime] = {}
        self.sequence = itertools.count(1)


class MemoryFiles:
    """A `FileLedger`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.wait = 0.0
        self._alone: dict[str, asyncio.Lock] = {}

    async def knows(self, session_id: str) -> bool:
        return session_id in self.ledger.reserved

    async def restore(self, session_id: str, records: Sequence[FileRecord]) -> None:
        held = self.ledger.reserved.setdefault(session_id, {})
        for record in records:
            if (session_id, record.file_id) in self.ledger.records:
                continue
            self.ledger.records[session_id, record.file_id] = record
            self.ledger.order.setdefault(session_id, {})[record.file_id] = next(self.ledger.sequence)
            held[record.file_id] = 0 if record.duplicate_of else record.received
            if record.duplicate_of:
                await self.alias(session_id, record.file_id, record.duplicate_of)
            elif record.sha256 and record.has_content:
                self.ledger.digests[session_id, record.sha256] = record.file_id

    async def get(self, session_id: str, file_id: str) -> FileRecord | None:
        return self.ledger.records.get((session_id, file_id))

    async def page(self, session_id: str, cursor: str | None, limit: int) -> Page:
        after = int(cursor or 0)
        listed = sorted((n, f) for f, n in self.ledger.order.get(session_id, {}).items() if n > after)
        records = tuple(self.ledger.records[session_id, f] for _, f in listed[:limit])
        return Page(records, str(listed[limit - 1][0]) if len(listed) > limit else None)

    async def change(self, session_id: str, file_id: str, change: Change) -> FileRecord | None:
        current = self.ledger.records.get((session_id, file_id))
        changed = change(current) if current else None
        if changed:
            self.ledger.records[session_id, file_id] = changed
        return changed

    async def reserve(self, session_id: str, file_id: str, size: int, limit: int, freed: Sequence[str] = ()) -> bool:
        if session_id not in self.ledger.reserved:
            return False
        held = self.ledger.reserved[session_id]
        after = {f: n for f, n in held.items() if f not in (*freed, file_id)} | ({file_id: size} if size else {})
        if sum(after.values()) > max(limit, sum(held.values())):
            return False
        self.ledger.reserved[session_id] = after
        return True

    async def remove(self, session_id: str, file_id: str) -> None:
        self.ledger.reserved.get(session_id, {}).pop(file_id, None)
        self.ledger.open.get(session_id, set()).discard(file_id)
        self.ledger.order.get(session_id, {}).pop(file_id, None)
        for kept in (
            self.ledger.records,
            self.ledger.transfers,
            self.ledger.fences,
            self.ledger.held,
            self.ledger.locks,
            self.ledger.alias_of,
        ):
            kept.pop((session_id, file_id), None)

    async def forget(self, session_id: str) -> None:
        for file_id in {*self.ledger.order.get(session_id, {}), *self.ledger.open.get(session_id, set())}:
            await self.remove(session_id, file_id)
        self.ledger.reserved.pop(session_id, None)
        self.ledger.digests = {key: f for key, f in self.ledger.digests.items() if key[0] != session_id}

    async def twin(self, session_id: str, sha256: str) -> str | None:
        return self.ledger.digests.get((session_id, sha256))

    async def own(self, session_id: str, sha256: str, file_id: str | None) -> None:
        self.ledger.digests.pop((session_id, sha256), None)
        if file_id is not None:
            self.ledger.digests[session_id, sha256] = file_id

    async def alias(self, session_id: str, file_id: str, original: str) -> None:
        self.ledger.alias_of.setdefault((session_id, original), set()).add(file_id)

    async def aliases(self, session_id: str, file_id: str) -> list[FileRecord]:
        found = (
            self.ledger.records.get((session_id, f)) for f in self.ledger.alias_of.get((session_id, file_id), set())
        )
        return sorted((r for r in found if r and r.duplicate_of == file_id), key=lambda r: (r.created_at, r.file_id))

    @asynccontextmanager
    async def alone(self, session_id: str) -> AsyncIterator[None]:
        async with self._alone.setdefault(session_id, asyncio.Lock()):
            yield

    async def allow(self, session_id: str) -> float:
        return self.wait


class MemoryTransfers:
    """A `TransferLedger`. `abandon` is what a killed process does: its lock runs out, nothing is released."""

    GAP = 128

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.leases: set[str] = set()

    async def open(self, transfer: Transfer, record: FileRecord | None, reserve: int, limits: Limits) -> Hold:
        session_id, file_id = transfer.session_id, transfer.file_id
        held, listed = self.ledger.reserved[session_id], self.ledger.order.setdefault(session_id, {})
        if len(self.ledger.open.setdefault(session_id, set())) >= limits.open_uploads or (
            record and len(listed) >= limits.files
        ):
            raise TooManyUploads("Too many.")
        if sum(held.values()) + reserve > limits.session_bytes:
            raise QuotaExceeded("No room.")
        held[file_id] = reserve
        self.ledger.open[session_id].add(file_id)
        self.ledger.transfers[session_id, file_id] = transfer
        if record:
            self.ledger.records[session_id, file_id] = record
            listed[file_id] = next(self.ledger.sequence)
        self.ledger.fences[session_id, file_id] = self.ledger.held[session_id, file_id] = self.ledger.locks[
            session_id, file_id
        ] = 1
        return Hold(session_id, file_id, 1)

    async def get(self, session_id: str, file_id: str) -> Transfer | None:
        return self.ledger.transfers.get((session_id, file_id))

    async def acquire(self, session_id: str, file_id: str) -> tuple[Hold, Transfer]:
        key = (session_id, file_id)
        if key not in self.ledger.transfers:
            raise UploadUnknown("Unknown.")
        if key in self.ledger.locks:
            raise UploadLocked("Locked.")
        unclean = bool(self.ledger.held.get(key))
        fence = self.ledger.fences[key] = self.ledger.fences[key] + 1
        self.ledger.held[key] = self.ledger.locks[key] = fence
        transfer = self.ledger.transfers[key]
        return Hold(session_id, file_id, fence), transfer.having(
            next_part=transfer.next_part + self.GAP
        ) if unclean else transfer

    async def commit(self, hold: Hold, transfer: Transfer) -> None:
        self._check(hold)
        self.ledger.transfers[hold.session_id, hold.file_id] = transfer
        if transfer.stage not in ("open", "whole") and not (transfer.is_partial and transfer.stage == "stored"):
            self.ledger.open.get(hold.session_id, set()).discard(hold.file_id)

    async def refresh(self, hold: Hold) -> None:
        self._check(hold)
        self.ledger.locks[hold.session_id, hold.file_id] = hold.fence

    async def release(self, hold: Hold) -> None:
        key = (hold.session_id, hold.file_id)
        if self.ledger.fences.get(key) == hold.fence:
            self.ledger.held[key] = 0
            self.ledger.locks.pop(key, None)

    def abandon(self, session_id: str, file_id: str) -> None:
        self.ledger.locks.pop((session_id, file_id), None)

    async def schedule(self, session_id: str, file_id: str, due: datetime | None) -> None:
        self.ledger.due.pop((session_id, file_id), None)
        if due is not None:
            self.ledger.due[session_id, file_id] = due

    async def due(self, now: datetime, most: int) -> list[tuple[str, str]]:
        return [key for key, at in sorted(self.ledger.due.items(), key=lambda item: item[1]) if at <= now][:most]

    async def lease(self, name: str, seconds: float) -> bool:
        fresh = name not in self.leases
        self.leases.add(name)
        return fresh

    def _check(self, hold: Hold) -> None:
        if self.ledger.fences.get((hold.session_id, hold.file_id)) != hold.fence:
            raise Superseded("Lost.")


class MemoryParts:
    """A `PartStore` beside a `MemoryObjectStore`. `failures` are raised by the next calls of `send` and `put`, one each."""

    LEAST = 5 << 20

    def __init__(self, objects: MemoryObjectStore, least: int = LEAST) -> None:
        self.objects_ = objects
        self.least = least
        self.open: dict[str, dict[int, bytes]] = {}
        self.keys: dict[str, str] = {}
        self.begun: dict[str, datetime] = {}
        self.modified: dict[str, datetime] = {}
        self.failures: list[Exception] = []
        self.calls: list[str] = []
        self._ids = itertools.count(1)

    async def put(self, key: str, tail: Sequence[Segment], view: memoryview) -> None:
        await self._pass("put")
        self.objects_.objects[key] = await self._joined(tail, view)

    async def begin(self, key: str) -> str:
        upload = f"upload-{next(self._ids)}"
        self.open[upload], self.keys[upload], self.begun[upload] = {}, key, BEGINNING
        return upload

    async def send(self, key: str, upload: str, number: int, tail: Sequence[Segment], view: memoryview) -> Part:
        await self._pass("send")
        return self._keep(upload, number, await self._joined(tail, view))

    async def copy(self, key: str, upload: str, number: int, source: str, start: int, size: int) -> Part:
        self.calls.append("copy")
        return self._keep(upload, number, (await self.objects_.get(source))[start : start + size])

    async def duplicate(self, source: str, key: str) -> None:
        self.objects_.objects[key] = await self.objects_.get(source)

    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        stored = self.open.get(upload)
        if stored is None or any(hashlib.md5(stored.get(p.number, b"")).hexdigest() != p.etag for p in parts):
            raise MultipartGone(upload)
        assert [p.number for p in parts] == sorted({p.number for p in parts})
        assert all(p.size >= self.least for p in parts[:-1]), "a part before the last is too small for S3"
        self.objects_.objects[key] = b"".join(stored[p.number] for p in parts)
        del self.open[upload]

    async def abort(self, key: str, upload: str) -> None:
        self.open.pop(upload, None)

    async def parts(self, key: str, upload: str) -> list[Part]:
        return [self._part(n, data) for n, data in sorted(self.open[upload].items())]

    async def unfinished(self, prefix: str) -> list[OpenMultipart]:
        return [OpenMultipart(self.keys[u], u, self.begun[u]) for u in self.open if self.keys[u].startswith(prefix)]

    async def objects(self, prefix: str) -> AsyncIterator[StoredObject]:
        for key in await self.objects_.keys_under(prefix):
            yield StoredObject(key, self.modified.get(key, BEGINNING))

    def part_url(self, key: str, upload: str, number: int, expires: int) -> str:
        return f"memory:{key}?upload={upload}&part={number}"

    async def _pass(self, call: str) -> None:
        self.calls.append(call)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)

    async def _joined(self, tail: Sequence[Segment], view: memoryview) -> bytes:
        data = b"".join([await self.objects_.get(segment.key) for segment in tail])
        assert len(data) == sum(segment.size for segment in tail)
        return data + bytes(view)

    def _keep(self, upload: str, number: int, data: bytes) -> Part:
        if upload not in self.open:
            raise MultipartGone(upload)
        self.open[upload][number] = data
        return self._part(number, data)

    def _part(self, number: int, data: bytes) -> Part:
        return Part(number=number, size=len(data), etag=hashlib.md5(data).hexdigest())


class Pieces:
    """A `Body` made of pieces; an exception among them is raised in its turn. `slow` waits for a signal before each piece."""

    def __init__(self, pieces: Iterable[bytes | Exception], gate: asyncio.Event | None = None) -> None:
        self._pieces = iter(pieces)
        self._gate = gate

    async def read(self) -> memoryview:
        if self._gate:
            await self._gate.wait()
        piece = next(self._pieces, b"")
        if isinstance(piece, Exception):
            raise piece
        return memoryview(piece)


def body(content: bytes, step: int = 1 << 16) -> Pieces:
    return Pieces(content[start : start + step] for start in range(0, len(content), step))


def broken_body(content: bytes, step: int = 1 << 16) -> Pieces:
    """All of `content` arrives, then the connection breaks."""
    return Pieces([*(content[start : start + step] for start in range(0, len(content), step)), ClientGone()])


class FindingScanner:
    """A `Scanner` that finds a word. `away` makes it not answer."""

    def __init__(self, word: bytes) -> None:
        self.word = word
        self.away: Exception | None = None

    async def scan(self, content: AsyncIterator[bytes]) -> str | None:
        if self.away:
            raise self.away
        seen = b"".join([piece async for piece in content])
        return "Test.Signature" if self.word in seen else None


class FlakyObjects(MemoryObjectStore):
    """An object store of which the next `fail` reads or writes do not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.fail = 0

    async def put(self, key: str, content: bytes) -> None:
        self._answer()
        await super().put(key, content)

    async def size(self, key: str) -> int:
        self._answer()
        return await super().size(key)

    def _answer(self) -> None:
        if self.fail:
            self.fail -= 1
            raise StorageUnavailable("Away.")


def facts_of(bus: Any, file_id: str) -> list[dict[str, Any]]:
    """The progress that was told of a file."""
    return [facts for subject, facts in bus.hints if subject.endswith(f".{file_id}")]


__all__ = [
    "BEGINNING",
    "Clock",
    "FindingScanner",
    "FlakyObjects",
    "Ledger",
    "MemoryFiles",
    "MemoryParts",
    "MemoryTransfers",
    "ObjectMissing",
    "Pieces",
    "body",
    "broken_body",
    "facts_of",
]
