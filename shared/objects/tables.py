"""What the object store says of a session's tables."""

from __future__ import annotations

from shared.objects import keys
from shared.objects.port import ObjectStore


async def stored_tables(objects: ObjectStore, session_id: str) -> set[str]:
    """The ids of the tables that have a manifest. One listing of all their objects."""
    found = await objects.keys_under(f"{keys.session(session_id)}tables/")
    return {key.split("/")[3] for key in found if key.endswith("/manifest.json")}
