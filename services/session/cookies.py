"""The session cookie: out of reach of scripts, sent along to no other site, and bound to the host where there is TLS."""

from __future__ import annotations

from fastapi import Request, Response

from services.session.settings import Settings
from shared.auth.dependency import COOKIE, SECURE_COOKIE, is_same_origin


def set_cookie(request: Request, response: Response, token: str, settings: Settings) -> None:
    """Not for a page of another origin: it may have a token, but must not replace the one that this browser holds."""
    if is_same_origin(request):
        response.set_cookie(
            _name(settings),
            token,
            max_age=int(settings.session_max_seconds),
            path="/",
            httponly=True,
            samesite="lax",
            secure=_is_secure(settings),
        )
    response.headers["Cache-Control"] = "no-store"


def clear_cookie(request: Request, response: Response, settings: Settings) -> None:
    if _name(settings) in request.cookies:
        response.delete_cookie(_name(settings), path="/", httponly=True, samesite="lax", secure=_is_secure(settings))


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def _name(settings: Settings) -> str:
    return SECURE_COOKIE if _is_secure(settings) else COOKIE
