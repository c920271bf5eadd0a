"""Tokens at the door of every service."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.auth import (
    CHANGED_SUBJECT,
    REVOKED_SUBJECT,
    BusVerifier,
    CurrentSession,
    Principal,
    belongs_to,
    hash_token,
    owned_id,
)
from shared.errors import Unauthorized, Unavailable, problems

EXPIRES = "2030-01-01T00:00:00Z"


class Verifier:
    """Knows one token."""

    async def verify(self, token: str, address: str = "") -> Principal:
        if token != "good":
            raise Unauthorized("unknown")
        return Principal(session_id="s_1", expires_at=EXPIRES)  # type: ignore[arg-type]


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    problems.install(app)
    app.state.verifier = Verifier()

    @app.get("/thing")
    @app.post("/thing")
    async def thing(session: CurrentSession) -> dict[str, str]:
        return {"session": session.session_id}

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://askframe.test")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer good"},
        {"Authorization": "bearer good"},
        {"Cookie": "askframe_session=good"},
        {"Cookie": "__Host-askframe_session=good"},
    ],
)
async def test_bearer_token_or_cookie_opens(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.get("/thing", headers=headers)).json() == {"session": "s_1"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer bad"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic good"},
        {"Authorization": "good"},
        {"X-Session-Id": "s_1"},
        {"Cookie": "other=good"},
        {"Authorization": "Bearer bad", "Cookie": "askframe_session=good"},
    ],
)
async def test_everything_else_is_told_how_to_get_in(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.get("/thing", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://askframe.test"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
        ({"Origin": "http://evil.test"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://askframe.test"}, 403),
    ],
)
async def test_cookie_that_changes_something_must_come_from_the_same_origin(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.post("/thing", headers={"Cookie": "askframe_session=good", **headers})
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "cross_site_request"


async def test_token_in_a_header_needs_no_origin(client: httpx.AsyncClient) -> None:
    answer = await client.post("/thing", headers={"Authorization": "Bearer good", "Origin": "http://evil.test"})
    assert answer.status_code == 200


@dataclass
class FakeClient:
    subscribed: dict[str, Callable[[Any], Awaitable[None]]] = field(default_factory=dict)

    async def subscribe(self, subject: str, cb: Callable[[Any], Awaitable[None]]) -> None:
        self.subscribed[subject] = cb


@dataclass
class FakeMessage:
    data: bytes


class FakeBus:
    """Answers the verification requests from a table of hashes."""

    def __init__(self) -> None:
        self.client = FakeClient()
        self.asked: list[bytes] = []
        self.answer: dict[str, Any] = {"result": {"session_id": "s_1", "expires_at": EXPIRES}}

    async def request(self, subject: str, payload: bytes, timeout: float = 2.0) -> bytes:
        self.asked.append(payload)
        return json.dumps(self.answer).encode()

    async def revoke(self, **said: Any) -> None:
        await self.client.subscribed[REVOKED_SUBJECT](FakeMessage(json.dumps(said).encode()))

    async def change(self, session_id: str, privacy: str) -> None:
        self.answer = {"result": {"session_id": "s_1", "expires_at": EXPIRES, "privacy": privacy}}
        await self.client.subscribed[CHANGED_SUBJECT](FakeMessage(json.dumps({"session_id": session_id}).encode()))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def verifier() -> tuple[BusVerifier, FakeBus, Clock]:
    bus, clock = FakeBus(), Clock()
    return BusVerifier(bus, clock), bus, clock  # type: ignore[arg-type]


async def test_token_itself_never_goes_over_the_bus() -> None:
    found, bus, _ = verifier()
    await found.verify("secret-token")
    assert [json.loads(asked) for asked in bus.asked] == [{"token_sha256": hash_token("secret-token"), "address": None}]
    assert b"secret-token" not in bus.asked[0]


async def test_answer_is_remembered_for_at_most_a_second() -> None:
    found, bus, clock = verifier()
    await found.verify("t")
    clock.now = 0.99
    await found.verify("t")
    assert len(bus.asked) == 1
    clock.now = 1.01
    await found.verify("t")
    assert len(bus.asked) == 2


async def test_refusal_is_not_remembered() -> None:
    found, bus, _ = verifier()
    bus.answer = {"error": {"code": "unauthorized", "detail": "The session token is unknown."}}
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await found.verify("t")
    assert len(bus.asked) == 2


@pytest.mark.parametrize("code", ["sessions_recovering", "invalid_request", "internal_error", "forbidden", ""])
async def test_unreachable_sessions_are_trouble_and_no_refusal(code: str) -> None:
    found, bus, _ = verifier()
    bus.answer = {"error": {"code": code, "detail": "Not now."}} if code else {}
    with pytest.raises(Unavailable) as trouble:
        await found.verify("t")
    assert trouble.value.retry_after


@pytest.mark.parametrize(
    "said", [{"session_id": "s_1", "token_sha256": [hash_token("t")]}, {"session_id": "s_1", "token_sha256": []}]
)
async def test_revoked_token_is_forgotten_at_once(said: dict[str, Any]) -> None:
    found, bus, _ = verifier()
    await found.verify("t")
    await bus.revoke(**said)
    bus.answer = {"error": {"code": "unauthorized", "detail": "The session token is unknown."}}
    with pytest.raises(Unauthorized):
        await found.verify("t")


async def test_revocation_of_another_token_leaves_this_one() -> None:
    found, bus, _ = verifier()
    await found.verify("t")
    await bus.revoke(session_id="s_2", token_sha256=[hash_token("other")])
    await found.verify("t")
    assert len(bus.asked) == 1


@pytest.mark.parametrize(("session_id", "known"), [("s_1", "schema_only"), ("s_2", None)])
async def test_what_a_session_chose_is_known_as_soon_as_it_is_told(session_id: str, known: str | None) -> None:
    found, bus, _ = verifier()
    assert (await found.verify("t")).privacy is None
    await bus.change(session_id, "schema_only")
    assert (await found.verify("t")).privacy == known


async def test_an_answer_that_was_on_its_way_when_the_session_changed_is_not_remembered() -> None:
    found, bus, _ = verifier()
    await found.verify("other")
    answered = bus.request

    async def late(subject: str, payload: bytes, timeout: float = 2.0) -> bytes:
        reply = await answered(subject, payload, timeout)
        await bus.change("s_1", "schema_only")
        return reply

    bus.request = late  # type: ignore[method-assign]
    assert (await found.verify("t")).privacy is None
    assert (await found.verify("t")).privacy == "schema_only"


def test_owned_ids_prove_their_session() -> None:
    identifier = owned_id("c", "s_1", "0123456789abcdef")
    assert belongs_to(identifier, "s_1")
    assert not belongs_to(identifier, "s_2")
    for forged in (identifier[:-1] + "0", identifier.upper(), "", "c__", identifier + "0", "x" * 5000):
        assert not belongs_to(forged, "s_1") or forged == identifier
