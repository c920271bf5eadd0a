"""What the session service can answer instead of success.

Unauthorized 401 ── IdentityNotVerified
RateLimited 429 ─┬─ TooManySessions
                 └─ TooManyFailedTokens
Unavailable 503 ─┬─ SessionsUnavailable
                 ├─ SessionsRecovering
                 └─ IdentityProviderUnavailable
InvalidRequest 422 ─ InvalidCursor
Forbidden 403 ────── PrivacyNotAllowed
"""

from __future__ import annotations

from shared.errors import Forbidden, InvalidRequest, RateLimited, Unauthorized, Unavailable


class IdentityNotVerified(Unauthorized):
    """The identity token does not stand for anybody that the configured issuer vouches for."""

    code = "identity_not_verified"


class TooManySessions(RateLimited):
    """One address makes sessions faster than anybody needs them."""

    code = "too_many_sessions"


class TooManyFailedTokens(RateLimited):
    """One address tries tokens."""

    code = "too_many_failed_tokens"


class SessionsUnavailable(Unavailable):
    """Redis does not answer; the same call succeeds once it does."""

    code = "sessions_unavailable"


class SessionsRecovering(Unavailable):
    """Redis lost its content; sessions are being read back from the object store."""

    code = "sessions_recovering"


class IdentityProviderUnavailable(Unavailable):
    """The issuer's keys cannot be read."""

    code = "identity_provider_unavailable"


class InvalidCursor(InvalidRequest):
    """A cursor that no page of this service ended with."""

    code = "invalid_cursor"


class PrivacyNotAllowed(Forbidden):
    """The session would have the model told more than the operator allows any session (`ASKFRAME_PRIVACY_FLOOR`)."""

    code = "privacy_not_allowed"
