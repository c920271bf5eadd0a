"""Verification of tokens: asked of the session service over the bus, remembered for at most a second."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from shared.auth.principal import Principal, hash_token
from shared.auth.revocation import CHANGED_SUBJECT, REVOKED_SUBJECT, SessionChanged, TokensRevoked
from shared.errors import AppError, Unavailable
from shared.rpc import VERIFY_TOKEN, TokenRequest, ask
from shared.telemetry import metrics

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from shared.bus import Bus

CACHE_SECONDS = 1.0  # a revoked token is refused everywhere within this time
CACHE_ENTRIES = 20_000


class SessionVerifier(Protocol):
    """Turns a token into the session it stands for, or raises `Unauthorized`, `RateLimited` or `Unavailable`."""

    async def verify(self, token: str, address: str | None = None) -> Principal:
        """`address` is the client's, for the limit of wrong tokens per address."""
        ...


class BusVerifier:
    """Asks with the token's hash; the token itself never leaves the process that received it."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Principal]] = OrderedDict()
        self._listening = False
        self._corrections = 0

    async def verify(self, token: str, address: str | None = None) -> Principal:
        digest = hash_token(token)
        started = time.perf_counter()
        held = self._known.get(digest)
        if held and held[0] > self._clock():
            metrics.TOKEN_CHECKS.labels(outcome="cached").inc()
            metrics.TOKEN_SECONDS.labels(cached="yes").observe(time.perf_counter() - started)
            return held[1]
        await self._listen()
        corrections = self._corrections
        principal = await self._ask(digest, address)
        metrics.TOKEN_SECONDS.labels(cached="no").observe(time.perf_counter() - started)
        if corrections == self._corrections:  # else this answer may be older than what was revoked or changed meanwhile
            self._remember(digest, principal)
        return principal

    async def _listen(self) -> None:
        """Hear of revocations and changes at once; when such a word is lost, the cache's second is the bound."""
        if not self._listening:
            self._listening = True
            await self._bus.client.subscribe(REVOKED_SUBJECT, cb=self._forget_revoked)
            await self._bus.client.subscribe(CHANGED_SUBJECT, cb=self._forget_changed)

    async def _forget_revoked(self, message: Msg) -> None:
        said = TokensRevoked.model_validate_json(message.data)
        self._forget(said.names)

    async def _forget_changed(self, message: Msg) -> None:
        said = SessionChanged.model_validate_json(message.data)
        self._forget(lambda _, session_id: session_id == said.session_id)

    def _forget(self, concerns: Callable[[str, str], bool]) -> None:
        """`concerns` is asked with a token's digest and its session's id."""
        self._corrections += 1
        for digest, (_, principal) in list(self._known.items()):
            if concerns(digest, principal.session_id):
                del self._known[digest]

    async def _ask(self, digest: str, address: str | None) -> Principal:
        try:
            verified = await ask(self._bus, VERIFY_TOKEN, TokenRequest(token_sha256=digest, address=address))
        except Unavailable:
            metrics.TOKEN_CHECKS.labels(outcome="unavailable").inc()
            raise
        except AppError:
            metrics.TOKEN_CHECKS.labels(outcome="refused").inc()
            raise
        metrics.TOKEN_CHECKS.labels(outcome="valid").inc()
        return Principal(**verified.model_dump())

    def _remember(self, digest: str, principal: Principal) -> None:
        self._known[digest] = (self._clock() + CACHE_SECONDS, principal)
        self._known.move_to_end(digest)
        while len(self._known) > CACHE_ENTRIES:
            self._known.popitem(last=False)
