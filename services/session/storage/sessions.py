"""Sessions, tokens and leases in Redis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from services.session.domain import Ended, EndReason, Lifetimes, Removed, Session
from services.session.errors import SessionsRecovering
from services.session.storage import scripts
from services.session.storage.redis import Client, milliseconds, seconds, texts, translated
from shared.privacy import Privacy

PER_SESSION = ("of", "tokens", "entries", "order", "usage", "usage-ids", "held", "tables", "asked", "running")
FIELDS = ["created", "idle_until", "until", "user", "privacy"]


class RedisSessionStore:
    """A `SessionStore`. One round trip per call."""

    def __init__(self, client: Client, lifetimes: Lifetimes) -> None:
        self._redis = client
        self._lifetimes = lifetimes
        self._find = client.register_script(scripts.FIND)
        self._insert = client.register_script(scripts.INSERT)
        self._replace = client.register_script(scripts.ROTATE)
        self._prolong = client.register_script(scripts.PROLONG)
        self._choose_privacy = client.register_script(scripts.CHOOSE_PRIVACY)
        self._end = client.register_script(scripts.END)
        self._clear = client.register_script(scripts.CLEAR)
        self._lease = client.register_script(scripts.LEASE)
        self._keep = client.register_script(scripts.KEEP)
        self._mark_whole = client.register_script(scripts.MARK_WHOLE)
        self._release = client.register_script(scripts.RELEASE)

    async def find(self, digest: str, now: float) -> Session | None:
        arguments = [milliseconds(now), milliseconds(self._lifetimes.idle), milliseconds(self._lifetimes.touch)]
        with translated():
            answer = await self._find(keys=[f"session:token:{digest}"], args=arguments)
        if answer[0] == "lost":
            raise SessionsRecovering("Sessions are being restored.", hint="Try again in a few seconds.", retry_after=3)
        return _session(answer[1], answer[2:]) if answer[0] == "found" else None

    async def get(self, session_id: str) -> Session | None:
        with translated():
            fields = await self._redis.hmget(f"session:of:{session_id}", FIELDS)
        return _session(session_id, fields) if fields[0] else None

    async def insert(self, session: Session, digests: Iterable[str]) -> None:
        times = [milliseconds(t) for t in (session.created_at, session.idle_until, session.until)]
        with translated():
            await self._insert(
                args=[session.session_id, *times, session.user_id or "", session.privacy or "", *digests]
            )

    async def digests(self, session_id: str) -> frozenset[str]:
        with translated():
            return frozenset(texts(await self._redis.smembers(f"session:tokens:{session_id}")))

    async def replace_token(self, session_id: str, old: str, new: str) -> bool:
        with translated():
            return bool(await self._replace(args=[session_id, old, new]))

    async def remove_token(self, session_id: str, digest: str) -> None:
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(f"session:token:{digest}")
                pipe.srem(f"session:tokens:{session_id}", digest)
                await pipe.execute()

    async def prolong(self, session_id: str, until: float) -> None:
        with translated():
            await self._prolong(args=[session_id, milliseconds(until)])

    async def choose_privacy(self, session_id: str, chosen: Privacy | None) -> None:
        with translated():
            await self._choose_privacy(args=[session_id, chosen or ""])

    async def session_of_user(self, user_id: str) -> str | None:
        with translated():
            found = await self._redis.get(f"session:user:{user_id}")
        return str(found) if found else None

    async def end(self, session_id: str, reason: EndReason | None, now: float) -> frozenset[str] | None:
        with translated():
            answer = await self._end(args=[session_id, reason or "", milliseconds(now)])
        return frozenset(answer[1:]) if answer[0] == "ended" else None

    async def expired(self, now: float, limit: int) -> list[str]:
        with translated():
            return texts(await self._redis.zrangebyscore("session:expiry", 0, milliseconds(now), start=0, num=limit))

    async def ended(self, limit: int) -> list[Ended]:
        with translated():
            ids = texts(await self._redis.zrange("session:ending", 0, limit - 1))
            async with self._redis.pipeline(transaction=False) as pipe:
                for session_id in ids:
                    pipe.hgetall(f"session:end:{session_id}")
                found = await pipe.execute()
        return [_ended(session_id, fields) for session_id, fields in zip(ids, found, strict=True)]

    async def get_ended(self, session_id: str) -> Ended | None:
        with translated():
            fields: Any = await self._redis.hgetall(f"session:end:{session_id}")
        return _ended(session_id, fields) if fields else None

    async def note_end(self, session_id: str, now: float) -> None:
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(f"session:end:{session_id}", mapping={"reason": "idle", "at": milliseconds(now)})
                pipe.zadd("session:ending", {session_id: milliseconds(now)})
                await pipe.execute()

    async def note_position(self, session_id: str, position: int, now: float) -> None:
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(f"session:end:{session_id}", mapping={"position": position})
                pipe.zadd("session:ending", {session_id: milliseconds(now)})
                await pipe.execute()

    async def clear(self, session_id: str, objects: int, now: float) -> Removed:
        with translated():
            total, keys = await self._clear(args=[session_id, objects, milliseconds(now), *PER_SESSION])
        return Removed(now, int(total), int(keys))

    async def drop(self, session_id: str) -> None:
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.zrem("session:ending", session_id)
                pipe.delete(f"session:end:{session_id}")
                await pipe.execute()

    async def is_whole(self, part: str) -> bool:
        with translated():
            return bool(await self._redis.exists(f"session:whole:{part}"))

    async def mark_whole(self, part: str, lease: str, holder: str) -> bool:
        with translated():
            keys = [f"session:lease:{lease}", f"session:whole:{part}"]
            return bool(await self._mark_whole(keys=keys, args=[holder]))

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        with translated():
            return bool(await self._lease(keys=[f"session:lease:{name}"], args=[holder, milliseconds(seconds)]))

    async def keep_lease(self, name: str, holder: str, seconds: float) -> bool:
        with translated():
            return bool(await self._keep(keys=[f"session:lease:{name}"], args=[holder, milliseconds(seconds)]))

    async def release(self, name: str, holder: str) -> None:
        with translated():
            await self._release(keys=[f"session:lease:{name}"], args=[holder])

    async def ping(self) -> None:
        with translated():
            await self._redis.ping()


def _session(session_id: str, fields: Any) -> Session:
    """The last fields are empty, or missing in sessions that are older than they are."""
    created, idle_until, until, user, privacy = fields
    return Session(
        str(session_id),
        seconds(created),
        seconds(idle_until),
        seconds(until),
        user or None,
        cast("Privacy | None", privacy or None),
    )


def _ended(session_id: str, fields: Mapping[str, str]) -> Ended:
    position, removed_at = fields.get("position"), fields.get("removed_at")
    removed = Removed(seconds(removed_at), int(fields["objects"]), int(fields["keys"])) if removed_at else None
    reason = cast("EndReason", fields.get("reason", "idle"))
    return Ended(session_id, reason, seconds(fields.get("at", 0)), int(position) if position else None, removed)
