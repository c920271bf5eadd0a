"""The word that tokens are dead, or stand for something else, to every verifier at once. Core NATS: one that is lost is made up for by short
memories."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

REVOKED_SUBJECT = "auth.revoked"
CHANGED_SUBJECT = "auth.changed"


class TokensRevoked(BaseModel):
    """Tokens of a session are refused from now on; without any digest, all of the session's."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
    token_sha256: frozenset[str] = Field(default=frozenset(), description="hex digests")
    ends_streams: bool = Field(default=False, description="event streams opened with these tokens end, too")

    def names(self, digest: str, session_id: str) -> bool:
        return digest in self.token_sha256 or (not self.token_sha256 and session_id == self.session_id)


class SessionChanged(BaseModel):
    """The session's tokens stay; what they stand for is to be asked anew."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: str
