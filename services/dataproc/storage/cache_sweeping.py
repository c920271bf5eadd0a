"""Every copy of the service hears what is gone, and drops what it has cached of it."""

from __future__ import annotations

from services.dataproc.ports import TableCache
from services.dataproc.storage.cancelling import KIND
from shared.bus import Bus
from shared.bus.connection import progress_subject
from shared.objects import keys


class CacheSweeper:
    """A hint that is lost costs disk until the cache makes room by itself: no request leads to a table that is gone."""

    def __init__(self, bus: Bus, cache: TableCache) -> None:
        self._bus = bus
        self._cache = cache

    async def run(self) -> None:
        """Until cancelled. The announced thing is a session, a table, or a file, which has no cache of its own."""
        async with self._bus.listen(progress_subject("*", KIND, "*")) as hints:
            async for subject, _ in hints:
                _, session_id, _, gone_id = subject.split(".", 3)
                whole = gone_id == session_id
                self._cache.drop(keys.session(session_id) if whole else keys.table(session_id, gone_id))
