"""What the HTTP routes take and answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.upload.filenames import display_name
from services.upload.records import FileRecord, FileState
from shared.errors import AppError
from shared.errors.problems import Problem
from shared.events import TableFact


class FileView(BaseModel):
    """A file of the session."""

    file_id: str
    filename: str = Field(description="as the person named it, made safe to show")
    state: FileState = Field(description="`ready`, `failed` and `rejected` are final")
    received: int = Field(description="bytes that are safe in the store")
    size: int | None = Field(description="bytes in all; null while that is not known")
    sha256: str | None = Field(default=None, description="digest of the content")
    format: str | None = Field(
        default=None, description="what the content is, found from its bytes", examples=["csv", "xlsx", "parquet"]
    )
    media_type: str
    encoding: str | None = Field(default=None, description="of text, as its beginning shows it")
    duplicate_of: str | None = Field(
        default=None, description="the file of this session that has the same content: bytes and tables are shared"
    )
    tables: list[TableFact] = Field(default_factory=list, description="of a ready file")
    warnings: list[str] = Field(default_factory=list)
    code: str | None = Field(default=None, description="why it failed or was rejected, for programs")
    reason: str | None = Field(default=None, description="the same for a person")
    hint: str | None = Field(default=None, description="what to do next")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, record: FileRecord) -> FileView:
        return cls.model_validate(
            {
                **record.model_dump(exclude={"session_id", "object_key", "attempt"}),
                "filename": display_name(record.filename),
            }
        )


class FilePage(BaseModel):
    """Some of a session's files, oldest first."""

    files: list[FileView]
    next_cursor: str | None = Field(
        default=None, description="send it as `cursor` for the next page; null on the last one"
    )


class Outcome(BaseModel):
    """What became of one file of a form."""

    filename: str
    status: int = Field(description="201, or the status that this file alone would have been answered with")
    file: FileView | None = None
    problem: Problem | None = None

    @classmethod
    def made(cls, record: FileRecord) -> Outcome:
        return cls(filename=display_name(record.filename), status=201, file=FileView.of(record))

    @classmethod
    def refused(cls, filename: str, error: AppError) -> Outcome:
        return cls(
            filename=display_name(filename),
            status=error.http_status,
            problem=Problem(
                type=f"urn:askframe:problem:{error.code}",
                title=error.title,
                status=error.http_status,
                code=error.code,
                detail=error.detail,
                hint=error.hint,
            ),
        )


class Outcomes(BaseModel):
    """The outcomes of several files, in the form's order."""

    files: list[Outcome]


class DirectRequest(BaseModel):
    """A large file that the client wants to send straight to the object store."""

    filename: str = Field(min_length=1, max_length=4096)
    size: int = Field(gt=0, description="bytes; it cannot change")


class DirectPart(BaseModel):
    """Where one part goes: `PUT` its bytes to the URL and keep the answer's `ETag`."""

    number: int
    start: int
    size: int
    url: str


class DirectUpload(BaseModel):
    """All parts of an upload straight to the store."""

    file_id: str
    part_bytes: int
    parts: list[DirectPart]
    expires_at: datetime


def openapi_form() -> dict[str, Any]:
    """The multipart body of `POST /v1/files`, which is read as a stream and so unknown to FastAPI."""
    file = {"type": "string", "format": "binary", "description": "repeat the field for several files"}
    schema = {"type": "object", "properties": {"file": file}, "required": ["file"]}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def openapi_bytes() -> dict[str, Any]:
    """A raw body of any length: tus names it the first way, the IETF's draft the second when it appends, any way when it begins."""
    octets = {"schema": {"type": "string", "format": "binary"}}
    return {
        "requestBody": {"content": {"application/offset+octet-stream": octets, "application/partial-upload": octets}}
    }
