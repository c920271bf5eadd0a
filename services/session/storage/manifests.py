"""Sessions in the object store: `sessions/<id>/session.json`, and what other manifests there say of files and tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import obstore
from obstore.store import S3Store

from services.session.domain import Session
from services.session.entries import Change, Part
from services.session.facts import answer_details
from services.session.ports import Clock
from shared.objects import ObjectMissing, ObjectStore, keys
from shared.objects.store import translated

ROOT = "sessions/"
READERS = 8  # manifests of one session read at once


class S3Manifests:
    """A `Manifests`. `raw` lists the sessions' prefixes; everything else goes through the common adapter."""

    def __init__(self, objects: ObjectStore, raw: S3Store, clock: Clock) -> None:
        self._objects = objects
        self._raw = raw
        self._clock = clock

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
        wanted = [key for key in listed if key.endswith(("/manifest.json", "/answer.json"))]
        gate = asyncio.Semaphore(READERS)

        async def read(key: str) -> list[Change]:
            async with gate:
                try:
                    return changes_of_manifest(key, json.loads(await self._objects.get(key)), self._clock())
                except (ObjectMissing, ValueError):
                    return []

        return [change for found in await asyncio.gather(*map(read, wanted)) for change in found]


def manifest_key(session_id: str) -> str:
    return f"{keys.session(session_id)}session.json"


def changes_of_manifest(key: str, body: Any, now: float) -> list[Change]:
    """What a file's or a table's manifest or an answer says, read leniently: other services own these documents.

    What does not say its time counts as of `now`, which any event that does will precede.
    """
    kind, identifier = key.split("/")[2:4]
    if not isinstance(body, Mapping) or kind not in READERS_OF:
        return []
    return READERS_OF[kind](identifier, body, _time(body.get("created_at"), now))


def _file_changes(identifier: str, body: Mapping[str, Any], at: float) -> list[Change]:
    state, order = body.get("state"), int(body.get("attempt") or 1)
    if state == "uploading":
        return []
    told = {
        name: body[name]
        for name in ("filename", "media_type", "size", "sha256", "object_key")
        if body.get(name) is not None
    }
    reason = {"code": body.get("code"), "reason": body.get("reason")}
    parts = {"uploaded": Part(at, order, told)}
    if state == "rejected":
        parts = {"rejected": Part(at, 1, {"filename": body.get("filename"), **reason})}
    elif state == "ready":
        parts["read"] = Part(at, order)
    elif state == "failed":
        parts["unreadable"] = Part(at, order, reason)
    return [Change("file", identifier, name, part) for name, part in parts.items()]


def _table_changes(identifier: str, body: Mapping[str, Any], at: float) -> list[Change]:
    told = {name: body[name] for name in ("file_id", "name", "rows", "version", "data_key") if name in body}
    part = Part(at, int(body.get("version") or 1), told | {"columns": _count(body.get("columns"))})
    return [Change("table", identifier, "ready", part)]


def _answer_changes(identifier: str, body: Mapping[str, Any], at: float) -> list[Change]:
    asked = {name: body.get(name) for name in ("question", "table_ids", "conversation_id")}
    answered = {name: body.get(name) for name in ("intent", "engine")} | answer_details(body)
    return [
        Change("question", identifier, "asked", Part(at, 1, asked)),
        Change("question", identifier, "answered", Part(at, 1, answered)),
    ]


READERS_OF: Mapping[str, Callable[[str, Mapping[str, Any], float], list[Change]]] = {
    "files": _file_changes,
    "tables": _table_changes,
    "results": _answer_changes,
}


def _count(columns: Any) -> int:
    return len(columns) if isinstance(columns, list) else int(columns or 0)


def _time(value: Any, unknown: float) -> float:
    """Seconds since the epoch from an ISO 8601 time, which may carry a `#` and a number that orders equal times."""
    try:
        return datetime.fromisoformat(str(value).partition("#")[0]).timestamp()
    except ValueError:
        return unknown
