"""Who is calling: tokens, their verification through the session service, and ids that prove whose they are."""

from shared.auth.dependency import CurrentSession, current_session
from shared.auth.ownership import belongs_to, owned_id
from shared.auth.principal import Principal, hash_token
from shared.auth.verifier import REVOKED_SUBJECT, VERIFY_SUBJECT, BusVerifier, SessionVerifier

__all__ = ["REVOKED_SUBJECT", "VERIFY_SUBJECT", "BusVerifier", "CurrentSession", "Principal", "SessionVerifier", "belongs_to", "current_session",
           "hash_token", "owned_id"]
