"""The caller, once known, and the only form in which a token is stored or sent on."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.privacy import Privacy


class Principal(BaseModel):
    """A verified session."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
    expires_at: datetime
    user_id: str | None = None
    privacy: Privacy | None = Field(default=None, description="what the session chose; None: nothing")


def hash_token(token: str) -> str:
    """SHA-256 hex digest: tokens have 256 random bits, so a plain digest cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()
