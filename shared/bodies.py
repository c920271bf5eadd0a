"""Bodies of requests: none is read before its sender is known, but for a few bytes where nobody can be, and none beyond its route's limit.

FastAPI reads a JSON body before it looks at a route's dependencies, the token's check among them. Starlette's own limit
(`max_body_size`) is not used: it answers in plain text, and hides a 401 behind its 413.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from shared.auth import current_session
from shared.errors import AppError, PayloadTooLarge
from shared.errors.problems import of_error

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The longest request with a reason is `POST /v1/code`: 50,000 characters, which JSON may write in six bytes each.
JSON_BYTES = 1 << 20


class GuardedBodies:
    """ASGI middleware. Limits are in bytes by route pattern: `larger` of routes that take more than `JSON_BYTES`, `of_strangers` of routes for people
    without a session."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int], of_strangers: Mapping[str, int]) -> None:
        self._app, self._larger, self._of_strangers = app, larger, of_strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = GuardedBody(scope, receive, send, self._larger, self._of_strangers)
        await self._app(scope, body.receive, body.send)


class GuardedBody:
    """One request. Its route is known when its body is first asked for, and so is what may be sent to it."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        larger: Mapping[str, int],
        of_strangers: Mapping[str, int],
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._larger, self._of_strangers = larger, of_strangers
        self._limit: int | None = None
        self._taken = 0
        self._refusal: AppError | None = None
        self._started = False

    async def receive(self) -> Message:
        try:
            if self._limit is None:
                self._limit = await self._admit()
            message = await self._receive()
            self._taken += len(message.get("body", b""))
            if self._taken > self._limit:
                raise too_large(self._limit)
        except AppError as error:
            self._refusal = error
            raise
        return message

    async def send(self, message: Message) -> None:
        """What the application makes of a refusal, which it met in the middle of reading, is replaced by the refusal."""
        if self._refusal is None or self._started:
            self._started = True
            await self._send(message)
        elif message["type"] == "http.response.start":
            await of_error(self._refusal)(self._scope, self._receive, self._send)

    async def _admit(self) -> int:
        """The limit of this body, for a sender who may send one and announces none beyond it."""
        path = getattr(self._scope.get("route"), "path", "")
        limit = self._of_strangers.get(path)
        if limit is None:
            await current_session(Request(self._scope))
            limit = self._larger.get(path, JSON_BYTES)
        announced = Headers(scope=self._scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise too_large(limit)
        return limit


def has_body(headers: Headers) -> bool:
    """RFC 9112, 6: a request has a body when one of these says so."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"The body is larger than the {limit:,} bytes that this route takes.", hint="Send less in one request."
    )
