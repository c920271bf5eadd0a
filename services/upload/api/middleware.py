"""What every answer below the upload routes shares: the tus version, CORS, and methods that a proxy would not let through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from services.upload.api.resumable import speaks
from services.upload.tus import ROOT, VERSION

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATHS = (ROOT, "/v1/files")
OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD", "POST"})
EXPOSED = (
    "Location, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Concat, Upload-Defer-Length, Upload-Expires, Tus-Resumable, "
    "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Complete, Upload-Limit, Accept-Patch, Retry-After, ETag, Content-Range, Content-Disposition"
)
ALLOWED_HEADERS = (
    "Authorization, Content-Type, Content-Length, Range, If-None-Match, If-Range, Upload-Length, Upload-Offset, Upload-Metadata, "
    "Upload-Concat, Upload-Checksum, Upload-Defer-Length, Upload-Complete, Upload-Draft-Interop-Version, Tus-Resumable, X-HTTP-Method-Override, X-Requested-With, X-Request-Id"
)
ALLOWED_METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS"


class UploadProtocol:
    """ASGI middleware; bodies pass it untouched. Cookies are never allowed across origins, so any origin may be: a page of
    another site needs a token that it was given."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.strip() for origin in origins if origin.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(headers.get("origin", ""), send)
            return
        is_tus = scope["path"].startswith(ROOT)
        override = headers.get("x-http-method-override", "").upper()
        if is_tus and scope["method"] == "POST" and override in OVERRIDES:
            scope = {**scope, "method": override}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(
                    MutableHeaders(scope=message),
                    headers.get("origin", ""),
                    is_tus and not speaks(headers),
                    message["status"],
                )
            await send(message)

        await self._app(scope, receive, answer)

    def _complete(self, answer: MutableHeaders, origin: str, is_tus: bool, status: int) -> None:
        if is_tus:
            answer["Tus-Resumable"] = VERSION
            if status == 412:
                answer["Tus-Version"] = VERSION
        if origin and self._allows(origin):
            answer["Access-Control-Allow-Origin"] = "*" if "*" in self._origins else origin
            answer["Access-Control-Expose-Headers"] = EXPOSED
            answer.add_vary_header("Origin")

    async def _preflight(self, origin: str, send: Send) -> None:
        headers = MutableHeaders({"Content-Length": "0"})
        self._complete(headers, origin, is_tus=False, status=204)
        if self._allows(origin):
            headers.update(
                {
                    "Access-Control-Allow-Methods": ALLOWED_METHODS,
                    "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                    "Access-Control-Max-Age": "86400",
                }
            )
        await send({"type": "http.response.start", "status": 204, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})

    def _allows(self, origin: str) -> bool:
        return "*" in self._origins or origin in self._origins
