"""Who is calling, and what they may have: tokens, their verification and quotas through the session service, ids that prove whose they are."""

from shared.auth.dependency import CurrentSession, current_session
from shared.auth.ownership import belongs_to, owned_id
from shared.auth.principal import Principal, hash_token
from shared.auth.reservations import RELEASE_SUBJECT, RESERVE_SUBJECT, BusReservations, Reservation
from shared.auth.verifier import REVOKED_SUBJECT, VERIFY_SUBJECT, BusVerifier, SessionVerifier

__all__ = [
    "RELEASE_SUBJECT",
    "RESERVE_SUBJECT",
    "REVOKED_SUBJECT",
    "VERIFY_SUBJECT",
    "BusReservations",
    "BusVerifier",
    "CurrentSession",
    "Principal",
    "Reservation",
    "SessionVerifier",
    "belongs_to",
    "current_session",
    "hash_token",
    "owned_id",
]
