"""In-memory stand-ins for what the session service needs of the world. They keep the contracts of its ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.session.domain import Ended, EndReason, Handled, Identity, Lifetimes, Removed, Reserved, Session
from services.session.entries import Change, Entry, merge
from services.session.errors import IdentityNotVerified, SessionsRecovering
from services.session.ports import StoredEvent
from shared.privacy import Privacy
from tests.fakes.bus import RecordingBus


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class MemorySessionStore:
    """A `SessionStore`."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self.lifetimes = lifetimes
        self.sessions: dict[str, Session] = {}
        self.tokens: dict[str, str] = {}
        self.users: dict[str, str] = {}
        self.ends: dict[str, Ended] = {}
        self.whole: set[str] = set()
        self.leases: dict[str, str] = {}

    def flush(self) -> None:
        """Everything is lost at once, leases and marks too."""
        for kept in (self.sessions, self.tokens, self.users, self.ends, self.whole, self.leases):
            kept.clear()

    async def find(self, digest: str, now: float) -> Session | None:
        session_id = self.tokens.get(digest)
        if session_id is None and "tokens" not in self.whole:
            raise SessionsRecovering("Sessions are being restored.")
        session = self.sessions.get(session_id or "")
        if session is None or now >= session.expires_at:
            return None
        if now + self.lifetimes.idle - session.idle_until > self.lifetimes.touch:
            session = self.sessions[session.session_id] = replace(session, idle_until=now + self.lifetimes.idle)
        return session

    async def get(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id)

    async def insert(self, session: Session, digests: Iterable[str]) -> None:
        if session.session_id in self.ends:
            return
        self.sessions.setdefault(session.session_id, session)
        if session.user_id:
            self.users.setdefault(session.user_id, session.session_id)
        self.tokens |= dict.fromkeys(digests, session.session_id)

    async def digests(self, session_id: str) -> frozenset[str]:
        return frozenset(digest for digest, owner in self.tokens.items() if owner == session_id)

    async def replace_token(self, session_id: str, old: str, new: str) -> bool:
        if self.tokens.get(old) != session_id:
            return False
        del self.tokens[old]
        self.tokens[new] = session_id
        return True

    async def remove_token(self, session_id: str, digest: str) -> None:
        self.tokens.pop(digest, None)

    async def prolong(self, session_id: str, until: float) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], until=until)

    async def choose_privacy(self, session_id: str, chosen: Privacy | None) -> None:
        if session_id in self.sessions:
            self.sessions[session_id] = replace(self.sessions[session_id], privacy=chosen)

    async def session_of_user(self, user_id: str) -> str | None:
        return self.users.get(user_id)

    async def end(self, session_id: str, reason: EndReason | None, now: float) -> frozenset[str] | None:
        session = self.sessions.get(session_id)
        if session is None or (reason is None and now < session.expires_at):
            return None
        digests = await self.digests(session_id)
        for digest in digests:
            del self.tokens[digest]
        del self.sessions[session_id]
        self.users = {user: owner for user, owner in self.users.items() if owner != session_id}
        self.ends[session_id] = Ended(session_id, reason or ("too_old" if now >= session.until else "idle"), now)
        return digests

    async def expired(self, now: float, limit: int) -> list[str]:
        return [session.session_id for session in self.sessions.values() if session.expires_at <= now][:limit]

    async def ended(self, limit: int) -> list[Ended]:
        return list(self.ends.values())[:limit]

    async def get_ended(self, session_id: str) -> Ended | None:
        return self.ends.get(session_id)

    async def note_end(self, session_id: str, now: float) -> None:
        self.ends[session_id] = Ended(session_id, "idle", now)

    async def note_position(self, session_id: str, position: int, now: float) -> None:
        self.ends[session_id] = replace(self.ends[session_id], position=position)

    async def clear(self, session_id: str, objects: int, now: float) -> Removed:
        removed = Removed(now, objects, 1)
        self.ends[session_id] = replace(self.ends[session_id], removed=removed)
        return removed

    async def drop(self, session_id: str) -> None:
        self.ends.pop(session_id, None)

    async def is_whole(self, part: str) -> bool:
        return part in self.whole

    async def mark_whole(self, part: str, lease: str, holder: str) -> bool:
        if self.leases.get(lease) != holder:
            return False
        del self.leases[lease]
        self.whole.add(part)
        return True

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        return self.leases.setdefault(name, holder) == holder

    async def keep_lease(self, name: str, holder: str, seconds: float) -> bool:
        return self.leases.get(name) == holder

    async def release(self, name: str, holder: str) -> None:
        if self.leases.get(name) == holder:
            del self.leases[name]

    async def ping(self) -> None:
        return None


