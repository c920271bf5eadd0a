"""Reading sessions and their registry back from the object store and the bus, when Redis has lost them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog
from pydantic import ValidationError

from services.session.domain import Lifetimes
from services.session.ports import Clock, EventLog, Manifests, RegistryStore, SessionStore, StoredEvent
from services.session.service.registry import Registry
from shared.errors import AppError
from shared.events import EVENTS, RETIRED

TOKENS, REGISTRY = "tokens", "registry"
RECORDED = ("FILES", "TABLES", "QUERIES", "LLM")
LEASE_NAME = "recovery"
LEASE = 30.0  # seconds
KEEP = 1.0  # seconds between looks at the lease: so soon it shows that Redis was lost once more
PAUSE = 1.0
AT_ONCE = 16  # sessions or events worked on together
log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Sources:
    """Where what was lost is read from."""

    manifests: Manifests
    events: EventLog


class Recovery:
    """One copy of the service recovers, the others wait for it. An empty object store recovers at once."""

    def __init__(
        self,
        store: SessionStore,
        registry_store: RegistryStore,
        registry: Registry,
        sources: Sources,
        lifetimes: Lifetimes,
        clock: Clock,
        holder: str,
    ) -> None:
        """`holder` names this copy of the service among the others."""
        self._store = store
        self._registry_store = registry_store
        self._registry = registry
        self._manifests = sources.manifests
        self._events = sources.events
        self._lifetimes = lifetimes
        self._clock = clock
        self._holder = holder

    async def watch(self) -> None:
        """For ever: see to it that Redis holds what it should."""
        while True:
            try:
                await self.ensure()
            except (AppError, OSError, TimeoutError) as error:
                log.warning("recovery_will_be_retried", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(PAUSE)

    async def ensure(self) -> None:
        """Tokens first: people can work while their history is being completed."""
        for part, restore in ((TOKENS, self._restore_sessions), (REGISTRY, self._restore_registry)):
            if await self._store.is_whole(part) or not await self._store.lease(LEASE_NAME, self._holder, LEASE):
                continue
            restored = await self._while_leased(restore())
            if restored is None or not await self._store.mark_whole(part, LEASE_NAME, self._holder):
                log.warning("recovery_begins_again", part=part)
                return
            log.info("recovered", part=part, count=restored)

    async def _while_leased(self, restore: Coroutine[None, None, int]) -> int | None:
        """What `restore` restored; None, and it is stopped, once the lease is lost.

        A Redis that loses everything loses the lease, too. What was restored until then is gone, and tokens that were whole are not:
        a registry whose streams take minutes must not keep everybody out for so long.
        """
        work = asyncio.ensure_future(restore)
        try:
            while not (await asyncio.wait({work}, timeout=KEEP))[0]:
                if not await self._store.keep_lease(LEASE_NAME, self._holder, LEASE):
                    return None
            return work.result()
        finally:
            await _ended(work)

    async def _restore_sessions(self) -> int:
        ids = [session_id async for session_id in self._manifests.session_ids()]
        return await self._in_batches(ids, self._restore_session)

    async def _restore_session(self, session_id: str) -> None:
        """The idle time starts anew: when a session was last used is known to Redis alone."""
        found = await self._manifests.load(session_id)
        if found is not None:
            session, digests = found
            await self._store.insert(replace(session, idle_until=self._clock() + self._lifetimes.idle), digests)
        elif await self._store.get(session_id) is None:
            await self._store.note_end(session_id, self._clock())

    async def _restore_registry(self) -> int:
        ids = [session_id async for session_id in self._manifests.session_ids()]
        await self._in_batches(ids, self._restore_entries)
        return len(ids) + sum([await self._replay(stream, frozenset(ids)) for stream in RECORDED])

    async def _restore_entries(self, session_id: str) -> None:
        if await self._store.get(session_id) is not None:
            await self._registry_store.apply(session_id, await self._manifests.changes(session_id))

    async def _replay(self, stream: str, known: frozenset[str]) -> int:
        """The streams still hold what happened lately: the questions, and what was deleted."""
        last = await self._events.last(stream)
        after = max(0, await self._events.first(stream) - 1)
        batch: list[StoredEvent] = []
        count = 0
        async for stored in self._events.read(stream, after, last):
            batch += [stored] if stored.body.get("session_id") in known else []
            if len(batch) >= AT_ONCE or stored.sequence >= last:
                count += await self._in_batches(batch, self._record)
                batch = []
        return count + await self._in_batches(batch, self._record)

    async def _record(self, stored: StoredEvent) -> None:
        model = EVENTS.get(stored.subject) or RETIRED.get(stored.subject)
        if model is None:
            return
        try:
            event = model.model_validate(stored.body)
        except ValidationError:
            return  # its consumer buried it with a reason
        await self._registry.record(event, stored.at)

    async def _in_batches(self, items: Sequence[T], work: Callable[[T], Awaitable[None]]) -> int:
        for start in range(0, len(items), AT_ONCE):
            await asyncio.gather(*map(work, items[start : start + AT_ONCE]))
        return len(items)


async def _ended(work: asyncio.Future[int]) -> None:
    """The bus's client can lose a cancellation: work is told until it heeds."""
    while not work.done():
        work.cancel()
        await asyncio.wait({work}, timeout=KEEP)
