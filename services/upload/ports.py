"""What the use cases need of the world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.upload.records import FileRecord, Part, Segment, Transfer
from shared.bus import EventBus

Clock = Callable[[], datetime]
Change = Callable[[FileRecord], FileRecord | None]


class MultipartGone(Exception):
    """The store does not know this multipart upload, or not these parts: it was completed, aborted or swept."""


@dataclass(frozen=True)
class OpenMultipart:
    """A multipart upload that was begun and not ended, as the store lists it."""

    key: str
    upload: str
    begun: datetime


@dataclass(frozen=True)
class StoredObject:
    """An object as the store lists it."""

    key: str
    modified: datetime


@dataclass(frozen=True)
class Hold:
    """The right to write to one upload. Every write proves it with `fence`, which grows with each holder."""

    session_id: str
    file_id: str
    fence: int


@dataclass(frozen=True)
class Limits:
    """What a session may have; None where a limit does not apply."""

    session_bytes: int
    open_uploads: int
    files: int


@dataclass(frozen=True)
class Page:
    """Some records and the cursor of the next page."""

    records: tuple[FileRecord, ...]
    next_cursor: str | None


class Body(Protocol):
    """A request's bytes as they come."""

    async def read(self) -> memoryview:
        """The next bytes, empty at the end; raises `ClientGone`. Cancelling it loses nothing."""
        ...


class PartStore(Protocol):
    """S3 multipart uploads. `tail` are stored objects whose bytes come before `view`."""

    async def put(self, key: str, tail: Sequence[Segment], view: memoryview) -> None: ...
    async def begin(self, key: str) -> str: ...
    async def send(self, key: str, upload: str, number: int, tail: Sequence[Segment], view: memoryview) -> Part: ...
    async def duplicate(self, source: str, key: str) -> None:
        """Let the store copy a whole object."""
        ...

    async def copy(self, key: str, upload: str, number: int, source: str, start: int, size: int) -> Part: ...
    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None: ...
    async def abort(self, key: str, upload: str) -> None: ...
    async def parts(self, key: str, upload: str) -> list[Part]: ...
    async def unfinished(self, prefix: str) -> list[OpenMultipart]: ...
    def objects(self, prefix: str) -> AsyncIterator[StoredObject]:
        """All objects below a prefix, in the order of their keys, a page at a time."""
        ...

    def part_url(self, key: str, upload: str, number: int, expires: int) -> str: ...


class FileLedger(Protocol):
    """The records of files, and the bytes that each session has reserved."""

    async def knows(self, session_id: str) -> bool:
        """False when nothing was ever kept of this session, or all of it was lost."""
        ...

    async def restore(self, session_id: str, records: Sequence[FileRecord]) -> None: ...
    async def get(self, session_id: str, file_id: str) -> FileRecord | None: ...
    async def page(self, session_id: str, cursor: str | None, limit: int) -> Page: ...
    async def change(self, session_id: str, file_id: str, change: Change) -> FileRecord | None:
        """Compare-and-set: `change` sees the current record; None from it, or no record, changes nothing."""
        ...

    async def reserve(self, session_id: str, file_id: str, size: int, limit: int, freed: Sequence[str] = ()) -> bool:
        """Make a file's reservation `size` bytes, and that of `freed` nothing; False when the session would be over `limit`."""
        ...

    async def remove(self, session_id: str, file_id: str) -> None:
        """Forget a file, its transfer and its reservation."""
        ...

    async def forget(self, session_id: str) -> None: ...
    async def twin(self, session_id: str, sha256: str) -> str | None:
        """The file that owns this content in the session."""
        ...

    async def own(self, session_id: str, sha256: str, file_id: str | None) -> None: ...
    async def alias(self, session_id: str, file_id: str, original: str) -> None:
        """Note that a file shares the content of another."""
        ...

    async def aliases(self, session_id: str, file_id: str) -> list[FileRecord]:
        """The files that say they are duplicates of this one, oldest first."""
        ...

    def alone(self, session_id: str) -> AbstractAsyncContextManager[None]:
        """One at a time per session: who decides on duplicates must not race with who deletes their original."""
        ...

    async def allow(self, session_id: str) -> float:
        """0 when the session may begin an upload now, else the seconds until it may."""
        ...


class TransferLedger(Protocol):
    """The progress of uploads, and who may write to them."""

    async def open(self, transfer: Transfer, record: FileRecord | None, reserve: int, limits: Limits) -> Hold:
        """Keep a new upload and hold it. Raises `QuotaExceeded` or `TooManyUploads`; all or nothing."""
        ...

    async def get(self, session_id: str, file_id: str) -> Transfer | None: ...
    async def acquire(self, session_id: str, file_id: str) -> tuple[Hold, Transfer]:
        """Raises `UploadUnknown` or `UploadLocked`."""
        ...

    async def commit(self, hold: Hold, transfer: Transfer) -> None:
        """Raises `Superseded` when somebody else holds the upload by now."""
        ...

    async def refresh(self, hold: Hold) -> None: ...
    async def release(self, hold: Hold) -> None: ...
    async def schedule(self, session_id: str, file_id: str, due: datetime | None) -> None:
        """When the reconciler is to look at this upload; None: never again."""
        ...

    async def due(self, now: datetime, most: int) -> list[tuple[str, str]]: ...
    async def lease(self, name: str, seconds: float) -> bool:
        """Whether this copy of the service may do a job that one copy does at a time."""
        ...


class Listening(Protocol):
    """The half of the bus that long polls need."""

    def listen(self, subject: str) -> AbstractAsyncContextManager[AsyncIterator[tuple[str, dict[str, Any]]]]: ...


class FileBus(EventBus, Listening, Protocol):
    """Publishing, progress and listening."""


class Scanner(Protocol):
    """Looks for malware."""

    async def scan(self, content: AsyncIterator[bytes]) -> str | None:
        """The name of what was found, or None. Raises `ScannerUnavailable`."""
        ...
