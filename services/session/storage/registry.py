"""Sessions' entries and usage in Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from services.session.entries import Change, Entry, merge
from services.session.errors import SessionsRecovering
from services.session.storage import scripts
from services.session.storage.redis import Client, milliseconds, translated


class RedisRegistryStore:
    """A `RegistryStore`: an entry is one hash field, changed by compare-and-set; a sorted set keeps the order."""

    def __init__(self, client: Client) -> None:
        self._redis = client
        self._apply = client.register_script(scripts.APPLY)
        self._add_usage = client.register_script(scripts.ADD_USAGE)
        self._page = client.register_script(scripts.PAGE)
        self._all = client.register_script(scripts.ALL)

    async def apply(self, session_id: str, changes: Sequence[Change]) -> None:
        for change in changes:
            await self._apply_one(session_id, change)

    async def _apply_one(self, session_id: str, change: Change) -> None:
        with translated():
            held: Any = await self._redis.hget(f"session:entries:{session_id}", change.field) or ""
        while True:
            entry = merge(Entry.from_json(held) if held else None, change)
            score = "" if entry.is_deleted else milliseconds(entry.at)
            with translated():
                answer = await self._apply(args=[session_id, change.field, held, entry.to_json(), score])
            if answer[0] == "lost":
                raise SessionsRecovering("Sessions are being restored.", retry_after=3)
            if answer[0] != "stale":
                return
            held = answer[1]

    async def add_usage(self, session_id: str, usage_id: str, amounts: Mapping[str, float]) -> None:
        flat = [piece for name, amount in amounts.items() for piece in (name, amount)]
        with translated():
            await self._add_usage(args=[session_id, usage_id, *flat])

    async def usage(self, session_id: str) -> dict[str, float]:
        with translated():
            totals: dict[Any, Any] = await self._redis.hgetall(f"session:usage:{session_id}")
        return {name: float(amount) for name, amount in totals.items()}

    async def page(self, session_id: str, before: str | None, limit: int) -> list[tuple[str, Entry]]:
        score, _, field = (before or "").partition(" ")
        with translated():
            rows = orjson.loads(await self._page(args=[session_id, field, score, limit]))
        return [(f"{score} {field}", Entry.from_body(body)) for field, score, body in rows]

    async def all(self, session_id: str) -> list[Entry]:
        with translated():
            held = orjson.loads(await self._all(args=[session_id]))
        return [entry for entry in map(Entry.from_body, held) if not entry.is_deleted]
