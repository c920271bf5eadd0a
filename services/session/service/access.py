"""Tokens: given out, verified, rotated, revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.session.domain import Lifetimes, Session, begin, moment
from services.session.errors import TooManyFailedTokens, TooManySessions
from services.session.ports import Announcements, Clock, IdentityProvider, Manifests, RateLimits, SessionStore
from services.session.service.manifest import settle_manifest
from services.session.service.privacy import PrivacyChoice
from shared.auth import Principal, hash_token
from shared.bus import EventBus
from shared.errors import Unauthorized
from shared.events import SessionCreated
from shared.privacy import Privacy
from shared.telemetry import metrics

CREATIONS, FAILURES = "creations", "failures"
REFUSED = "The session token is unknown, expired or revoked."
HINT = "Make a new session with POST /v1/sessions and use its token."


@dataclass(frozen=True)
class Opened:
    """A session with a token to it; the token exists nowhere else."""

    session: Session
    token: str


@dataclass(frozen=True)
class Randomness:
    """Where ids and tokens come from. A token carries 256 random bits."""

    session_id: Callable[[], str]
    token: Callable[[], str]


class Access:
    """Who may come in. Addresses are those of clients, for rate limits only."""

    def __init__(
        self,
        store: SessionStore,
        manifests: Manifests,
        bus: EventBus,
        announcements: Announcements,
        limits: RateLimits,
        lifetimes: Lifetimes,
        clock: Clock,
        randomness: Randomness,
        privacy: PrivacyChoice,
        identities: IdentityProvider | None = None,
    ) -> None:
        self._store = store
        self._manifests = manifests
        self._bus = bus
        self._announcements = announcements
        self._limits = limits
        self._lifetimes = lifetimes
        self._clock = clock
        self._randomness = randomness
        self._privacy = privacy
        self._identities = identities

    @property
    def signs_in(self) -> bool:
        """Whether an issuer of identity tokens is configured."""
        return self._identities is not None

    async def open(self, address: str, privacy: Privacy | None = None) -> Opened:
        """A new session for somebody unknown."""
        self._privacy.demand_allowed(privacy)
        await self._limit_creation(address)
        return await self._create(None, privacy)

    async def sign_in(self, identity_token: str, address: str, privacy: Privacy | None = None) -> Opened:
        """A token to the session of the user that the identity token names; their first sign-in makes it. What they choose holds for it."""
        assert self._identities is not None
        self._privacy.demand_allowed(privacy)
        await self._limit_creation(address)
        identity = await self._identities.verify(identity_token)
        session_id = await self._store.session_of_user(identity.user_id)
        session = await self._store.get(session_id) if session_id else None
        if session is None:
            return await self._create(identity.user_id, privacy)
        if privacy is not None:
            session = await self._privacy.choose(session.session_id, privacy)
        return await self._add_token(session)

    async def verify(self, digest: str, address: str | None = None) -> Principal:
        """The session that a token's digest stands for; uses of it move its idle deadline on.

        Comparing digests tells nothing about tokens: they are looked up by a hash that a guesser cannot steer.
        """
        session = await self._store.find(digest, self._clock())
        if session is None:
            await self._limit_failures(address)
            raise Unauthorized(REFUSED, hint=HINT)
        return Principal(
            session_id=session.session_id,
            expires_at=moment(session.expires_at),
            user_id=session.user_id,
            privacy=session.privacy,
        )

    async def current(self, principal: Principal) -> Session:
        session = await self._store.get(principal.session_id)
        if session is None:
            raise Unauthorized(REFUSED, hint=HINT)
        return session

    async def rotate(self, principal: Principal, token: str) -> Opened:
        """A new token for the old one, which is refused from now on."""
        session = await self.current(principal)
        old, new = hash_token(token), self._randomness.token()
        kept = await self._store.digests(session.session_id) - {old} | {hash_token(new)}
        # The manifest first: if Redis is lost after the answer, the new token must be known.
        await self._manifests.save(session, kept)
        if not await self._store.replace_token(session.session_id, old, hash_token(new)):
            raise Unauthorized(REFUSED, hint=HINT)
        await settle_manifest(self._store, self._manifests, session, kept)
        await self._announcements.revoked(session.session_id, [old])
        return Opened(session, new)

    async def sign_out(self, principal: Principal, token: str) -> None:
        """Revoke this token and close its event streams; the session and its other tokens stay."""
        session = await self.current(principal)
        digest = hash_token(token)
        await self._store.remove_token(session.session_id, digest)
        kept = await self._store.digests(session.session_id)
        await self._manifests.save(session, kept)
        await settle_manifest(self._store, self._manifests, session, kept)
        await self._announcements.revoked(session.session_id, [digest], ends_streams=True)

    async def _create(self, user_id: str | None, privacy: Privacy | None) -> Opened:
        session = begin(self._randomness.session_id(), self._clock(), self._lifetimes, user_id, privacy)
        token = self._randomness.token()
        digests = [hash_token(token)]
        await self._manifests.save(session, digests)
        await self._store.insert(session, digests)
        await self._bus.publish(SessionCreated(session_id=session.session_id, expires_at=moment(session.expires_at)))
        metrics.SESSIONS_CREATED.inc()
        return Opened(session, token)

    async def _add_token(self, session: Session) -> Opened:
        """Signing in again also lets the session live on."""
        session = replace(session, until=max(session.until, self._clock() + self._lifetimes.longest))
        token = self._randomness.token()
        digests = await self._store.digests(session.session_id) | {hash_token(token)}
        await self._manifests.save(session, digests)
        await self._store.insert(session, [hash_token(token)])
        await self._store.prolong(session.session_id, session.until)
        await settle_manifest(self._store, self._manifests, session, digests)
        return Opened(session, token)

    async def _limit_creation(self, address: str) -> None:
        waiting = await self._limits.take(CREATIONS, address, self._clock())
        if waiting:
            raise TooManySessions(
                "Too many sessions were made from this address.",
                retry_after=waiting,
                hint="Keep the token of a session and use it again.",
            )

    async def _limit_failures(self, address: str | None) -> None:
        waiting = await self._limits.take(FAILURES, address, self._clock()) if address else 0.0
        if waiting:
            raise TooManyFailedTokens("Too many wrong tokens came from this address.", retry_after=waiting, hint=HINT)
