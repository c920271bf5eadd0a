"""Who is calling, and what they may have: tokens, their verification and quotas through the session service, ids that prove whose they are."""

from shared.auth.dependency import CurrentSession, current_session
from shared.auth.ownership import belongs_to, owned_id
from shared.auth.principal import Principal, hash_token
from shared.auth.reservations import BusReservations
from shared.auth.revocation import CHANGED_SUBJECT, REVOKED_SUBJECT, SessionChanged, TokensRevoked
from shared.auth.verifier import BusVerifier, SessionVerifier

__all__ = [
    "CHANGED_SUBJECT",
    "REVOKED_SUBJECT",
    "BusReservations",
    "BusVerifier",
    "CurrentSession",
    "Principal",
    "SessionChanged",
    "SessionVerifier",
    "TokensRevoked",
    "belongs_to",
    "current_session",
    "hash_token",
    "owned_id",
]
