"""File records, reservations and digests in Redis. Keys: `upload:{<session>}:…`; nobody else reads them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis

from services.upload.ports import Change, Page
from services.upload.records import FileRecord
from services.upload.storage import scripts
from services.upload.storage.keyspace import DUE, Keyspace, available
from shared.errors import Unavailable

ALONE = 30.0  # seconds after which a holder that died no longer keeps others out
PATIENCE = 20.0
ATTEMPTS = 20


class RedisFiles:
    """The `FileLedger`."""

    def __init__(self, redis: Redis, rate: float, burst: int) -> None:
        self._redis = redis
        self._rate, self._burst = rate, burst
        self._reserve = redis.register_script(scripts.RESERVE)
        self._restore = redis.register_script(scripts.RESTORE)
        self._remove = redis.register_script(scripts.REMOVE)
        self._swap = redis.register_script(scripts.SWAP)
        self._unlock = redis.register_script(scripts.UNLOCK)
        self._take = redis.register_script(scripts.TAKE)

    async def knows(self, session_id: str) -> bool:
        with available():
            return bool(await self._redis.exists(Keyspace(session_id).quota))

    async def restore(self, session_id: str, records: Sequence[FileRecord]) -> None:
        space = Keyspace(session_id)
        with available():
            for record in records:
                await self._redis.set(space.record(record.file_id), record.model_dump_json(), nx=True)
                if record.duplicate_of:
                    await self._redis.sadd(space.aliases(record.duplicate_of), record.file_id)
                elif record.sha256 and record.has_content:
                    await self._redis.hset(space.digests, record.sha256, record.file_id)
            kept = [str(part) for r in records for part in (r.file_id, 0 if r.duplicate_of else r.received)]
            await self._restore(keys=[space.quota, space.files], args=kept)

    async def get(self, session_id: str, file_id: str) -> FileRecord | None:
        with available():
            raw = await self._redis.get(Keyspace(session_id).record(file_id))
        return None if raw is None else FileRecord.model_validate_json(raw)

    async def page(self, session_id: str, cursor: str | None, limit: int) -> Page:
        space = Keyspace(session_id)
        after = f"({cursor}" if cursor else "-inf"
        with available():
            found: Any = await self._redis.zrange(
                space.files, after, "+inf", byscore=True, offset=0, num=limit + 1, withscores=True
            )
            shown = found[:limit]
            raws = await self._redis.mget([space.record(member.decode()) for member, _ in shown]) if shown else []
        records = tuple(FileRecord.model_validate_json(raw) for raw in raws if raw is not None)
        return Page(records, str(int(shown[-1][1])) if len(found) > limit else None)

    async def change(self, session_id: str, file_id: str, change: Change) -> FileRecord | None:
        key = Keyspace(session_id).record(file_id)
        with available():
            for _ in range(ATTEMPTS):
                raw: Any = await self._redis.get(key)
                changed = change(FileRecord.model_validate_json(raw)) if raw is not None else None
                if changed is None:
                    return None
                if await self._swap(keys=[key], args=[raw, changed.model_dump_json()]):
                    return changed
        raise Unavailable("The file's record changes too fast.", hint="Try again in a moment.")

    async def reserve(self, session_id: str, file_id: str, size: int, limit: int, freed: Sequence[str] = ()) -> bool:
        with available():
            return bool(await self._reserve(keys=[Keyspace(session_id).quota], args=[file_id, size, limit, *freed]))

    async def remove(self, session_id: str, file_id: str) -> None:
        space = Keyspace(session_id)
        with available():
            await self._remove(keys=[*space.of_upload(file_id), space.aliases(file_id)], args=[file_id])

    async def forget(self, session_id: str) -> None:
        space = Keyspace(session_id)
        with available():
            for listed in (space.files, space.open):
                members: Any = await self._redis.zrange(listed, 0, -1)
                for member in members:
                    await self.remove(session_id, member.decode())
                    await self._redis.zrem(DUE, f"{session_id}/{member.decode()}")
            await self._redis.delete(space.quota, space.files, space.open, space.digests, space.rate)

    async def twin(self, session_id: str, sha256: str) -> str | None:
        with available():
            found: Any = await self._redis.hget(Keyspace(session_id).digests, sha256)
        return None if found is None else str(found.decode())

    async def own(self, session_id: str, sha256: str, file_id: str | None) -> None:
        digests = Keyspace(session_id).digests
        with available():
            if file_id is None:
                await self._redis.hdel(digests, sha256)
            else:
                await self._redis.hset(digests, sha256, file_id)

    async def alias(self, session_id: str, file_id: str, original: str) -> None:
        with available():
            await self._redis.sadd(Keyspace(session_id).aliases(original), file_id)

    async def aliases(self, session_id: str, file_id: str) -> list[FileRecord]:
        with available():
            members: Any = await self._redis.smembers(Keyspace(session_id).aliases(file_id))
        found = [await self.get(session_id, member.decode()) for member in members]
        return sorted((r for r in found if r and r.duplicate_of == file_id), key=lambda r: (r.created_at, r.file_id))

    @asynccontextmanager
    async def alone(self, session_id: str) -> AsyncIterator[None]:
        key, owner = Keyspace(session_id).alone, secrets.token_hex(8)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        with available():
            while not await self._redis.set(key, owner, nx=True, px=int(ALONE * 1000)):
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable(
                        "Another change of this session's files takes long.", hint="Try again in a moment."
                    )
                await asyncio.sleep(0.02)
        try:
            yield
        finally:
            with available():
                await self._unlock(keys=[key], args=[owner])

    async def allow(self, session_id: str) -> float:
        with available():
            wait: Any = await self._take(keys=[Keyspace(session_id).rate], args=[self._rate, self._burst])
        return int(wait) / 1000