class MemoryRegistryStore:
    """A `RegistryStore` that knows no ended sessions."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Entry]] = {}
        self.used: dict[str, dict[str, dict[str, float]]] = {}

    async def apply(self, session_id: str, changes: Sequence[Change]) -> None:
        held = self.entries.setdefault(session_id, {})
        for change in changes:
            held[change.field] = merge(held.get(change.field), change)

    async def add_usage(self, session_id: str, usage_id: str, amounts: Mapping[str, float]) -> None:
        self.used.setdefault(session_id, {}).setdefault(usage_id, dict(amounts))

    async def usage(self, session_id: str) -> dict[str, float]:
        totals: dict[str, float] = {}
        for amounts in self.used.get(session_id, {}).values():
            totals = {name: totals.get(name, 0) + amount for name, amount in amounts.items()}
        return totals

    async def page(self, session_id: str, before: str | None, limit: int) -> list[tuple[str, Entry]]:
        listed = [
            (round(e.at * 1000), field, e) for field, e in self.entries.get(session_id, {}).items() if not e.is_deleted
        ]
        ordered = sorted(listed, key=lambda row: row[:2], reverse=True)
        if before:
            score, _, field = before.partition(" ")
            ordered = [row for row in ordered if row[:2] < (int(score), field)]
        return [(f"{score} {field}", entry) for score, field, entry in ordered[:limit]]

    async def all(self, session_id: str) -> list[Entry]:
        return [entry for entry in self.entries.get(session_id, {}).values() if not entry.is_deleted]


class MemoryManifests:
    """A `Manifests` whose `extra` changes tests put in."""

    def __init__(self) -> None:
        self.saved: dict[str, tuple[Session, frozenset[str]]] = {}
        self.strays: set[str] = set()
        self.extra: dict[str, list[Change]] = {}

    async def save(self, session: Session, digests: Iterable[str]) -> None:
        self.saved[session.session_id] = (session, frozenset(digests))

    async def load(self, session_id: str) -> tuple[Session, frozenset[str]] | None:
        return self.saved.get(session_id)

    async def discard(self, session_id: str) -> None:
        self.saved.pop(session_id, None)

    async def session_ids(self) -> AsyncIterator[str]:
        for session_id in [*self.saved, *self.strays]:
            yield session_id

    async def changes(self, session_id: str) -> list[Change]:
        return self.extra.get(session_id, [])


class FakeAnnouncements:
    """An `Announcements`; tests move `done` as the other services would."""

    def __init__(self, bus: RecordingBus) -> None:
        self.told: list[tuple[str, frozenset[str]]] = []
        self.corrected: list[str] = []
        self.done = 0
        self._bus = bus

    async def revoked(self, session_id: str, digests: Iterable[str], *, ends_streams: bool = False) -> None:
        self.told.append((session_id, frozenset(digests)))

    async def changed(self, session_id: str) -> None:
        self.corrected.append(session_id)

    async def handled(self) -> Handled:
        return Handled(await self.last(), self.done)

    async def last(self) -> int:
        return len(self._bus.events)


class CountingLimits:
    """A `RateLimits` that grants so many of each bucket to each address."""

    def __init__(self, grants: int = 1_000_000) -> None:
        self.grants = grants
        self.taken: dict[tuple[str, str], int] = {}

    async def take(self, bucket: str, who: str, now: float) -> float:
        used = self.taken[bucket, who] = self.taken.get((bucket, who), 0) + 1
        return 0.0 if used <= self.grants else 5.0


class MemoryReservations:
    """A `ReservationStore`."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], dict[str, int]] = {}
        self.places: dict[tuple[str, str], dict[str, float]] = {}

    async def hold(self, session_id: str, kind: str, amount: int, limit: int, reservation: str) -> Reserved:
        held = self.held.setdefault((session_id, kind), {})
        granted = reservation in held or sum(held.values()) + amount <= limit
        if granted:
            held.setdefault(reservation, amount)
        return Reserved(granted, sum(held.values()), limit)

    async def take_places(
        self, session_id: str, kind: str, seconds: float, limit: int, reservations: Sequence[str], now: float
    ) -> Reserved:
        held = {name: end for name, end in self.places.get((session_id, kind), {}).items() if end > now}
        self.places[session_id, kind] = held
        fresh = len(set(reservations) - held.keys())
        if fresh and len(held) + fresh > limit:
            freed = len(held) + fresh - limit - 1
            ends = sorted(held.values())
            return Reserved(
                False, len(held), limit, ends[freed] - now if freed < len(ends) and kind != "tables" else 0.0
            )
        held |= {name: max(now + seconds, held.get(name, 0)) for name in reservations}
        return Reserved(True, len(held), limit)

    async def release(self, session_id: str, kind: str, reservations: Sequence[str]) -> None:
        for reservation in reservations:
            self.held.get((session_id, kind), {}).pop(reservation, None)
            self.places.get((session_id, kind), {}).pop(reservation, None)

    async def used(self, session_id: str, now: float) -> dict[str, int]:
        sums = {kind: sum(held.values()) for (owner, kind), held in self.held.items() if owner == session_id}
        running = {
            kind: sum(end > now for end in held.values())
            for (owner, kind), held in self.places.items()
            if owner == session_id
        }
        return sums | running


class MemoryEventLog:
    """An `EventLog` that ends where its messages end."""

    def __init__(self) -> None:
        self.messages: dict[str, list[StoredEvent]] = {}
        self.forgotten: dict[str, int] = {}

    def append(self, stream: str, subject: str, at: float, **body: Any) -> StoredEvent:
        held = self.messages.setdefault(stream, [])
        held.append(StoredEvent(stream, len(held) + 1, subject, at, body))
        return held[-1]

    async def last(self, stream: str) -> int:
        return len(self.messages.get(stream, []))

    async def first(self, stream: str) -> int:
        return self.forgotten.get(stream, 0) + 1

    async def read(self, stream: str, after: int, up_to: int | None = None) -> AsyncIterator[StoredEvent]:
        for event in list(self.messages.get(stream, [])):
            if event.sequence > after and (up_to is None or event.sequence <= up_to):
                yield event


class OneIssuer:
    """An `IdentityProvider` that knows tokens `user.<name>.x`."""

    async def verify(self, token: str) -> Identity:
        if not token.startswith("user."):
            raise IdentityNotVerified("The identity token is not valid.")
        return Identity(token.split(".")[1])
