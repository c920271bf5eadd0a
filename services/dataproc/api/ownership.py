"""The table that a request is about, for the session that owns it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from services.dataproc.domain import StoredTable
from services.dataproc.service import Changes
from shared.auth import CurrentSession


def changes_of(request: Request) -> Changes:
    changes: Changes = request.app.state.changes
    return changes


UseChanges = Annotated[Changes, Depends(changes_of)]


async def owned_table(session: CurrentSession, changes: UseChanges, table_id: str) -> StoredTable:
    """Looked up before the body is checked: whose table it is comes before what is asked of it."""
    return await changes.versions.current(session.session_id, table_id)


OwnTable = Annotated[StoredTable, Depends(owned_table)]
