"""Sign-in over HTTP with a local issuer: a person's session follows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.session.conftest import Running, Start
from tests.unit.session.test_identity import AUDIENCE, ISSUER, Issuer

pytestmark = pytest.mark.integration


async def signed_in(running: Running, identity: str, status: int = 201) -> dict[str, str]:
    async with running.client(identity) as client:
        response = await client.post("/v1/sessions")
    assert response.status_code == status, response.text
    body: dict[str, str] = response.json()
    return body


async def test_two_browsers_of_one_person_share_a_session_and_sign_out_alone(start: Start, tmp_path: Path) -> None:
    issuer, keys = Issuer(), tmp_path / "jwks.json"
    keys.write_text(issuer.jwks)
    running = await start(oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks=str(keys))
    laptop, phone = await signed_in(running, issuer.token()), await signed_in(running, issuer.token())
    bob = await signed_in(running, issuer.token(sub="bob"))
    nobody = await running.opened()
    assert laptop["session_id"] == phone["session_id"]
    assert len({laptop["session_id"], bob["session_id"], nobody["session_id"]}) == 3
    async with running.client(phone["token"]) as client:
        assert (await client.get("/v1/sessions/current")).json()["user_id"]
        assert (await client.post("/v1/sessions/current/sign-out")).status_code == 204
        assert (await client.get("/v1/sessions/current")).status_code == 401
    async with running.client(laptop["token"]) as client:
        assert (await client.get("/v1/sessions/current")).status_code == 200
        assert (await client.delete("/v1/sessions/current")).status_code == 202
    assert (await signed_in(running, issuer.token()))["session_id"] != laptop["session_id"]
    refused = await signed_in(running, issuer.token(aud="another"), 401)
    assert refused["code"] == "identity_not_verified"


async def test_sign_in_is_off_by_default(running: Running) -> None:
    first, second = await signed_in(running, Issuer().token()), await signed_in(running, Issuer().token())
    assert first["session_id"] != second["session_id"]
