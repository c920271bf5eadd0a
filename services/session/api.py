"""HTTP in: the session routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.session.cookies import clear_cookie, set_cookie
from services.session.domain import Session
from services.session.entries import Kind
from services.session.errors import (
    IdentityNotVerified,
    IdentityProviderUnavailable,
    InvalidCursor,
    PrivacyNotAllowed,
    SessionsRecovering,
    SessionsUnavailable,
    TooManyFailedTokens,
    TooManySessions,
)
from services.session.live import sse
from services.session.schemas import CurrentSession as CurrentSessionBody
from services.session.schemas import EndedSession, HistoryPage, NewSession, OpenedSession, SessionChoice, rendered
from services.session.service import SessionService
from services.session.service.registry import Wanted
from services.session.settings import Settings
from services.session.storage.identity import looks_like_identity
from shared.auth import CurrentSession, hash_token
from shared.auth.address import address_of
from shared.auth.dependency import CrossSiteRequest, token_of
from shared.bus import BusUnavailable
from shared.errors import Unauthorized
from shared.errors.problems import responses
from shared.objects import StorageUnavailable

LONGEST_WAIT = 30.0
KNOWN = (Unauthorized, CrossSiteRequest, TooManyFailedTokens, SessionsUnavailable, SessionsRecovering)
router = APIRouter(prefix="/v1", tags=["sessions"])


def service_of(request: Request) -> SessionService:
    service: SessionService = request.app.state.service
    return service


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


@router.post(
    "/sessions",
    status_code=201,
    summary="Make a session, or sign in to one",
    responses=responses(
        IdentityNotVerified,
        PrivacyNotAllowed,
        TooManySessions,
        SessionsUnavailable,
        IdentityProviderUnavailable,
        BusUnavailable,
        StorageUnavailable,
    ),
)
async def open_session(request: Request, response: Response, wanted: NewSession | None = None) -> OpenedSession:
    """Also sets the cookie, for pages of the gateway's own origin. Where sign-in is configured, an identity token (JWT) as the
    bearer token leads to the session of the person it names."""
    access, settings, privacy = service_of(request).access, settings_of(request), wanted.privacy if wanted else None
    address = address_of(request, getattr(request.app.state, "trusted_proxies", 1))
    identity = identity_token(request) if access.signs_in else None
    opened = await access.sign_in(identity, address, privacy) if identity else await access.open(address, privacy)
    set_cookie(request, response, opened.token, settings)
    return OpenedSession.of(opened, settings.house_privacy)


@router.get("/sessions/current", summary="The caller's session, with its quota and usage", responses=responses(*KNOWN))
async def read_session(request: Request, principal: CurrentSession) -> CurrentSessionBody:
    service = service_of(request)
    return await shown(service, await service.access.current(principal))


@router.patch(
    "/sessions/current",
    summary="Choose what Claude may be told",
    responses=responses(*KNOWN, PrivacyNotAllowed, StorageUnavailable),
)
async def change_session(request: Request, principal: CurrentSession, wanted: SessionChoice) -> CurrentSessionBody:
    """Holds for every question that is asked after the answer, which takes a second where something changes. Questions on their way keep
    what held when they were asked; one that waits for a choice becomes stricter, and never laxer, once it is made."""
    service = service_of(request)
    return await shown(service, await service.privacy.choose(principal.session_id, wanted.privacy))


@router.delete(
    "/sessions/current",
    status_code=202,
    summary="End the session and forget everything in it",
    responses={
        200: {"model": EndedSession, "description": "everything is gone"},
        **responses(*KNOWN, BusUnavailable, StorageUnavailable),
    },
)
async def delete_session(
    request: Request,
    response: Response,
    principal: CurrentSession,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for the end")] = 0,
) -> EndedSession:
    """The token is dead at once. Answers 200 when every service has forgotten the session within `wait`, else 202."""
    removed = await service_of(request).forgetting.delete(principal.session_id, wait)
    clear_cookie(request, response, settings_of(request))
    response.status_code = 200 if removed else 202
    return EndedSession.of(principal.session_id, removed)


@router.post(
    "/sessions/current/rotate",
    summary="Exchange the token for a new one",
    responses=responses(*KNOWN, StorageUnavailable),
)
async def rotate_token(request: Request, response: Response, principal: CurrentSession) -> OpenedSession:
    """The old token is refused from now on; requests and event streams that it opened go on."""
    opened = await service_of(request).access.rotate(principal, token_of(request))
    set_cookie(request, response, opened.token, settings_of(request))
    return OpenedSession.of(opened, settings_of(request).house_privacy)


@router.post(
    "/sessions/current/sign-out",
    status_code=204,
    summary="Revoke this token; the session stays",
    responses=responses(*KNOWN, StorageUnavailable),
)
async def sign_out(request: Request, response: Response, principal: CurrentSession) -> None:
    """For people who signed in: their files stay, and signing in again leads back to them."""
    await service_of(request).access.sign_out(principal, token_of(request))
    clear_cookie(request, response, settings_of(request))


@router.get(
    "/sessions/current/history",
    summary="What the session has and did, newest first",
    response_model=HistoryPage,
    responses=responses(*KNOWN, InvalidCursor),
)
async def read_history(
    request: Request,
    principal: CurrentSession,
    kind: Annotated[list[Kind] | None, Query(description="only these kinds")] = None,
    q: Annotated[str, Query(max_length=200, description="only entries whose title, answer or code holds this")] = "",
    state: Annotated[list[str] | None, Query(description="only these states")] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    wanted = Wanted(frozenset(kind or ()), q.strip(), frozenset(state or ()))
    page = await service_of(request).registry.history(principal.session_id, wanted, cursor, limit)
    return Response(rendered(page), media_type="application/json")


@router.get(
    "/sessions/current/export",
    summary="Everything of the session as one zip archive",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/zip": {}}, "description": "history.json, files, tables as Parquet"},
        **responses(*KNOWN, StorageUnavailable),
    },
)
async def export_session(request: Request, principal: CurrentSession) -> StreamingResponse:
    service = service_of(request)
    session = await service.access.current(principal)
    name = f"askframe-{session.session_id}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(service.archive.stream(session), media_type="application/zip", headers=headers)


@router.get(
    "/events",
    summary="This session's events and progress as they happen",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "server-sent events"}, **responses(*KNOWN)},
)
async def stream_events(
    request: Request,
    principal: CurrentSession,
    last_event_id: Annotated[str | None, Header(max_length=200, description="resume after this event")] = None,
) -> StreamingResponse:
    """Each stored event has its subject as `event:`, itself as `data:` and an `id:` to resume after; progress has no id."""
    frames = service_of(request).live.stream(principal.session_id, last_event_id, hash_token(token_of(request)))
    return StreamingResponse(frames, media_type="text/event-stream", headers=sse.HEADERS)


async def shown(service: SessionService, session: Session) -> CurrentSessionBody:
    overview = await service.registry.overview(session.session_id)
    quota = await service.quotas.shown(session.session_id, overview)
    return CurrentSessionBody.of(session, overview, quota, service.privacy.house)


def identity_token(request: Request) -> str | None:
    """The bearer token, where it is an identity token and not one of a session."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and looks_like_identity(token.strip()) else None
