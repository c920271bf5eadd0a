"""Events of a made-up session, as the other services publish them."""

from __future__ import annotations

import secrets

from shared.events import FileUploaded, QueryAnswered, QueryAsked, TableReady


def some_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"


def file_uploaded(session_id: str, file_id: str, filename: str = "sales.csv", size: int = 10) -> FileUploaded:
    return FileUploaded(
        session_id=session_id,
        file_id=file_id,
        object_key=f"sessions/{session_id}/files/{file_id}/raw",
        filename=filename,
        media_type="text/csv",
        size=size,
        sha256="0" * 64,
    )


def table_ready(session_id: str, file_id: str, table_id: str, name: str = "sales", version: int = 1) -> TableReady:
    prefix = f"sessions/{session_id}/tables/{table_id}/v{version}"
    return TableReady(
        session_id=session_id,
        table_id=table_id,
        file_id=file_id,
        version=version,
        name=name,
        rows=3,
        columns=1,
        description_key=f"{prefix}/description.json",
        data_key=f"{prefix}/data.parquet",
        profile_key=f"{prefix}/profile.json",
        values_key=f"{prefix}/values.json",
    )


def query_asked(
    session_id: str, query_id: str, question: str = "How many?", conversation_id: str | None = None
) -> QueryAsked:
    return QueryAsked(
        session_id=session_id, query_id=query_id, question=question, table_ids=("t",), conversation_id=conversation_id
    )


def query_answered(session_id: str, query_id: str) -> QueryAnswered:
    return QueryAnswered(
        session_id=session_id,
        query_id=query_id,
        intent="aggregate",
        engine="offline",
        seconds=0.1,
        answer_key=f"sessions/{session_id}/results/{query_id}/answer.json",
    )
