"""Sessions in the object store: `sessions/<id>/session.json`, and what other manifests there say of files and tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import obstore
from obstore.store import S3Store

from services.session.domain import Session
from services.session.entries import Change, Part
from shared.objects import ObjectMissing, ObjectStore, keys
from shared.objects.store import translated

ROOT = "sessions/"
READERS = 8  # manifests of one session read at once


class S3Manifests:
    """A `Manifests`. `raw` lists the sessions' prefixes; everything else goes through the common adapter."""

    def __init__(self, objects: ObjectStore, raw: S3Store) -> None:
        self._objects = objects
        self._raw = raw

    async def save(self, session: Session, digests: Iterable[str]) -> None:
        body = asdict(session) | {"token_sha256": sorted(digests)}
        await self._objects.put(manifest_key(session.session_id), json.dumps(body).encode())

    async def load(self, session_id: str) -> tuple[Session, frozenset[str]] | None:
        try:
            body = json.loads(await self._objects.get(manifest_key(session_id)))
        except ObjectMissing:
            return None
        digests = frozenset(body.pop("token_sha256"))
        return Session(**body), digests

    async def discard(self, session_id: str) -> None:
        await self._objects.delete([manifest_key(session_id)])

    async def session_ids(self) -> AsyncIterator[str]:
        with translated(ROOT):
            found = await obstore.list_with_delimiter_async(self._raw, ROOT)
        for prefix in found["common_prefixes"]:
            yield prefix.removeprefix(ROOT).strip("/")

    async def changes(self, session_id: str) -> list[Change]:
        listed = await self._objects.keys_under(keys.session(session_id))
        wanted = [key for key in listed if key.endswith("/manifest.json")]
        gate = asyncio.Semaphore(READERS)

        async def read(key: str) -> list[Change]:
            async with gate:
                try:
                    return changes_of_manifest(key, json.loads(await self._objects.get(key)))
                except (ObjectMissing, ValueError):
                    return []

        return [change for found in await asyncio.gather(*map(read, wanted)) for change in found]


def manifest_key(session_id: str) -> str:
    return f"{keys.session(session_id)}session.json"


def changes_of_manifest(key: str, body: Any) -> list[Change]:
    """What a file's or a table's manifest says, read leniently: other services own these documents."""
    kind, identifier = key.split("/")[2:4]
    if not isinstance(body, Mapping):
        return []
    at = _time(body.get("created_at") or body.get("uploaded_at"))
    if kind == "files":
        return _file_changes(identifier, body, at)
    if kind == "tables":
        wanted = ("file_id", "name", "rows", "version", "data_key")
        data = {name: body[name] for name in wanted if name in body} | {"columns": _count(body.get("columns"))}
        return [Change("table", identifier, "ready", Part(at, int(body.get("version") or 1), data))]
    return []


def _file_changes(identifier: str, body: Mapping[str, Any], at: float) -> list[Change]:
    wanted = ("filename", "media_type", "size", "sha256", "object_key")
    changes = [Change("file", identifier, "uploaded", Part(at, 1, {name: body[name] for name in wanted if name in body}))]
    if body.get("state") == "ready":
        changes.append(Change("file", identifier, "read", Part(at)))
    if body.get("state") == "failed":
        reason = {"code": body.get("code"), "reason": body.get("reason")}
        changes.append(Change("file", identifier, "unreadable", Part(at, 1, reason)))
    return changes


def _count(columns: Any) -> int:
    return len(columns) if isinstance(columns, list) else int(columns or 0)


def _time(value: Any) -> float:
    """Seconds since the epoch from what a manifest may carry; unknown times sort last."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return 0.0
