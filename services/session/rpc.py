"""What other services ask over NATS request-reply: who a token stands for, and whether a session may have more."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.session.domain import QuotaKind
from services.session.service import Access, Quotas, SessionService
from shared.auth import VERIFY_SUBJECT
from shared.bus import Bus
from shared.errors import AppError, RateLimited, Unauthorized

RESERVE_SUBJECT = "rpc.session.reserve"
RELEASE_SUBJECT = "rpc.session.release"
QUEUE = "session"
log = structlog.get_logger(__name__)


class ReservationRequest(BaseModel):
    """`id` names the reservation: asking again with the same one changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: str = Field(min_length=1, max_length=64)
    kind: QuotaKind
    amount: int = Field(default=1, ge=0)
    id: str = Field(min_length=1, max_length=128)


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
    reserved = await quotas.reserve(request.session_id, request.kind, request.amount, request.id)
    return {"granted": reserved.granted, "used": reserved.used, "limit": reserved.limit, "retry_after": reserved.retry_after}


async def release(quotas: Quotas, request: ReservationRequest) -> dict[str, Any]:
    await quotas.release(request.session_id, request.kind, request.id)
    return {"released": True}


async def answered(answer: Callable[[Quotas, ReservationRequest], Awaitable[dict[str, Any]]], quotas: Quotas, payload: bytes) -> bytes:
    """Failures are answered too: who asks must not have to wait for a timeout to learn of them."""
    try:
        body = await answer(quotas, ReservationRequest.model_validate_json(payload))
    except ValidationError as error:
        body = {"error": {"code": "invalid_request", "detail": str(error)[:500]}}
    except AppError as error:
        log.warning("reservation_failed", code=error.code, detail=error.detail)
        body = {"error": {"code": error.code, "detail": error.detail}}
    return json.dumps(body).encode()
