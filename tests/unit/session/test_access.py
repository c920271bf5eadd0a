"""Tokens: who comes in, for how long, and who does not."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from services.session.domain import Lifetimes
from services.session.errors import IdentityNotVerified, TooManyFailedTokens, TooManySessions
from services.session.service import Access, PrivacyChoice
from services.session.service.access import Randomness
from shared.auth import Principal, hash_token
from shared.errors import Unauthorized
from shared.privacy import HousePrivacy
from tests.fakes.bus import RecordingBus
from tests.fakes.session import Clock, CountingLimits, FakeAnnouncements, MemoryManifests, MemorySessionStore, OneIssuer

LIFETIMES = Lifetimes(idle=100, longest=1000)
UNDECIDED = HousePrivacy(default="profile", floor="profile")


class World:
    """An `Access` over fakes, and the fakes."""

    def __init__(self, grants: int = 1_000_000, *, signs_in: bool = False, house: HousePrivacy = UNDECIDED) -> None:
        numbers = count()
        self.clock, self.bus = Clock(), RecordingBus()
        self.store, self.manifests = MemorySessionStore(LIFETIMES), MemoryManifests()
        self.store.whole.add("tokens")
        self.announcements = FakeAnnouncements(self.bus)
        randomness = Randomness(lambda: f"s_{next(numbers)}", lambda: f"token-{next(numbers)}")
        self.slept: list[float] = []
        self.privacy = PrivacyChoice(house, self.store, self.manifests, self.announcements, self._sleep)
        self.access = Access(
            self.store,
            self.manifests,
            self.bus,
            self.announcements,
            CountingLimits(grants),
            LIFETIMES,
            self.clock,
            randomness,
            self.privacy,
            OneIssuer() if signs_in else None,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def principal(self, token: str) -> Principal:
        return await self.access.verify(hash_token(token), "192.0.2.1")


async def test_a_token_leads_to_its_session_and_is_kept_only_as_a_digest() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    principal = await world.principal(opened.token)
    assert principal.session_id == opened.session.session_id
    assert principal.expires_at == datetime.fromtimestamp(world.clock.now + 100, UTC)
    assert opened.token not in repr([vars(world.store), world.manifests.saved, world.bus.events])
    assert [event.subject for event in world.bus.events] == ["session.created.v1"]


async def test_use_moves_the_idle_deadline_and_nothing_moves_the_last_one() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    for _ in range(12):
        world.clock.now += 80
        await world.principal(opened.token)
    world.clock.now += 80
    with pytest.raises(Unauthorized):
        await world.principal(opened.token)


async def test_an_unused_session_ends() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    world.clock.now += 100
    with pytest.raises(Unauthorized):
        await world.principal(opened.token)


async def test_rotation_replaces_the_token_in_redis_and_in_the_manifest() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    principal = await world.principal(opened.token)
    rotated = await world.access.rotate(principal, opened.token)
    assert (await world.principal(rotated.token)).session_id == opened.session.session_id
    with pytest.raises(Unauthorized):
        await world.principal(opened.token)
    assert world.manifests.saved[principal.session_id][1] == {hash_token(rotated.token)}
    assert world.announcements.told == [(principal.session_id, frozenset({hash_token(opened.token)}))]
    with pytest.raises(Unauthorized):
        await world.access.rotate(principal, opened.token)


async def test_creation_and_wrong_tokens_are_limited_per_address() -> None:
    world = World(grants=2)
    for _ in range(2):
        await world.access.open("192.0.2.1")
        with pytest.raises(Unauthorized):
            await world.access.verify("0" * 64, "192.0.2.1")
    with pytest.raises(TooManySessions) as limited:
        await world.access.open("192.0.2.1")
    assert limited.value.retry_after == 5
    with pytest.raises(TooManyFailedTokens):
        await world.access.verify("0" * 64, "192.0.2.1")
    await world.access.open("192.0.2.2")


async def test_a_right_token_is_never_limited() -> None:
    world = World(grants=1)
    opened = await world.access.open("192.0.2.1")
    for _ in range(5):
        with pytest.raises((Unauthorized, TooManyFailedTokens)):
            await world.access.verify("0" * 64, "192.0.2.1")
        await world.principal(opened.token)


async def test_one_person_gets_the_same_session_in_every_browser() -> None:
    world = World(signs_in=True)
    laptop = await world.access.sign_in("user.ann.x", "192.0.2.1")
    phone = await world.access.sign_in("user.ann.x", "192.0.2.2")
    other = await world.access.sign_in("user.bob.x", "192.0.2.3")
    assert laptop.session.session_id == phone.session.session_id != other.session.session_id
    assert laptop.token != phone.token
    await world.access.sign_out(await world.principal(phone.token), phone.token)
    with pytest.raises(Unauthorized):
        await world.principal(phone.token)
    assert (await world.principal(laptop.token)).user_id == "ann"
    assert world.manifests.saved[laptop.session.session_id][1] == {hash_token(laptop.token)}


async def test_signing_in_again_lets_the_session_live_on() -> None:
    world = World(signs_in=True)
    first = await world.access.sign_in("user.ann.x", "192.0.2.1")
    for _ in range(11):
        world.clock.now += 80
        await world.principal(first.token)
    second = await world.access.sign_in("user.ann.x", "192.0.2.1")
    assert second.session.session_id == first.session.session_id and second.session.until == world.clock.now + 1000


async def test_an_identity_that_nobody_vouches_for_gets_nothing() -> None:
    world = World(signs_in=True)
    with pytest.raises(IdentityNotVerified):
        await world.access.sign_in("x.y.z", "192.0.2.1")
    assert world.store.sessions == {}
