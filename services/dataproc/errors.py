"""Errors of dataproc."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.errors import AppError, Conflict, InvalidRequest, NotFound
from shared.formats import FileRefused, Refusal


class TableNotFound(NotFound):
    """No such table in this session."""

    code, title = "table_not_found", "No such table"

    def __init__(self, table_id: str) -> None:
        super().__init__(
            f"This session has no table {table_id[:80]}.", hint="GET /v1/tables lists the tables of this session."
        )


class UnknownColumn(InvalidRequest):
    """A column was named that the table does not have."""

    code = "unknown_column"


class FilterNotValid(InvalidRequest):
    """A filter or sort of a preview cannot be understood, or does not suit the column."""

    code = "filter_not_valid"


class FileNotFound(NotFound):
    """No file of this session under this id has become tables."""

    code, title = "file_not_found", "No such file, or it is not ready"


class StepDoesNotFit(InvalidRequest):
    """A cleaning step cannot be applied to this table."""

    code = "step_does_not_fit"


class CellsDoNotFit(Conflict):
    """Cells are not of the wished type; nothing was changed."""

    code, title = "cells_do_not_fit", "Cells do not fit the wished type"


class NothingToUndo(Conflict):
    """The table has no cleaning step."""

    code = "nothing_to_undo"


class TableChanged(Conflict):
    """Another request changed the table meanwhile."""

    code, title = "table_changed", "The table has changed"


PUT_RIGHT = "Put right what `errors` names and send it again; nothing was changed."


class DictionaryNotValid(InvalidRequest):
    """A dictionary cannot be read, or speaks of what the table does not have; `errors` names every place of either kind."""

    code, title = "dictionary_not_valid", "The dictionary is not valid"

    @classmethod
    def at(cls, faults: Iterable[tuple[Sequence[str | int], str]], hint: str = PUT_RIGHT) -> DictionaryNotValid:
        """`faults` are pairs of a place in the document and a sentence."""
        errors = [{"field": ".".join(map(str, place)), "message": sentence} for place, sentence in faults]
        more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
        detail = "; ".join(f"{error['field']}: {error['message']}" for error in errors[:3])
        return cls(
            f"{detail}{more}.",
            hint=hint,
            errors=errors,
        )


class DictionaryChanged(AppError):
    """Another request changed the dictionary meanwhile."""

    code, http_status, title = "dictionary_changed", 412, "The dictionary has changed"

    @classmethod
    def since(cls, table: str, version: int) -> DictionaryChanged:
        return cls(
            f"The dictionary of {table} has version {version} by now; nothing was changed.",
            hint="GET …/dictionary, make the change again and send it with the new version.",
        )


class UnknownMediaType(AppError):
    """A document came in a form that this route does not read."""

    code, http_status, title = "unsupported_media_type", 415, "This form is not read"


class JobTooLarge(InvalidRequest):
    """The step needs more memory or time than one job may use."""

    code = "job_too_large"


class ExportTooLarge(InvalidRequest):
    """The format cannot hold that many rows."""

    code = "export_too_large"


class ParsingCrashed(AppError):
    """The parsing process ended without a result: the file is beyond what it may use."""

    code = "parsing_crashed"


_OF_CODE: dict[str, type[AppError]] = {
    UnknownColumn.code: UnknownColumn,
    CellsDoNotFit.code: CellsDoNotFit,
    Refusal.NEEDS_TOO_MUCH_MEMORY: JobTooLarge,
    Refusal.TOOK_TOO_LONG: JobTooLarge,
    Refusal.TOO_LARGE: JobTooLarge,
    Refusal.PARSER_CRASHED: ParsingCrashed,
}
"""Errors by the code of what a job refused; any other is a step that does not fit."""
_FOR_TABLES = {
    JobTooLarge: (
        "This step needs more memory or time than one job may use.",
        "Take it in smaller steps, or drop columns that it does not need first.",
    ),
    ParsingCrashed: ("The step ended without a result; nothing was changed.", "Try it again, or in smaller steps."),
}


def error_of_job(error: FileRefused) -> AppError:
    """What a job over a stored table could not do, as this service says it."""
    kind = _OF_CODE.get(error.code, StepDoesNotFit)
    detail, hint = _FOR_TABLES.get(kind, (error.detail, error.hint))
    return kind(detail, hint=hint)
