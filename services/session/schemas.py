"""What the session routes answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field

from services.session.domain import Removed, Reserved, Session, moment
from services.session.entries import Kind
from services.session.service import Opened, Overview, Page
from shared.privacy import HousePrivacy, Privacy
from shared.rpc import QuotaKind


class NewSession(BaseModel):
    """What is chosen from the beginning. Who signs in to a session that there is already chooses for that one."""

    model_config = ConfigDict(extra="forbid")
    privacy: Privacy | None = Field(default=None, description="what Claude may be told; null: what holds in the house")


class SessionChoice(BaseModel):
    """What is chosen from now on."""

    model_config = ConfigDict(extra="forbid")
    privacy: Privacy | None = Field(description="what Claude may be told; null: what holds in the house")


class PrivacyInForce(BaseModel):
    """What Claude may be told of this session's tables, and who decided it."""

    privacy: Privacy = Field(
        description="`schema_only`: names, types and shapes; `profile`: values of cells, and earlier answers, too"
    )
    privacy_from: Literal["session", "house"] = Field(description="whether the session chose it, or it is the server's")

    @classmethod
    def told(cls, session: Session, house: HousePrivacy) -> dict[str, Any]:
        """The fields of this, for what has more of them."""
        in_force = house.in_force(session.privacy)
        return {"privacy": in_force, "privacy_from": "session" if session.privacy == in_force else "house"}


class OpenedSession(PrivacyInForce):
    """A session and the only copy of its token."""

    session_id: str
    token: str = Field(description="send it as `Authorization: Bearer <token>`; it cannot be shown again")
    expires_at: datetime = Field(description="moves on with use, up to the session's longest lifetime")

    @classmethod
    def of(cls, opened: Opened, house: HousePrivacy) -> Self:
        return cls(
            session_id=opened.session.session_id,
            token=opened.token,
            expires_at=moment(opened.session.expires_at),
            **cls.told(opened.session, house),
        )


class Quota(BaseModel):
    """How much is used of how much."""

    used: int
    limit: int


class Usage(BaseModel):
    """What the model was used for in this session."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd: float = 0


class CurrentSession(PrivacyInForce):
    """The caller's session."""

    session_id: str
    created_at: datetime
    expires_at: datetime
    user_id: str | None = Field(default=None, description="set after sign-in; the same in all of a person's browsers")
    quota: dict[QuotaKind, Quota]
    counts: dict[Kind, int]
    usage: Usage

    @classmethod
    def of(cls, session: Session, overview: Overview, quota: dict[QuotaKind, Reserved], house: HousePrivacy) -> Self:
        return cls(
            session_id=session.session_id,
            created_at=moment(session.created_at),
            expires_at=moment(session.expires_at),
            user_id=session.user_id,
            quota={kind: Quota(used=q.used, limit=q.limit) for kind, q in quota.items()},
            counts=dict(overview.counts),
            usage=Usage.model_validate(overview.usage),
            **cls.told(session, house),
        )


class HistoryEntry(BaseModel):
    """One file, table, question or conversation. `details` depend on the kind: a question's hold its answer, code and timings."""

    kind: Kind
    id: str
    at: datetime
    state: str = Field(
        description="files: received ready failed rejected; questions: asked needs_clarification answered failed; others: ready"
    )
    title: str
    details: dict[str, Any]


class HistoryPage(BaseModel):
    """Entries, newest first."""

    entries: list[HistoryEntry]
    next_cursor: str | None = Field(description="continues after the last entry; null at the end")


def rendered(page: Page) -> bytes:
    """A `HistoryPage` as JSON. Its parts were validated when they were recorded; doing it again would cost more than reading them."""
    return orjson.dumps(
        {"entries": [entry.shown() for entry in page.entries], "next_cursor": page.cursor}, option=orjson.OPT_UTC_Z
    )


class EndedSession(BaseModel):
    """What became of a session that was deleted."""

    session_id: str
    state: Literal["ending", "forgotten"] = Field(description="`ending`: the token is dead, the rest is being removed")
    objects: int | None = Field(default=None, description="objects that were still left to remove at the end")
    keys: int | None = Field(default=None, description="registry keys removed")

    @classmethod
    def of(cls, session_id: str, removed: Removed | None) -> EndedSession:
        if removed is None:
            return cls(session_id=session_id, state="ending")
        return cls(session_id=session_id, state="forgotten", objects=removed.objects, keys=removed.keys)
