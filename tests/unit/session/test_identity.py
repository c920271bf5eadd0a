"""Identity tokens of a local issuer: the right ones say who somebody is, no other does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from services.session.errors import IdentityNotVerified, IdentityProviderUnavailable
from services.session.storage.identity import OidcProvider, looks_like_identity

ISSUER, AUDIENCE = "https://login.example.org", "askframe"


class Issuer:
    """Two keys, their public set, and tokens signed with them."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        public = [
            (RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True), "r"),
            (ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True), "e"),
        ]
        self.jwks = json.dumps({"keys": [{**key, "kid": kid, "use": "sig"} for key, kid in public]})

    def token(self, key: Any = None, algorithm: str = "RS256", kid: str = "r", **changes: Any) -> str:
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": time.time() + 60, **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.rsa, algorithm=algorithm, headers={"kid": kid})


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def provider(issuer: Issuer, tmp_path: Path) -> OidcProvider:
    path = tmp_path / "jwks.json"
    path.write_text(issuer.jwks)
    return OidcProvider(ISSUER, AUDIENCE, str(path))


@pytest.fixture
def jwks_url(issuer: Issuer) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(issuer.jwks.encode())

        def log_message(self, *_: object) -> None:
            return None

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks.json"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_one_person_is_the_same_whichever_key_signed(provider: OidcProvider, issuer: Issuer) -> None:
    by_rsa = await provider.verify(issuer.token())
    by_ec = await provider.verify(issuer.token(issuer.ec, "ES256", "e"))
    other = await provider.verify(issuer.token(sub="bob"))
    assert by_rsa == by_ec != other and "ann" not in by_rsa.user_id


async def test_keys_are_read_from_the_issuers_url(jwks_url: str, issuer: Issuer) -> None:
    provider = OidcProvider(ISSUER, AUDIENCE, jwks_url)
    assert await provider.verify(issuer.token()) == await provider.verify(issuer.token(issuer.ec, "ES256", "e"))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"nbf": time.time() + 3600},
        {"sub": None},
        {"exp": None},
        {"iss": None},
        {"aud": None},
    ],
)
async def test_claims_that_are_not_for_us_are_refused(
    provider: OidcProvider, issuer: Issuer, claims: dict[str, Any]
) -> None:
    with pytest.raises(IdentityNotVerified):
        await provider.verify(issuer.token(**claims))


async def test_signatures_that_the_issuer_did_not_make_are_refused(provider: OidcProvider, issuer: Issuer) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    unsigned = jwt.encode(
        {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": time.time() + 60},
        "",
        algorithm="none",
        headers={"kid": "r"},
    )
    shared_secret = jwt.encode(
        {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": time.time() + 60},
        "x" * 64,
        algorithm="HS256",
        headers={"kid": "r"},
    )
    head, body, signature = issuer.token().split(".")
    for token in (
        issuer.token(stranger),
        issuer.token(kid="unknown"),
        unsigned,
        shared_secret,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "a.b.c",
        "..",
    ):
        with pytest.raises(IdentityNotVerified):
            await provider.verify(token)


async def test_keys_that_cannot_be_read_are_no_refusal(issuer: Issuer, tmp_path: Path) -> None:
    for keys in (str(tmp_path / "missing.json"), "http://127.0.0.1:9/jwks.json"):
        with pytest.raises(IdentityProviderUnavailable):
            await OidcProvider(ISSUER, AUDIENCE, keys).verify(issuer.token())


def test_tokens_of_sessions_do_not_look_like_identities() -> None:
    assert looks_like_identity("a.b.c") and not looks_like_identity("Zm9v_-YmFy")
