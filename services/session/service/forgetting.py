"""The end of sessions: tokens dead at once, every service told, and nothing left, whoever crashes in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from services.session.domain import Ended, EndReason, Handled, Removed
from services.session.ports import Announcements, Clock, Manifests, SessionStore
from shared.bus import EventBus
from shared.events import SessionExpired
from shared.objects import ObjectStore, keys
from shared.telemetry import metrics

POLL = 0.05  # seconds between looks of somebody who waits for the end
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """`longest` seconds are given to the other services, `linger` pass before a session's objects are looked for a last time."""

    longest: float
    linger: float


class Forgetting:
    """Each step can be repeated, and what was begun is written down first: any copy of the service can go on."""

    def __init__(
        self,
        store: SessionStore,
        manifests: Manifests,
        objects: ObjectStore,
        bus: EventBus,
        announcements: Announcements,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self._store = store
        self._manifests = manifests
        self._objects = objects
        self._bus = bus
        self._announcements = announcements
        self._clock = clock
        self._patience = patience

    async def delete(self, session_id: str, wait: float) -> Removed | None:
        """End a session for its owner. What was removed, if that is done within `wait` seconds; it is done in any case."""
        await self.end(session_id, "deleted")
        await self._announce(Ended(session_id, "deleted", self._clock()))
        deadline = asyncio.get_running_loop().time() + wait
        removed: Removed | None = None
        while removed is None and asyncio.get_running_loop().time() < deadline:
            removed = await self._progress(session_id)
            await asyncio.sleep(POLL if removed is None else 0)
        return removed

    async def end(self, session_id: str, reason: EndReason | None) -> bool:
        """Kill a session's tokens; without a reason, only if it has expired. False when there was nothing to end."""
        digests = await self._store.end(session_id, reason, self._clock())
        if digests is None:
            return False
        await self._announcements.revoked(session_id, digests)
        return True

    async def expire(self, limit: int) -> int:
        """End up to `limit` sessions whose time has come; how many came up."""
        found = await self._store.expired(self._clock(), limit)
        for session_id in found:
            await self.end(session_id, None)
        return len(found)

    async def pending(self, limit: int) -> list[Ended]:
        return await self._store.ended(limit)

    async def handled(self) -> Handled:
        return await self._announcements.handled()

    async def go_on(self, ended: Ended, handled: Handled) -> None:
        """One step towards nothing left: announce, or wait for the others, or remove the rest, or look a last time."""
        if ended.removed:
            await self._look_again(ended.session_id, ended.removed)
        elif ended.position is None or ended.position > handled.last:  # never announced, or to a bus that lost it
            await self._announce(ended)
        elif handled.by_all >= ended.position or self._clock() - ended.ended_at > self._patience.longest:
            await self._remove(ended)

    async def _announce(self, ended: Ended) -> None:
        # Without its manifest the session cannot come back when Redis is rebuilt.
        await self._manifests.discard(ended.session_id)
        await self._bus.publish(SessionExpired(session_id=ended.session_id, reason=ended.reason))
        await self._store.note_position(ended.session_id, await self._announcements.last(), self._clock())

    async def _remove(self, ended: Ended) -> None:
        objects = await self._objects.delete_prefix(keys.session(ended.session_id))
        removed = await self._store.clear(ended.session_id, objects, self._clock())
        metrics.SESSIONS_ENDED.labels(reason=ended.reason).inc()
        log.info(
            "session_forgotten",
            session_id=ended.session_id,
            reason=ended.reason,
            objects=objects,
            keys=removed.keys,
            seconds=round(removed.at - ended.ended_at, 3),
        )

    async def _look_again(self, session_id: str, removed: Removed) -> None:
        if self._clock() - removed.at >= self._patience.linger:
            await self._objects.delete_prefix(keys.session(session_id))
            await self._store.drop(session_id)

    async def _progress(self, session_id: str) -> Removed | None:
        """What was removed, once it is; until then one more step."""
        ended = await self._store.get_ended(session_id)
        if ended and not ended.removed:
            await self.go_on(ended, await self.handled())
        return ended.removed if ended else None
