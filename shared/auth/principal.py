"""The caller, once known, and the only form in which a token is stored or sent on."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Principal(BaseModel):
    """A verified session."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
    expires_at: datetime
    user_id: str | None = None


def hash_token(token: str) -> str:
    """SHA-256 hex digest: tokens have 256 random bits, so a plain digest cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()
