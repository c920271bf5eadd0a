"""Why a file is not taken, or cannot become a table: one registry for upload, which answers with it, and dataproc, which tells it in an event.

`docs/reference/refusals.md` is generated from it. What happened is decided by the member; its sentence is for people only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from shared.errors import InvalidRequest
from shared.formats.registry import readable

SPLIT = "Split it into smaller files, or send it as Parquet."
FEWER_COLUMNS = "Leave out columns that are not needed, or give each of several files some of the columns. If they are measurements, one row for each says as much."


class Refusal(StrEnum):
    """The stable code; with it the HTTP status, the sentence (facts in braces) and what to do next."""

    http_status: int
    sentence: str
    hint: str

    def __new__(cls, code: str, http_status: int, sentence: str, hint: str) -> Refusal:
        member = str.__new__(cls, code)
        member._value_ = code
        member.http_status, member.sentence, member.hint = http_status, sentence, hint
        return member

    EMPTY_FILE = "empty_file", 422, "{what} holds no data.", "Check the file and upload it again, with a header row at least."  # fmt: skip
    UNSUPPORTED_FORMAT = "unsupported_format", 422, "The file is {what}, which holds no table that can be read here.", f"Upload {readable()}."  # fmt: skip
    BINARY_CONTENT = "binary_content", 422, "The file is neither text nor of a known format: byte {place:,} is the first that no text has.", f"Upload {readable()}."  # fmt: skip
    ENCRYPTED_FILE = "encrypted_file", 422, "The file is {what} that is protected by a password.", "Save it without a password and upload it again."  # fmt: skip
    CORRUPT_FILE = "corrupt_file", 422, "The file looks like {what} but cannot be read: {reason}.", "It is damaged or was cut off: save or export it again and upload the new copy."  # fmt: skip
    DECOMPRESSION_BOMB = "decompression_bomb", 422, "The compressed content is refused: {reason}.", "Unpack it and upload the table itself, in pieces if it is large."  # fmt: skip
    MALWARE_FOUND = "malware_found", 422, "The malware scanner found {what} in the content.", "Check where the file comes from; it is not kept here."  # fmt: skip
    CONTENT_LOST = "content_lost", 422, "The object store does not hold the bytes that were sent.", "Upload the file again."  # fmt: skip
    CONTENT_MISSING = "content_missing", 410, "The content of this file is no longer stored.", "Upload it again."
    INVALID_JSON = "invalid_json", 422, "The JSON is not valid {place}: {reason}.", "Correct it at that place, or export the file again."  # fmt: skip
    NO_TABLE = "no_table", 422, "No table was found in the file: {reason}.", "Check that the file has a header row and at least one column of data."  # fmt: skip
    VALUE_OUT_OF_RANGE = "value_out_of_range", 422, "A column of type {kind} holds a value that cannot be stored: {reason}.", "Correct that value, or store the column as text."  # fmt: skip
    TOO_LARGE = "too_large", 413, "The file is too large to read: {reason}.", SPLIT
    TOOK_TOO_LONG = "took_too_long", 422, "Reading was stopped after {seconds:,.0f} seconds.", SPLIT
    NEEDS_TOO_MUCH_MEMORY = "needs_too_much_memory", 413, "Reading this file needs more memory than one job may use.", SPLIT  # fmt: skip
    PARSER_CRASHED = "parser_crashed", 500, "The reader of this format crashed on this file: it is damaged, or stranger than it can take.", "Save or export the file again, preferably as CSV or Parquet, and upload the new copy."  # fmt: skip
    KEEPS_TOO_MUCH = "session_quota_exceeded", 413, "The tables of this file take {wanted:,} bytes beyond its own; the session keeps {used:,} already and may keep {limit:,}.", "Delete files that you no longer need, then upload this one again."  # fmt: skip
    TOO_MANY_TABLES = "too_many_tables", 422, "This file has {wanted}; the session has {used:,} already and may have {limit:,}.", "Delete files that you no longer need, then upload this one again."  # fmt: skip

    def because(self, *, hint: str = "", **facts: Any) -> FileRefused:
        """The error to raise; `hint` where something better than the usual can be said of what to do."""
        return FileRefused(self.value, self.sentence.format(**facts), hint or self.hint)


BY_CODE = {refusal.value: refusal for refusal in Refusal}


class FileRefused(InvalidRequest):
    """A file that is not taken, or cannot become a table. `Refusal.….because(…)` makes one; by its parts it is made when it comes from a record or another process."""

    code, title = "file_refused", "The file is refused"

    def __init__(self, code: str, detail: str, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.code = code  # type: ignore[misc]
        if known := BY_CODE.get(code):  # a record may have one that another release made
            self.http_status = known.http_status  # type: ignore[misc]

    def __reduce__(self) -> tuple[type[FileRefused], tuple[str, str, str]]:
        return type(self), (self.code, self.detail, self.hint)

    def inside(self, what: str) -> FileRefused:
        """The same refusal of what compressed data hold."""
        return FileRefused(self.code, f"Inside {what}: {self.detail}", self.hint)


def empty_file(what: str = "The file") -> FileRefused:
    return Refusal.EMPTY_FILE.because(what=what)


def unsupported_format(what: str) -> FileRefused:
    return Refusal.UNSUPPORTED_FORMAT.because(what=what)


def encrypted_file(what: str) -> FileRefused:
    return Refusal.ENCRYPTED_FILE.because(what=what)


def corrupt_file(what: str, reason: str) -> FileRefused:
    return Refusal.CORRUPT_FILE.because(what=what, reason=reason)


def too_large(reason: str) -> FileRefused:
    return Refusal.TOO_LARGE.because(reason=reason)


def too_wide(reason: str) -> FileRefused:
    """More columns than are read, which no other format would change."""
    return Refusal.TOO_LARGE.because(reason=reason, hint=FEWER_COLUMNS)


def no_table(reason: str, hint: str = "") -> FileRefused:
    return Refusal.NO_TABLE.because(reason=reason, hint=hint)
