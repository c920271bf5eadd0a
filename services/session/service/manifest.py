"""A session's manifest in the object store, where several change the session at once."""

from __future__ import annotations

from dataclasses import replace

from services.session.domain import Session
from services.session.ports import Manifests, SessionStore


async def settle_manifest(store: SessionStore, manifests: Manifests, written: Session, digests: frozenset[str]) -> None:
    """After `written` was: the last writer writes what is true. When a session was last used is no part of that."""
    session, known = await store.get(written.session_id), await store.digests(written.session_id)
    if session is not None and (replace(session, idle_until=written.idle_until), known) != (written, digests):
        await manifests.save(session, known)
