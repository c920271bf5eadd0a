"""Sessions and how long they live. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from shared.privacy import Privacy

EndReason = Literal["idle", "deleted", "too_old"]


@dataclass(frozen=True)
class Lifetimes:
    """`idle` seconds without a request, `longest` seconds in all."""

    idle: float
    longest: float

    @property
    def touch(self) -> float:
        """How far an idle deadline may lag behind the last request: a session's use is written at most so often."""
        return min(60.0, self.idle / 10)


@dataclass(frozen=True)
class Session:
    """One person's place, or one signed-in user's. `privacy` is what it chose that a model may be told; None: nothing."""

    session_id: str
    created_at: float
    idle_until: float
    until: float
    user_id: str | None = None
    privacy: Privacy | None = None

    @property
    def expires_at(self) -> float:
        return min(self.idle_until, self.until)


@dataclass(frozen=True)
class Removed:
    """What an ended session had left, and when that was gone."""

    at: float
    objects: int
    keys: int


@dataclass(frozen=True)
class Ended:
    """A session whose tokens are dead and whose things are being forgotten.

    `position` is where the bus stood after the end was announced; None while it is not. Once everything is `removed`, the
    session's id is remembered a little longer, for what a job that was still running may write late.
    """

    session_id: str
    reason: EndReason
    ended_at: float
    position: int | None = None
    removed: Removed | None = None


@dataclass(frozen=True)
class Handled:
    """How far the stream of session events has come: what is stored last, and what every service has handled."""

    last: int
    by_all: int


@dataclass(frozen=True)
class Identity:
    """Somebody whom the configured issuer vouches for. `user_id` is a digest: the subject itself is not stored."""

    user_id: str


@dataclass(frozen=True)
class Reserved:
    """The outcome of a reservation. `retry_after` is in seconds, 0 when waiting does not help; `ended`: there is no such session any more."""

    granted: bool
    used: int
    limit: int
    retry_after: float = 0.0
    ended: bool = False


def begin(
    session_id: str, now: float, lifetimes: Lifetimes, user_id: str | None = None, privacy: Privacy | None = None
) -> Session:
    return Session(session_id, now, now + lifetimes.idle, now + lifetimes.longest, user_id, privacy)


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)
