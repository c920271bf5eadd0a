"""Facts about sessions; the session service publishes them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.events.base import Event


class SessionCreated(Event):
    """Somebody began to work."""

    subject: ClassVar[str] = "session.created.v1"
    identity: ClassVar[tuple[str, ...]] = ("session_id",)
    expires_at: datetime


class SessionExpired(Event):
    """A session ended: every service forgets what it owns of it."""

    subject: ClassVar[str] = "session.expired.v1"
    identity: ClassVar[tuple[str, ...]] = ("session_id",)
    reason: Literal["idle", "deleted", "too_old"]
