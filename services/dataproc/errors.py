"""Errors of dataproc."""

from __future__ import annotations

from shared.errors import AppError, InvalidRequest, NotFound


class TableNotFound(NotFound):
    """No such table in this session."""

    code, title = "table_not_found", "No such table"

    def __init__(self, table_id: str) -> None:
        super().__init__(f"This session has no table {table_id[:80]}.", hint="GET /v1/tables lists the tables of this session.")


class UnknownColumn(InvalidRequest):
    """A column was named that the table does not have."""

    code = "unknown_column"


class ExportTooLarge(InvalidRequest):
    """The format cannot hold that many rows."""

    code = "export_too_large"


class ParsingCrashed(AppError):
    """The parsing process ended without a result: the file is beyond what it may use."""

    code = "parsing_crashed"
