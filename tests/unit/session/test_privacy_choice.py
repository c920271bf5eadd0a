"""What a session chooses that a model may be told: kept, told to everybody, and never laxer than the operator allows."""

from __future__ import annotations

from typing import Any

import pytest

from services.session.domain import Session
from services.session.errors import PrivacyNotAllowed
from services.session.schemas import PrivacyInForce
from services.session.storage.manifests import S3Manifests
from shared.auth.verifier import CACHE_SECONDS
from shared.errors import Unauthorized
from shared.objects import MemoryObjectStore
from shared.privacy import HousePrivacy, Privacy
from tests.unit.session.test_access import UNDECIDED, World

STRICT = HousePrivacy(default="profile", floor="schema_only")


async def test_what_is_chosen_at_creation_comes_with_the_token_and_stands_in_the_manifest() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1", "schema_only")
    assert (await world.principal(opened.token)).privacy == "schema_only"
    assert world.manifests.saved[opened.session.session_id][0].privacy == "schema_only"


async def test_a_change_is_kept_told_to_every_verifier_and_outlasts_their_memory() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    session_id = opened.session.session_id
    changed = await world.privacy.choose(session_id, "schema_only")
    assert changed.privacy == (await world.principal(opened.token)).privacy == "schema_only"
    saved, digests = world.manifests.saved[session_id]
    assert saved.privacy == "schema_only" and digests
    assert (world.announcements.corrected, world.slept) == ([session_id], [CACHE_SECONDS])


async def test_choosing_what_is_chosen_already_waits_for_nothing() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1", "schema_only")
    await world.privacy.choose(opened.session.session_id, "schema_only")
    assert (world.announcements.corrected, world.slept) == ([], [])


async def test_the_choice_can_be_left_to_the_house_again() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1", "schema_only")
    await world.privacy.choose(opened.session.session_id, None)
    assert (await world.principal(opened.token)).privacy is None


async def test_no_session_becomes_laxer_than_the_operator_allows() -> None:
    world = World(signs_in=True, house=STRICT)
    with pytest.raises(PrivacyNotAllowed):
        await world.access.open("192.0.2.1", "profile")
    with pytest.raises(PrivacyNotAllowed):
        await world.access.sign_in("user.ann.x", "192.0.2.1", "profile")
    assert world.store.sessions == {}
    opened = await world.access.open("192.0.2.1", "schema_only")
    with pytest.raises(PrivacyNotAllowed):
        await world.privacy.choose(opened.session.session_id, "profile")
    assert (await world.principal(opened.token)).privacy == "schema_only"


async def test_who_signs_in_again_chooses_for_the_session_there_is() -> None:
    world = World(signs_in=True)
    laptop = await world.access.sign_in("user.ann.x", "192.0.2.1")
    await world.access.sign_in("user.ann.x", "192.0.2.1", "schema_only")
    assert (await world.principal(laptop.token)).privacy == "schema_only"
    await world.access.sign_in("user.ann.x", "192.0.2.1")
    assert (await world.principal(laptop.token)).privacy == "schema_only"


async def test_a_session_that_has_ended_chooses_nothing() -> None:
    world = World()
    opened = await world.access.open("192.0.2.1")
    await world.store.end(opened.session.session_id, "deleted", world.clock.now)
    with pytest.raises(Unauthorized):
        await world.privacy.choose(opened.session.session_id, "schema_only")
    assert opened.session.session_id not in world.store.sessions


async def test_a_token_that_is_rotated_meanwhile_does_not_bring_the_old_choice_back() -> None:
    """Both write the manifest, from which sessions come back when Redis is lost."""
    world = World()
    opened = await world.access.open("192.0.2.1")
    principal = await world.principal(opened.token)
    save = world.manifests.save

    async def save_after_the_choice(session: Session, digests: Any) -> None:
        world.manifests.save = save  # type: ignore[method-assign]
        await world.privacy.choose(session.session_id, "schema_only")
        await save(session, digests)

    world.manifests.save = save_after_the_choice  # type: ignore[method-assign]
    await world.access.rotate(principal, opened.token)
    assert world.manifests.saved[principal.session_id][0].privacy == "schema_only"


async def test_manifests_from_before_there_was_a_choice_are_read() -> None:
    objects = MemoryObjectStore()
    old = b'{"session_id": "s_1", "created_at": 1, "idle_until": 2, "until": 3, "user_id": null, "token_sha256": []}'
    await objects.put("sessions/s_1/session.json", old)
    found = await S3Manifests(objects, None, lambda: 0.0).load("s_1")  # type: ignore[arg-type]
    assert found is not None and found[0].privacy is None


@pytest.mark.parametrize(
    ("house", "chosen", "shown"),
    [
        (UNDECIDED, None, ("profile", "house")),
        (UNDECIDED, "profile", ("profile", "session")),
        (UNDECIDED, "schema_only", ("schema_only", "session")),
        (HousePrivacy("schema_only", "profile"), None, ("schema_only", "house")),
        (HousePrivacy("schema_only", "profile"), "profile", ("profile", "session")),
        (STRICT, "profile", ("schema_only", "house")),
        (STRICT, "schema_only", ("schema_only", "session")),
    ],
)
def test_the_mode_in_force_is_shown_with_who_decided_it(
    house: HousePrivacy, chosen: Privacy | None, shown: tuple[str, str]
) -> None:
    told = PrivacyInForce(**PrivacyInForce.told(Session("s_1", 0, 1, 2, None, chosen), house))
    assert (told.privacy, told.privacy_from) == shown
