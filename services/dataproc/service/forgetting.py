"""Files and sessions go: so do their tables, their results and what the workers have cached."""

from __future__ import annotations

from services.dataproc.ports import Cancellations, TableCache, TableQuota, TableRegistry
from shared.bus import EventBus
from shared.events import FileDeleted, SessionExpired, TableDeleted
from shared.objects import keys


class Forget:
    """Handles `file.deleted` and `session.expired`. A tombstone keeps jobs from leaving anything of what is gone; a hint ends them at once."""

    def __init__(
        self,
        registry: TableRegistry,
        cache: TableCache,
        bus: EventBus,
        cancellations: Cancellations,
        quota: TableQuota,
    ) -> None:
        self._quota = quota
        self._registry = registry
        self._cache = cache
        self._bus = bus
        self._cancellations = cancellations

    async def file(self, event: FileDeleted) -> None:
        await self._registry.forget(event.file_id)
        await self._cancellations.announce(event.session_id, event.file_id)
        for table in await self._registry.of_file(event.session_id, event.file_id):
            # Told first: a crash in between leaves something to find, and to tell again.
            await self._bus.publish(
                TableDeleted(session_id=event.session_id, table_id=table.table_id, file_id=event.file_id)
            )
            await self._registry.remove(table.session_id, table.table_id)
            self._cache.drop(keys.table(table.session_id, table.table_id))
            await self._cancellations.announce(table.session_id, table.table_id)
        await self._quota.drop(event.session_id, event.file_id)

    async def session(self, event: SessionExpired) -> None:
        await self._registry.forget(event.session_id)
        await self._cancellations.announce(event.session_id, event.session_id)
        await self._registry.remove_session(event.session_id)
        self._cache.drop(keys.session(event.session_id))
