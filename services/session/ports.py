"""What the session service needs of the world. Digests are SHA-256 of tokens, in hex; times are seconds since the epoch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.session.domain import Ended, EndReason, Handled, Identity, Removed, Reserved, Session
from services.session.entries import Change, Entry
from shared.privacy import Privacy

Clock = Callable[[], float]


class SessionStore(Protocol):
    """Sessions and their tokens. Every method raises `SessionsUnavailable` when the store does not answer."""

    async def find(self, digest: str, now: float) -> Session | None:
        """The living session of a token, its idle deadline moved on; `SessionsRecovering` when the store lost its content."""
        ...

    async def get(self, session_id: str) -> Session | None: ...
    async def insert(self, session: Session, digests: Iterable[str]) -> None:
        """Add a session, or tokens to it. What is there already stays as it is."""
        ...

    async def digests(self, session_id: str) -> frozenset[str]: ...
    async def replace_token(self, session_id: str, old: str, new: str) -> bool:
        """Atomically. False when `old` is not a token of the session any more."""
        ...

    async def remove_token(self, session_id: str, digest: str) -> None: ...
    async def prolong(self, session_id: str, until: float) -> None:
        """Move a session's last moment, for a user who signed in again."""
        ...

    async def choose_privacy(self, session_id: str, chosen: Privacy | None) -> None:
        """Nothing happens to a session that has ended."""
        ...

    async def session_of_user(self, user_id: str) -> str | None: ...
    async def end(self, session_id: str, reason: EndReason | None, now: float) -> frozenset[str] | None:
        """Kill every token at once and note the end. Without a reason, only when it has expired. The digests, or None."""
        ...

    async def expired(self, now: float, limit: int) -> list[str]: ...
    async def ended(self, limit: int) -> list[Ended]:
        """Ended sessions that are not forgotten yet, the longest untouched first."""
        ...

    async def get_ended(self, session_id: str) -> Ended | None: ...
    async def note_end(self, session_id: str, now: float) -> None:
        """Something of a session that nobody knows was found: it is to be forgotten."""
        ...

    async def note_position(self, session_id: str, position: int, now: float) -> None: ...
    async def clear(self, session_id: str, objects: int, now: float) -> Removed:
        """Remove all that is kept of an ended session, but for the note that it ended and what it had left."""
        ...

    async def drop(self, session_id: str) -> None:
        """Remove the last trace of an ended session."""
        ...

    async def is_whole(self, part: str) -> bool:
        """Whether the store still has what `mark_whole(part)` vouched for."""
        ...

    async def mark_whole(self, part: str, lease: str, holder: str) -> bool:
        """Vouch for `part` and give the lease back, in one step. False, and nothing is marked, when the holder no longer has the lease."""
        ...

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or keep the named lease."""
        ...

    async def keep_lease(self, name: str, holder: str, seconds: float) -> bool:
        """False when the holder has it no longer: it ran out, or the store lost it with everything else. It is not taken again."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back, so that nobody has to wait until it runs out."""
        ...

    async def ping(self) -> None: ...


class RegistryStore(Protocol):
    """The entries of sessions."""

    async def apply(self, session_id: str, changes: Sequence[Change]) -> None:
        """Merge the changes; changes of a session that has ended are dropped. A listed table has a place of the quota."""
        ...

    async def add_usage(self, session_id: str, usage_id: str, amounts: Mapping[str, float]) -> None:
        """Add to the session's totals, once per `usage_id`."""
        ...

    async def usage(self, session_id: str) -> dict[str, float]: ...
    async def page(self, session_id: str, before: str | None, limit: int) -> list[tuple[str, Entry]]:
        """Listed entries, newest first, from the one after the position `before`; each with its own position."""
        ...

    async def all(self, session_id: str) -> list[Entry]: ...


class ReservationStore(Protocol):
    """Reservations by id: the same id counts once, however often it is reserved or released. Reserving raises `SessionsRecovering`
    where it is not known whether there is such a session."""

    async def hold(self, session_id: str, kind: str, amount: int, limit: int, reservation: str) -> Reserved: ...
    async def take_places(
        self, session_id: str, kind: str, seconds: float, limit: int, reservations: Sequence[str], now: float
    ) -> Reserved:
        """A place out of `limit` for each, or for none, for at most `seconds` from now. Tables that are ready keep theirs until they go."""
        ...

    async def release(self, session_id: str, kind: str, reservations: Sequence[str]) -> None: ...
    async def used(self, session_id: str, now: float) -> dict[str, int]:
        """What is reserved now, by kind."""
        ...


class RateLimits(Protocol):
    """Token buckets."""

    async def take(self, bucket: str, who: str, now: float) -> float:
        """Take one token; 0 when there was one, else seconds until there is."""
        ...


class Manifests(Protocol):
    """What of sessions is kept in the object store, so that Redis can be lost."""

    async def save(self, session: Session, digests: Iterable[str]) -> None: ...
    async def load(self, session_id: str) -> tuple[Session, frozenset[str]] | None: ...
    async def discard(self, session_id: str) -> None: ...
    def session_ids(self) -> AsyncIterator[str]:
        """Every session of which the object store holds anything."""
        ...

    async def changes(self, session_id: str) -> list[Change]:
        """What the manifests of a session's files and tables say."""
        ...


class Announcements(Protocol):
    """What the session service says on the bus, beyond events."""

    async def revoked(self, session_id: str, digests: Iterable[str], *, ends_streams: bool = False) -> None:
        """Tell every verifier to forget these tokens; may be lost, their memory is short anyway. `ends_streams`: also close
        the event streams that were opened with them."""
        ...

    async def changed(self, session_id: str) -> None:
        """Tell every verifier that what it remembers of the session is out of date; may be lost."""
        ...

    async def handled(self) -> Handled:
        """How far the services have come with the end of sessions."""
        ...

    async def last(self) -> int:
        """The last stored event of sessions: cheaper than asking how far everybody is."""
        ...


class IdentityProvider(Protocol):
    """Verifies identity tokens of the configured issuer."""

    async def verify(self, token: str) -> Identity:
        """Raises `IdentityNotVerified`, or `IdentityProviderUnavailable`."""
        ...


@dataclass(frozen=True)
class StoredEvent:
    """One message of a stream. `at` is when the bus stored it."""

    stream: str
    sequence: int
    subject: str
    at: float
    body: dict[str, Any]


class EventLog(Protocol):
    """The bus's streams, to be read from any point."""

    async def last(self, stream: str) -> int: ...
    async def first(self, stream: str) -> int: ...
    def read(self, stream: str, after: int, up_to: int | None = None) -> AsyncIterator[StoredEvent]:
        """Messages after a sequence, in order and without a gap, for ever or up to and including `up_to`."""
        ...
