"""What other services ask over the bus: who a token stands for, and whether a session may have more."""

from __future__ import annotations

from dataclasses import asdict

from services.session.service import Access, Quotas, Registry, SessionService
from shared import rpc
from shared.bus import Bus
from shared.rpc import (
    RELEASE,
    RESERVE,
    VERIFY_TOKEN,
    Released,
    ReleaseRequest,
    Reservation,
    ReservationRequest,
    TokenRequest,
    VerifiedToken,
)


async def serve(bus: Bus, service: SessionService) -> None:
    """Answer from now on, sharing the questions with the other copies of the service."""
    await rpc.serve(bus, VERIFY_TOKEN, lambda request: verify(service.access, request))
    await rpc.serve(bus, RESERVE, lambda request: reserve(service.quotas, service.registry, request))
    await rpc.serve(bus, RELEASE, lambda request: release(service.quotas, request))


async def verify(access: Access, request: TokenRequest) -> VerifiedToken:
    principal = await access.verify(request.token_sha256, request.address)
    return VerifiedToken(**principal.model_dump())


async def reserve(quotas: Quotas, registry: Registry, request: ReservationRequest) -> Reservation:
    """Bytes are those of tables: the session's files, which upload counts, are kept beside them."""
    session_id, kind = request.session_id, request.kind
    files = (await registry.overview(session_id)).bytes if kind == "bytes" else 0
    return Reservation(**asdict(await quotas.reserve(session_id, kind, request.ids, request.amount, files)))


async def release(quotas: Quotas, request: ReleaseRequest) -> Released:
    await quotas.release(request.session_id, request.kind, request.ids)
    return Released()
