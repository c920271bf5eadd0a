"""What a model may be told of a session's tables: chosen, and held everywhere once it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.session.domain import Session
from services.session.errors import PrivacyNotAllowed
from services.session.ports import Announcements, Manifests, SessionStore
from services.session.service.manifest import settle_manifest
from shared.auth.verifier import CACHE_SECONDS
from shared.errors import Unauthorized
from shared.privacy import HousePrivacy, Privacy

Sleep = Callable[[float], Awaitable[None]]


class PrivacyChoice:
    """`house` is what holds without a choice, and what may be chosen."""

    def __init__(
        self, house: HousePrivacy, store: SessionStore, manifests: Manifests, announcements: Announcements, sleep: Sleep
    ) -> None:
        self.house = house
        self._store = store
        self._manifests = manifests
        self._announcements = announcements
        self._sleep = sleep

    def demand_allowed(self, chosen: Privacy | None) -> None:
        if chosen is not None and not self.house.allows(chosen):
            raise PrivacyNotAllowed(
                "Whoever runs this server does not allow that cell values are told to the model.",
                hint="Choose `schema_only`, or leave it out.",
            )

    async def choose(self, session_id: str, chosen: Privacy | None) -> Session:
        """None leaves it to the house again.

        Whoever becomes stricter relies on it for the next question. Every service forgets what it knew of the session when it hears of the
        change; that word can be lost, so the answer waits until their memories have run out by themselves.
        """
        self.demand_allowed(chosen)
        before = await self._store.get(session_id)
        if before is not None and before.privacy == chosen:
            return before
        await self._store.choose_privacy(session_id, chosen)
        session = await self._store.get(session_id)
        if session is None:
            raise Unauthorized("The session has ended.", hint="Make a new one with POST /v1/sessions.")
        digests = await self._store.digests(session_id)
        await self._manifests.save(session, digests)
        await settle_manifest(self._store, self._manifests, session, digests)
        await self._announcements.changed(session_id)
        await self._sleep(CACHE_SECONDS)
        return session
