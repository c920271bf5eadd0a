"""What can go wrong with an upload, and what a client is told.

AppError
├── NotFound 404:        FileUnknown · UploadUnknown · DirectDisabled
├── Conflict 409:        OffsetMismatch · LengthFixed · UploadComplete · FileUnfinished · PartialUnusable ·
│                        Superseded
├── Forbidden 403:       FinalIsReadOnly
├── PayloadTooLarge 413: FileTooLarge · QuotaExceeded · BodyTooLong
├── RateLimited 429:     TooManyUploads · TooFast
├── InvalidRequest 422:  FileRefused (shared.formats; its own code, and status, per reason)
└── AppError:            UploadGone 410 · UploadLocked 423 · ChecksumMismatch 460 · VersionUnsupported 412 ·
                         WrongMediaType 415 · BadHeader 400 · BadForm 400 · BodyStalled 408 · RangeUnsatisfiable 416
"""

from __future__ import annotations

from shared.errors import (
    AppError,
    Conflict,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unavailable,
)


class FileUnknown(NotFound):
    """No such file in this session."""

    code = "file_not_found"


class UploadUnknown(NotFound):
    """No such upload in this session, or it expired."""

    code = "upload_not_found"


class DirectDisabled(NotFound):
    """Uploads straight to the object store are not switched on here."""

    code = "direct_upload_disabled"


class OffsetMismatch(Conflict):
    """The bytes do not begin where the stored ones end."""

    code = "offset_mismatch"

    def __init__(self, stands: int, asked: int) -> None:
        super().__init__(
            f"The upload stands at {stands}, not at {asked}.", hint="Go on from the offset that HEAD tells."
        )
        self.stands, self.asked = stands, asked


class LengthFixed(Conflict):
    """The upload's length is known already and is another one."""

    code = "length_already_set"


class FileUnfinished(Conflict):
    """The file's bytes have not all arrived."""

    code = "file_not_complete"


class UploadComplete(Conflict):
    """The client said before that this upload is complete."""

    code = "upload_already_complete"


class PartialUnusable(Conflict):
    """A partial upload is unfinished, or was joined to a file before."""

    code = "partial_upload_unusable"


class Superseded(Conflict):
    """Another request took over this upload, or it was cancelled."""

    code = "upload_superseded"


class FinalIsReadOnly(Forbidden):
    """A final upload is made of its parts; bytes cannot be added."""

    code = "final_upload_is_read_only"


class FileTooLarge(PayloadTooLarge):
    """One file over the limit."""

    code = "file_too_large"


class QuotaExceeded(PayloadTooLarge):
    """The session's files together would be over its limit."""

    code = "session_quota_exceeded"


class BodyTooLong(PayloadTooLarge):
    """More bytes than the upload's length leaves room for."""

    code = "more_than_upload_length"


class TooManyUploads(RateLimited):
    """Too many unfinished uploads, or files, in this session."""

    code = "too_many_uploads"


class TooFast(RateLimited):
    """This session begins uploads faster than it may."""

    code = "upload_rate_limited"


class UploadGone(AppError):
    """The upload was here and is not any more: refused, expired or cancelled."""

    code, http_status, title = "upload_gone", 410, "This upload is gone"


class UploadLocked(AppError):
    """Another request is writing to this upload right now."""

    code, http_status, title = "upload_locked", 423, "Another request writes to this upload"


class ChecksumMismatch(AppError):
    """The bytes that arrived are not those that the checksum was made of; none of them was kept."""

    code, http_status, title = "checksum_mismatch", 460, "Checksum mismatch"


class VersionUnsupported(AppError):
    """Only tus 1.0.0 is spoken."""

    code, http_status, title = "tus_version_unsupported", 412, "Unsupported tus version"


class WrongMediaType(AppError):
    """The request's Content-Type is not the one that this route takes."""

    code, http_status, title = "wrong_content_type", 415, "Wrong content type"


class BadHeader(AppError):
    """A header is missing or cannot be read."""

    code, http_status, title = "invalid_header", 400, "A header is not valid"


class BadForm(AppError):
    """The multipart form cannot be read, or holds no file."""

    code, http_status, title = "invalid_form", 400, "The form is not valid"


class BodyStalled(AppError):
    """No bytes came for a while; what came before is kept."""

    code, http_status, title = "body_stalled", 408, "No bytes arrived in time"


class RangeUnsatisfiable(AppError):
    """The range begins after the end of the file."""

    code, http_status, title = "range_not_satisfiable", 416, "Range not satisfiable"


class ScannerUnavailable(Unavailable):
    """The malware scanner does not answer; files wait until it does."""

    code = "scanner_unavailable"


class ClientGone(Exception):
    """The connection ended before the body did. Nobody is left to be answered."""
