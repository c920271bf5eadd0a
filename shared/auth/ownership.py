"""Ids that carry a proof of their session, so that any service can check them without asking another one."""

from __future__ import annotations

import hashlib
import hmac
import re

TAG = 12
SHAPE = re.compile(r"[a-z]{1,3}_[0-9a-f]{8,40}_[0-9a-f]{12}")


def owned_id(prefix: str, session_id: str, random: str) -> str:
    """`<prefix>_<random>_<tag>`, where the tag binds the id to the session. `random` is lower-case hex."""
    return f"{prefix}_{random}_{_tag(session_id, random)}"


def belongs_to(identifier: str, session_id: str) -> bool:
    """Whether the id was made for this session. It says nothing of whether the thing still exists."""
    if not SHAPE.fullmatch(identifier):
        return False
    _, random, tag = identifier.split("_")
    return hmac.compare_digest(tag, _tag(session_id, random))


def _tag(session_id: str, random: str) -> str:
    return hashlib.sha256(f"{session_id}|{random}".encode()).hexdigest()[:TAG]
