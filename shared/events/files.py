"""Facts about uploaded files; the upload service publishes them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.events.base import Event, FileId, ObjectKey


class FileUploaded(Event):
    """All bytes of a file are in the object store and look like something that can be read."""

    subject: ClassVar[str] = "file.uploaded.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id", "attempt")
    file_id: FileId
    object_key: ObjectKey
    filename: str = Field(description="as the person named it; metadata only, never part of a path")
    media_type: str = Field(description="what the content is, found from the bytes")
    size: int = Field(ge=0, description="bytes")
    sha256: str = Field(description="hex digest of the content", min_length=64, max_length=64)
    attempt: int = Field(default=1, ge=1, description="counts asks to read the same file again")


class FileRejected(Event):
    """A file was refused; none of its bytes are kept."""

    subject: ClassVar[str] = "file.rejected.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id",)
    file_id: FileId
    filename: str
    code: str = Field(description="stable reason, for programs")
    reason: str = Field(description="for a person")


class FileDeleted(Event):
    """A person deleted a file; its tables and everything made from them go too."""

    subject: ClassVar[str] = "file.deleted.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id",)
    file_id: FileId
