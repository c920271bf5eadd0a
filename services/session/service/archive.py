"""Everything of a session as one zip archive, streamed: nothing of it is ever whole in memory or on disk."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from typing import Any

from services.session.domain import Session, moment
from services.session.entries import Entry
from services.session.service.registry import Registry
from shared.errors import AppError
from shared.objects import ObjectStore, keys

UNSAFE = re.compile(r"[^\w.() -]+")
LONGEST_NAME = 120
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip entry can carry


class Archive:
    """`history.json`, `files/<id>/<name>` with the content as it was uploaded, `tables/<id>/<name>.parquet`."""

    def __init__(self, registry: Registry, objects: ObjectStore) -> None:
        self._registry = registry
        self._objects = objects

    async def stream(self, session: Session) -> AsyncIterator[bytes]:
        """Chunks of the archive. `export.json` comes last and says what could not be read."""
        entries = await self._registry.entries(session.session_id)
        sink = _Sink()
        missing: list[dict[str, str]] = []
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.writestr(_info("history.json"), _history(session, entries))
            for entry in entries:
                key = _content_key(session.session_id, entry)
                if key is None:
                    continue
                async for chunk in self._member(archive, sink, _path(entry), key, missing):
                    yield chunk
            archive.writestr(_info("export.json"), json.dumps({"missing": missing}, indent=2))
        yield sink.taken()

    async def _member(
        self, archive: zipfile.ZipFile, sink: _Sink, path: str, key: str, missing: list[dict[str, str]]
    ) -> AsyncIterator[bytes]:
        pieces = self._objects.stream(key)
        with archive.open(_info(path), "w", force_zip64=True) as member:
            try:
                async for piece in pieces:
                    member.write(piece)
                    yield sink.taken()
            except AppError as error:
                missing.append({"path": path, "code": error.code})


class _Sink(io.RawIOBase):
    """Where the archive is written to, and taken from chunk by chunk; it cannot seek, so zip writes sizes after the data."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _info(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, EPOCH)


def _path(entry: Entry) -> str:
    suffix = ".parquet" if entry.kind == "table" else ""
    return f"{entry.kind}s/{entry.id}/{safe_name(entry.title)}{suffix}"


def safe_name(name: str) -> str:
    """A person's name for a thing as the last part of a path in the archive: it can leave no folder and hide nowhere."""
    return UNSAFE.sub("_", name.strip(" ."))[:LONGEST_NAME].strip(" .") or "unnamed"


def _content_key(session_id: str, entry: Entry) -> str | None:
    if entry.kind == "file" and entry.state != "rejected":
        return str(entry.details.get("object_key") or keys.raw_file(session_id, entry.id))
    return entry.details.get("data_key") if entry.kind == "table" else None


def _history(session: Session, entries: list[Entry]) -> str:
    body = {
        "session_id": session.session_id,
        "created_at": moment(session.created_at).isoformat(),
        "entries": [_flat(entry) for entry in entries],
    }
    return json.dumps(body, indent=2, ensure_ascii=False, default=str)


def _flat(entry: Entry) -> dict[str, Any]:
    shown = entry.shown()
    details = shown.pop("details")
    return {**shown, "at": shown["at"].isoformat(), **details}
