"""Identity tokens (JWT) of one OIDC issuer, verified with its published keys."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import jwt
from jwt import PyJWKClient, PyJWKSet
from jwt.exceptions import PyJWKClientConnectionError, PyJWTError

from services.session.domain import Identity
from services.session.errors import IdentityNotVerified, IdentityProviderUnavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")  # signatures with a public key only
LEEWAY = 30.0  # seconds that clocks may differ
HINT = "Sign in again at your identity provider and send its new token."


class OidcProvider:
    """An `IdentityProvider`. `keys` is an https URL, or a path of a file with a JWK set."""

    def __init__(self, issuer: str, audience: str, keys: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._path = None if "://" in keys else Path(keys)
        self._remote = None if self._path else PyJWKClient(keys, timeout=5, lifespan=300)

    async def verify(self, token: str) -> Identity:
        try:
            key = await asyncio.to_thread(self._key_of, token)
            claims = self._claims(token, key)
        except (PyJWKClientConnectionError, OSError) as error:
            raise IdentityProviderUnavailable(
                "The identity provider's keys cannot be read.", hint="Try again in a moment.", retry_after=5
            ) from error
        except PyJWTError as error:
            raise IdentityNotVerified(f"The identity token is not valid: {error}.", hint=HINT) from error
        return Identity(user_id(self._issuer, str(claims["sub"])))

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        return dict(
            jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        )

    def _key_of(self, token: str) -> jwt.PyJWK:
        if self._remote:
            return self._remote.get_signing_key_from_jwt(token)
        assert self._path is not None
        wanted = jwt.get_unverified_header(token).get("kid")
        for key in PyJWKSet.from_json(self._path.read_text()).keys:
            if wanted is None or key.key_id == wanted:
                return key
        raise jwt.InvalidKeyError("no key of the issuer signed it")


def looks_like_identity(token: str) -> bool:
    """Whether a bearer token has the shape of a JWT; the tokens of sessions hold no dots."""
    return token.count(".") == 2


def user_id(issuer: str, subject: str) -> str:
    """Stable for one person of one issuer, and says nothing of them."""
    return hashlib.sha256(f"{issuer}|{subject}".encode()).hexdigest()[:32]
