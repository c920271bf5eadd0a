"""What the session service answers: who a token stands for, and whether a session may have more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import RateLimited, Unauthorized
from shared.events.base import SessionId
from shared.privacy import Privacy
from shared.rpc.procedure import Procedure

QuotaKind = Literal["bytes", "tables", "questions_per_minute", "concurrent_questions"]
MOST_IDS = 10_000  # reservations asked for together: with the longest ids 670 KB, and the bus takes 1 MB
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]


class TokenRequest(BaseModel):
    """The token itself never leaves the process that received it: what goes over the bus cannot be used to log in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    token_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="hex digest")
    address: str | None = Field(
        default=None, max_length=64, description="the client's, for the limit of wrong tokens per address"
    )


class VerifiedToken(BaseModel):
    """The session that the token stands for."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    session_id: SessionId
    expires_at: datetime
    user_id: str | None = None
    privacy: Privacy | None = Field(
        default=None, description="what the session chose that a model may be told; null: what holds in the house"
    )


class ReservationRequest(BaseModel):
    """`ids` name the reservations, which are granted all or none; asking again with the same ones changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: SessionId
    kind: QuotaKind
    amount: int = Field(default=1, ge=0, description="of bytes")
    ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_IDS)

    @model_validator(mode="after")
    def _count_once(self) -> ReservationRequest:
        if self.kind == "bytes" and len(self.ids) > 1:
            raise ValueError("bytes are reserved for one id at a time")
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("an id is named twice")
        return self


class Reservation(BaseModel):
    """The answer for all that was asked for together."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    granted: bool
    used: int = Field(ge=0)
    limit: int = Field(ge=0)
    retry_after: float = Field(default=0.0, ge=0, description="seconds; 0 when waiting does not help")
    ended: bool = Field(default=False, description="there is no such session any more")


class ReleaseRequest(BaseModel):
    """What these reservations hold is given back; releasing again changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: SessionId
    kind: QuotaKind
    ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_IDS)


class Released(BaseModel):
    """Done."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    released: Literal[True] = True


VERIFY_TOKEN = Procedure(
    subject="rpc.session.verify_token.v1",
    about="Who a token stands for; uses of it move the session's idle deadline on.",
    request=TokenRequest,
    result=VerifiedToken,
    served_by="session",
    asked_by=("upload", "dataproc", "llm", "nlq"),
    errors=(Unauthorized, RateLimited),
)
RESERVE = Procedure(
    subject="rpc.session.reserve.v1",
    about="Places or bytes of a session's quota, for all of the ids or for none.",
    request=ReservationRequest,
    result=Reservation,
    served_by="session",
    asked_by=("dataproc", "nlq"),
)
RELEASE = Procedure(
    subject="rpc.session.release.v1",
    about="Give back what reservations hold.",
    request=ReleaseRequest,
    result=Released,
    served_by="session",
    asked_by=("dataproc", "nlq"),
)
