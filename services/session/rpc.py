"""What other services ask over NATS request-reply: who a token stands for, and whether a session may have more."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.session.domain import QuotaKind
from services.session.service import Access, Quotas, SessionService
from shared.auth import RELEASE_SUBJECT, RESERVE_SUBJECT, VERIFY_SUBJECT
from shared.bus import Bus
from shared.errors import AppError, RateLimited, Unauthorized

QUEUE = "session"
log = structlog.get_logger(__name__)


Id = Annotated[str, Field(min_length=1, max_length=128)]


class ReservationRequest(BaseModel):
    """`ids` name the reservations, which are granted all or none; asking again with the same ones changes nothing. `amount` is of bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: str = Field(min_length=1, max_length=64)
    kind: QuotaKind
    amount: int = Field(default=1, ge=0)
    ids: tuple[Id, ...] = Field(min_length=1, max_length=10_000)

    @model_validator(mode="after")
    def _count_once(self) -> ReservationRequest:
        if self.kind == "bytes" and len(self.ids) > 1:
            raise ValueError("bytes are reserved for one id at a time")
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("an id is named twice")
        return self


async def serve(bus: Bus, service: SessionService) -> None:
    """Answer from now on, sharing the questions with the other copies of the service."""
    await bus.serve(VERIFY_SUBJECT, QUEUE, lambda payload: verify(service.access, payload))
    await bus.serve(RESERVE_SUBJECT, QUEUE, lambda payload: answered(reserve, service.quotas, payload))
    await bus.serve(RELEASE_SUBJECT, QUEUE, lambda payload: answered(release, service.quotas, payload))


async def verify(access: Access, payload: bytes) -> bytes:
    """The payload is a token's SHA-256 in hex, and optionally a space and the client's address."""
    digest, _, address = payload.decode("ascii", "replace").partition(" ")
    try:
        return (await access.verify(digest, address or None)).model_dump_json().encode()
    except Unauthorized:
        return b"{}"
    except RateLimited as error:
        return json.dumps({"rate_limited": True, "retry_after": error.retry_after}).encode()
    except AppError:
        return b'{"unavailable": true}'


async def reserve(quotas: Quotas, request: ReservationRequest) -> dict[str, Any]:
    reserved = await quotas.reserve(request.session_id, request.kind, request.ids, request.amount)
    return asdict(reserved)


async def release(quotas: Quotas, request: ReservationRequest) -> dict[str, Any]:
    await quotas.release(request.session_id, request.kind, request.ids)
    return {"released": True}


async def answered(
    answer: Callable[[Quotas, ReservationRequest], Awaitable[dict[str, Any]]], quotas: Quotas, payload: bytes
) -> bytes:
    """Failures are answered too: who asks must not have to wait for a timeout to learn of them."""
    try:
        body = await answer(quotas, ReservationRequest.model_validate_json(payload))
    except ValidationError as error:
        body = {"error": {"code": "invalid_request", "detail": str(error)[:500]}}
    except AppError as error:
        log.warning("reservation_failed", code=error.code, detail=error.detail)
        body = {"error": {"code": error.code, "detail": error.detail}}
    return json.dumps(body).encode()
