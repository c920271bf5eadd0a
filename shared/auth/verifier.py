"""Verification of tokens: asked of the session service over the bus, remembered for at most a second."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from shared.auth.principal import Principal, hash_token
from shared.errors import RateLimited, Unauthorized, Unavailable
from shared.telemetry import metrics

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from shared.bus import Bus

VERIFY_SUBJECT = "rpc.session.verify"
REVOKED_SUBJECT = "auth.revoked"  # core NATS: {"session_id", "token_sha256": […]}; no hashes means all of the session
CACHE_SECONDS = 1.0  # a revoked token is refused everywhere within this time
CACHE_ENTRIES = 20_000


class SessionVerifier(Protocol):
    """Turns a token into the session it stands for, or raises `Unauthorized` or `Unavailable`."""

    async def verify(self, token: str, address: str | None = None) -> Principal:
        """`address` is the client's, for the limit of wrong tokens per address."""
        ...


class BusVerifier:
    """Asks `rpc.session.verify` with the token's hash; the token itself never leaves the process that received it."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Principal]] = OrderedDict()
        self._listening = False
        self._revocations = 0

    async def verify(self, token: str, address: str | None = None) -> Principal:
        digest = hash_token(token)
        started = time.perf_counter()
        held = self._known.get(digest)
        if held and held[0] > self._clock():
            metrics.TOKEN_CHECKS.labels(outcome="cached").inc()
            metrics.TOKEN_SECONDS.labels(cached="yes").observe(time.perf_counter() - started)
            return held[1]
        await self._listen()
        revocations = self._revocations
        principal = await self._ask(digest, address)
        metrics.TOKEN_SECONDS.labels(cached="no").observe(time.perf_counter() - started)
        if revocations == self._revocations:  # else this answer may be older than what was revoked meanwhile
            self._remember(digest, principal)
        return principal

    async def _listen(self) -> None:
        """Hear of revocations at once; when such a word is lost, the cache's second is the bound."""
        if not self._listening:
            self._listening = True
            await self._bus.client.subscribe(REVOKED_SUBJECT, cb=self._forget)

    async def _forget(self, message: Msg) -> None:
        self._revocations += 1
        said: dict[str, Any] = json.loads(message.data)
        digests = set(said.get("token_sha256", ()))
        for digest, (_, principal) in list(self._known.items()):
            if digest in digests or (not digests and principal.session_id == said.get("session_id")):
                del self._known[digest]

    async def _ask(self, digest: str, address: str | None) -> Principal:
        question = f"{digest} {address}" if address else digest
        try:
            answer: dict[str, Any] = json.loads(await self._bus.request(VERIFY_SUBJECT, question.encode()))
        except Unavailable:
            metrics.TOKEN_CHECKS.labels(outcome="unavailable").inc()
            raise
        if answer.get("unavailable"):
            metrics.TOKEN_CHECKS.labels(outcome="unavailable").inc()
            raise Unavailable("Sessions cannot be looked up right now.", hint="Try again in a moment.", retry_after=2)
        if answer.get("rate_limited"):
            metrics.TOKEN_CHECKS.labels(outcome="refused").inc()
            raise RateLimited(
                "Too many wrong tokens came from this address.",
                hint="Make a new session and use its token.",
                retry_after=answer.get("retry_after"),
            )
        if "session_id" not in answer:
            metrics.TOKEN_CHECKS.labels(outcome="refused").inc()
            raise Unauthorized(
                "The session token is unknown, expired or revoked.",
                hint="Make a new session with POST /v1/sessions and use its token.",
            )
        metrics.TOKEN_CHECKS.labels(outcome="valid").inc()
        return Principal.model_validate(answer)

    def _remember(self, digest: str, principal: Principal) -> None:
        self._known[digest] = (self._clock() + CACHE_SECONDS, principal)
        self._known.move_to_end(digest)
        while len(self._known) > CACHE_ENTRIES:
            self._known.popitem(last=False)
