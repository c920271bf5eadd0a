"""The FastAPI dependency that turns a bearer token or the session cookie into a `Principal`."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from shared.auth.address import address_of
from shared.auth.principal import Principal
from shared.auth.verifier import SessionVerifier
from shared.errors import Forbidden, Unauthorized

COOKIE = "askframe_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Declared for the OpenAPI document; `_credential` reads the request itself so that a problem document answers.
bearer_scheme = HTTPBearer(auto_error=False, description="the session's token")
cookie_scheme = APIKeyCookie(
    name=COOKIE, auto_error=False, description="the session's cookie, set by POST /v1/sessions"
)


class CrossSiteRequest(Forbidden):
    """A page of another origin tried to use this browser's session."""

    code = "cross_site_request"


async def current_session(
    request: Request,
    _bearer: Annotated[object, Depends(bearer_scheme)] = None,
    _cookie: Annotated[object, Depends(cookie_scheme)] = None,
) -> Principal:
    """The caller's session, asked for once per request. The app keeps its verifier in `app.state.verifier`."""
    if known := getattr(request.state, "principal", None):
        return cast(Principal, known)
    verifier: SessionVerifier = request.app.state.verifier
    address = address_of(request, getattr(request.app.state, "trusted_proxies", 1))
    principal = await verifier.verify(token_of(request), address)
    request.state.principal, request.state.session_id = principal, principal.session_id
    structlog.contextvars.bind_contextvars(session_id=principal.session_id)
    return principal


CurrentSession = Annotated[Principal, Depends(current_session)]


def token_of(request: Request) -> str:
    """The token that the request carries. A header wins over the cookie; a cookie that changes something must be same-origin."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
        raise _missing()
    cookie = request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)
    if not cookie:
        raise _missing()
    if request.method not in SAFE_METHODS and not is_same_origin(request):
        raise CrossSiteRequest(
            "This request came from a page of another site.",
            hint="Send it from the console's own pages, or use an Authorization header.",
        )
    return cookie


def is_same_origin(request: Request) -> bool:
    """Fetch metadata where the browser sends it, else Origin against Host; neither header means no browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get(
        "x-forwarded-host", request.headers.get("host")
    )


def _missing() -> Unauthorized:
    return Unauthorized(
        "No session token came with the request.",
        hint="Send `Authorization: Bearer <token>`, or the cookie that POST /v1/sessions sets.",
    )
