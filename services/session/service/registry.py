"""What a session has and did: recorded from events, shown in pages, counted against its quotas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.session.entries import KINDS, Change, Entry, Kind, matches
from services.session.errors import InvalidCursor
from services.session.facts import answer_details, changes_of
from services.session.ports import RegistryStore
from shared.events import Event, LlmUsageRecorded, QueryAnswered
from shared.objects import ObjectMissing, ObjectStore

BATCH = 100  # entries read at once while a filter looks for its matches
LONGEST_SCAN = 5_000  # entries that one filtered page looks through


@dataclass(frozen=True)
class Page:
    """Entries, newest first; `cursor` continues after them, None at the end."""

    entries: tuple[Entry, ...]
    cursor: str | None


@dataclass(frozen=True)
class Wanted:
    """A filter of entries; empty parts want everything."""

    kinds: frozenset[str] = frozenset()
    text: str = ""
    states: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.kinds or self.text or self.states)


@dataclass(frozen=True)
class Overview:
    """How much of everything a session has."""

    counts: Mapping[Kind, int]
    bytes: int
    usage: Mapping[str, float]


class Registry:
    """Keeps and shows the entries of sessions."""

    def __init__(self, store: RegistryStore, objects: ObjectStore) -> None:
        self._store = store
        self._objects = objects

    async def record(self, event: Event, at: float) -> None:
        """Take in one event, in any order and as often as it comes. `at` is when the bus stored it."""
        if isinstance(event, LlmUsageRecorded):
            await self._record_usage(event)
            return
        changes = changes_of(event, at)
        if isinstance(event, QueryAnswered):
            changes = tuple([await self._with_answer(change, event.answer_key) for change in changes])
        await self._store.apply(event.session_id, changes)

    async def history(self, session_id: str, wanted: Wanted, cursor: str | None, limit: int) -> Page:
        """A page of at most `limit` entries; one that looked through `LONGEST_SCAN` without filling up ends early."""
        before = _position(cursor)
        found: list[tuple[str, Entry]] = []
        for _ in range(LONGEST_SCAN // BATCH):
            rows = await self._store.page(session_id, before, limit + 1 if wanted.everything else BATCH)
            found += [row for row in rows if matches(row[1], wanted.kinds, wanted.text, wanted.states)]
            if len(found) > limit:
                return Page(tuple(entry for _, entry in found[:limit]), found[limit - 1][0])
            if len(rows) < BATCH:
                return Page(tuple(entry for _, entry in found), None)
            before = rows[-1][0]
        return Page(tuple(entry for _, entry in found), before)

    async def entries(self, session_id: str) -> list[Entry]:
        """All of a session's entries, oldest first."""
        return sorted(await self._store.all(session_id), key=lambda entry: (entry.at, entry.id))

    async def overview(self, session_id: str) -> Overview:
        entries = await self._store.all(session_id)
        files = [entry for entry in entries if entry.kind == "file" and entry.state != "rejected"]
        return Overview(
            counts={kind: sum(entry.kind == kind for entry in entries) for kind in KINDS},
            bytes=sum(int(entry.details.get("size", 0)) for entry in files),
            usage=await self._store.usage(session_id),
        )

    async def _with_answer(self, change: Change, answer_key: str) -> Change:
        """The answer itself is in the object store; when it is gone already, the question was deleted."""
        try:
            document: dict[str, Any] = json.loads(await self._objects.get(answer_key))
        except ObjectMissing:
            return change
        return replace(change, part=replace(change.part, data={**change.part.data, **answer_details(document)}))

    async def _record_usage(self, event: LlmUsageRecorded) -> None:
        amounts = event.model_dump(include={"input_tokens", "output_tokens", "cache_read_tokens", "cost_usd"})
        await self._store.add_usage(event.session_id, event.usage_id, {"requests": 1, **amounts})


def _position(cursor: str | None) -> str | None:
    """A cursor is the score and the field of the last entry shown."""
    if not cursor:
        return None
    score, _, field = cursor.partition(" ")
    if not field or not score.replace(".", "", 1).replace("e+", "", 1).isdigit():
        raise InvalidCursor("The cursor is not one that a page ended with.", hint="Start again without a cursor.")
    return cursor
