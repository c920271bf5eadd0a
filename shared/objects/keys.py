"""Keys of stored objects. All of a session's bytes are below one prefix: forgetting a session is deleting a prefix."""

from __future__ import annotations


def session(session_id: str) -> str:
    return f"sessions/{session_id}/"


def file(session_id: str, file_id: str) -> str:
    return f"sessions/{session_id}/files/{file_id}/"


def raw_file(session_id: str, file_id: str) -> str:
    return f"{file(session_id, file_id)}raw"


def file_manifest(session_id: str, file_id: str) -> str:
    return f"{file(session_id, file_id)}manifest.json"


def table(session_id: str, table_id: str) -> str:
    return f"sessions/{session_id}/tables/{table_id}/"


def table_manifest(session_id: str, table_id: str) -> str:
    return f"{table(session_id, table_id)}manifest.json"


def table_version(session_id: str, table_id: str, version: int) -> str:
    return f"{table(session_id, table_id)}v{version}/"


def table_dictionaries(session_id: str, table_id: str) -> str:
    """What people wrote about a table, whatever its version: the last key in order is the dictionary in force."""
    return f"{table(session_id, table_id)}dictionary/"


def table_dictionary(session_id: str, table_id: str, version: int, attempt: str) -> str:
    """`attempt` keeps two who write the same version at once apart; only one of them will have written it."""
    return f"{table_dictionaries(session_id, table_id)}v{version:08}-{attempt}.json"


def table_data(session_id: str, table_id: str, version: int) -> str:
    return f"{table_version(session_id, table_id, version)}data.parquet"


def result(session_id: str, query_id: str) -> str:
    return f"sessions/{session_id}/results/{query_id}/"
