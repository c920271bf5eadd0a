"""A file's life and an upload's progress, as values. What may follow what is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.events import TableFact
from shared.objects import keys

FileState = Literal["uploading", "received", "parsing", "ready", "failed", "rejected"]
ENDED: frozenset[str] = frozenset({"ready", "failed", "rejected"})
Stage = Literal["open", "whole", "stored", "done", "used"]
Via = Literal["tus", "form", "direct"]


class FileRecord(BaseModel):
    """One file of a session, as everybody may see it. `received` counts the bytes that are safe in the store."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
    file_id: str
    filename: str
    state: FileState = "uploading"
    received: int = 0
    size: int | None = None
    sha256: str | None = None
    format: str | None = None
    media_type: str = "application/octet-stream"
    encoding: str | None = None
    object_key: str = ""
    duplicate_of: str | None = None
    tables: tuple[TableFact, ...] = ()
    warnings: tuple[str, ...] = ()
    code: str | None = None
    reason: str | None = None
    hint: str | None = None
    attempt: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def has_content(self) -> bool:
        return self.state in ("received", "parsing", "ready", "failed")


class Part(BaseModel):
    """A part of an S3 multipart upload."""

    model_config = ConfigDict(frozen=True)
    number: int
    size: int
    etag: str


class Segment(BaseModel):
    """Bytes that are too few for a part: an object of their own until more come."""

    model_config = ConfigDict(frozen=True)
    key: str
    size: int


class Transfer(BaseModel):
    """An upload's bytes so far: `parts`, then `tail`. What is in here is in the store.

    Stages: `open` (bytes are missing), `whole` (all bytes are safe), `stored` (they are one object), `done` (accepted or
    refused), `used` (a partial upload that became part of a file).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
    file_id: str
    filename: str
    via: Via = "tus"
    metadata: str = ""
    length: int | None = None
    concat: str = ""
    stage: Stage = "open"
    multipart: str | None = None
    parts: tuple[Part, ...] = ()
    tail: tuple[Segment, ...] = ()
    next_part: int = 1
    created_at: datetime
    expires_at: datetime

    @property
    def offset(self) -> int:
        return sum(part.size for part in self.parts) + self.tail_size

    @property
    def tail_size(self) -> int:
        return sum(segment.size for segment in self.tail)

    @property
    def is_partial(self) -> bool:
        return self.concat == "partial"

    @property
    def is_final(self) -> bool:
        return self.concat.startswith("final")

    @property
    def object_key(self) -> str:
        return keys.raw_file(self.session_id, self.file_id)

    def having(self, **changes: object) -> Transfer:
        return self.model_copy(update=changes)

    def with_part(self, part: Part, *, consumed_tail: bool) -> Transfer:
        tail = () if consumed_tail else self.tail
        return self.having(parts=(*self.parts, part), tail=tail, next_part=max(self.next_part, part.number + 1))


@dataclass(frozen=True)
class Content:
    """What an inspection found out about a whole content."""

    format: str
    media_type: str
    encoding: str | None
    sha256: str


def started(record: FileRecord, attempt: int, now: datetime) -> FileRecord | None:
    """The record once parsing began, or None when that is old news."""
    if record.state != "received" or attempt < record.attempt:
        return None
    return record.model_copy(update={"state": "parsing", "updated_at": now})


def finished(
    record: FileRecord, attempt: int, tables: tuple[TableFact, ...], warnings: tuple[str, ...], now: datetime
) -> FileRecord | None:
    if record.state not in ("received", "parsing") or attempt < record.attempt:
        return None
    return record.model_copy(update={"state": "ready", "tables": tables, "warnings": warnings, "updated_at": now})


def failed(record: FileRecord, attempt: int, code: str, reason: str, now: datetime) -> FileRecord | None:
    if record.state not in ("received", "parsing") or attempt < record.attempt:
        return None
    return record.model_copy(update={"state": "failed", "code": code, "reason": reason, "updated_at": now})


def rejected(record: FileRecord, code: str, reason: str, hint: str, now: datetime) -> FileRecord:
    return record.model_copy(
        update={
            "state": "rejected",
            "code": code,
            "reason": reason,
            "hint": hint,
            "received": 0,
            "object_key": "",
            "updated_at": now,
        }
    )


def accepted(
    record: FileRecord, transfer: Transfer, verdict: Content, original: FileRecord | None, now: datetime
) -> FileRecord:
    """The record of a file whose bytes are all here and fit to be read. A duplicate shares its original's bytes and tables."""
    changes: dict[str, object] = {
        "state": "received",
        "received": transfer.length,
        "size": transfer.length,
        "sha256": verdict.sha256,
        "format": verdict.format,
        "media_type": verdict.media_type,
        "encoding": verdict.encoding,
        "object_key": transfer.object_key,
        "updated_at": now,
    }
    if original:
        changes |= {
            "duplicate_of": original.file_id,
            "object_key": original.object_key,
            "state": original.state,
            "tables": original.tables,
            "warnings": original.warnings,
        }
    return record.model_copy(update=changes)


def mirrored(alias: FileRecord, original: FileRecord, now: datetime) -> FileRecord | None:
    """A duplicate as its original is now; None when there is nothing new."""
    copied = {name: getattr(original, name) for name in ("state", "tables", "warnings", "code", "reason", "hint")}
    if alias.duplicate_of != original.file_id or all(getattr(alias, name) == value for name, value in copied.items()):
        return None
    return alias.model_copy(update={**copied, "updated_at": now})


def promoted(heir: FileRecord, object_key: str, now: datetime) -> FileRecord:
    """A duplicate whose original is being deleted: it gets the bytes, and is read anew into tables of its own."""
    return heir.model_copy(
        update={
            "duplicate_of": None,
            "object_key": object_key,
            "state": "received",
            "tables": (),
            "warnings": (),
            "code": None,
            "reason": None,
            "hint": None,
            "attempt": heir.attempt + 1,
            "updated_at": now,
        }
    )
