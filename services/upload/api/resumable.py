"""The IETF's resumable uploads at the URLs of tus: a request without `Tus-Resumable` that has the draft's headers speaks them.

Same uploads, offsets and locks: one that was begun with the one protocol may be finished with the other.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from python_multipart.multipart import parse_options_header

from services.upload import resumable, tus
from services.upload.api.bodies import RawBody, announced_length
from services.upload.api.files import files_of, uploads_of
from services.upload.api.interim import INTERIM
from services.upload.api.origin import origin_of
from services.upload.errors import (
    BadHeader,
    LengthFixed,
    OffsetMismatch,
    UploadComplete,
    WrongMediaType,
)
from services.upload.filenames import UNNAMED, readable
from services.upload.records import Transfer
from services.upload.schemas import FileView
from services.upload.service.transfers import Beginning
from shared.auth import Principal
from shared.errors import AppError
from shared.errors.problems import MEDIA_TYPE, of_error
from shared.formats import FileRefused

VERSION = "upload-draft-interop-version"
COMPLETE = "upload-complete"
EXTENDED_NAME = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)


def speaks(headers: Any) -> bool:
    return "tus-resumable" not in headers and (VERSION in headers or COMPLETE in headers)


async def create(request: Request, session: Principal) -> Response:
    complete = resumable.parse_complete(request.headers.get(COMPLETE))
    return await told(_create(request, session, complete), complete)


async def _create(request: Request, session: Principal, complete: bool) -> Response:
    uploads = uploads_of(request)
    length = resumable.length_of(
        resumable.parse_integer(request.headers.get("upload-length")), 0, announced_length(request), complete
    )
    made = await uploads.create(
        session.session_id,
        Beginning(filename_of(request), length),
        RawBody(request),
        ends=complete,
        begun=lambda transfer: announce(request, transfer),
    )
    if complete:
        return await finished(request, session, made)
    return Response(
        status_code=201,
        headers={**place(request, made), "Upload-Offset": str(made.offset), **resumable.complete_header(False)},
    )


async def head(request: Request, session: Principal, upload_id: str) -> Response:
    transfer = await uploads_of(request).look(session.session_id, upload_id)
    length = {} if transfer.length is None else {"Upload-Length": str(transfer.length)}
    return Response(
        status_code=204,
        headers={
            "Upload-Offset": str(transfer.offset),
            **resumable.complete_header(transfer.stage != "open"),
            **length,
            **limits(request, transfer),
            "Cache-Control": "no-store",
        },
    )


async def append(request: Request, session: Principal, upload_id: str) -> Response:
    complete = resumable.parse_complete(request.headers.get(COMPLETE))
    return await told(_append(request, session, upload_id, complete), complete)


async def _append(request: Request, session: Principal, upload_id: str, complete: bool) -> Response:
    sent, announced = request.headers, announced_length(request)
    if sent.get("content-type") != resumable.MEDIA_TYPE:
        raise WrongMediaType(
            f"The body must be sent as {resumable.MEDIA_TYPE}.", hint=f"Send `Content-Type: {resumable.MEDIA_TYPE}`."
        )
    offset = resumable.parse_integer(sent.get("upload-offset"))
    if offset is None:
        raise BadHeader(
            "Upload-Offset is missing or is no count of bytes.", hint="Ask with HEAD where the upload stands."
        )
    length = resumable.length_of(resumable.parse_integer(sent.get("upload-length")), offset, announced, complete)
    transfer = await uploads_of(request).append(
        session.session_id, upload_id, offset, RawBody(request), announced=announced, length=length, ends=complete
    )
    if complete:
        return await finished(request, session, transfer)
    return Response(
        status_code=204,
        headers={
            "Upload-Offset": str(transfer.offset),
            **resumable.complete_header(False),
            **limits(request, transfer),
        },
    )


async def finished(request: Request, session: Principal, transfer: Transfer) -> Response:
    """What a form with this file would have been answered with."""
    record = await files_of(request).get(session.session_id, transfer.file_id)
    if record.state == "rejected":
        raise FileRefused(record.code or "", record.reason or "", record.hint or "")
    headers = {
        "Location": f"{origin_of(request)}/v1/files/{record.file_id}",
        "Upload-Offset": str(transfer.offset),
        **resumable.complete_header(True),
    }
    return JSONResponse(FileView.of(record).model_dump(mode="json"), status_code=201, headers=headers)


async def told(answer: Awaitable[Response], complete: bool) -> Response:
    """Errors in the draft's words. Content that was taken whole and refused is a complete upload; nothing is to be resumed."""
    try:
        return await answer
    except OffsetMismatch as error:
        members = {"expected-offset": error.stands, "provided-offset": error.asked}
        return in_words(
            error,
            409,
            "mismatching-upload-offset",
            {"Upload-Offset": str(error.stands), **resumable.complete_header(False)},
            members,
        )
    except LengthFixed as error:
        return in_words(error, 400, "inconsistent-upload-length", resumable.complete_header(False))
    except UploadComplete as error:
        return in_words(error, 400, "completed-upload", resumable.complete_header(True))
    except FileRefused as error:
        answered = of_error(error)
        answered.headers.update(resumable.complete_header(complete))
        return answered


def in_words(
    error: AppError, status: int, kind: str, headers: dict[str, str], members: dict[str, int] | None = None
) -> Response:
    body = {
        "type": resumable.PROBLEMS + kind,
        "title": error.title,
        "status": status,
        "code": error.code,
        "detail": error.detail,
        "hint": error.hint,
        "errors": [],
        **(members or {}),
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def announce(request: Request, transfer: Transfer) -> None:
    """104, so that an upload whose very first request breaks can be found again. Drafts must agree on their version for that."""
    send = request.scope.get("extensions", {}).get(INTERIM)
    if send and request.headers.get(VERSION) == resumable.INTEROP_VERSION:
        send(
            "104 Upload Resumption Supported",
            {"Upload-Draft-Interop-Version": resumable.INTEROP_VERSION, **place(request, transfer)},
        )


def place(request: Request, transfer: Transfer) -> dict[str, str]:
    return {"Location": f"{origin_of(request)}{tus.ROOT}/{transfer.file_id}", **limits(request, transfer)}


def limits(request: Request, transfer: Transfer) -> dict[str, str]:
    uploads = uploads_of(request)
    return resumable.limit_header(uploads.policy.file_bytes, uploads.lifetime(transfer))


def filename_of(request: Request) -> str:
    """The name in Content-Disposition; `filename*` (RFC 8187) says it better."""
    value = request.headers.get("content-disposition", "")
    if extended := EXTENDED_NAME.search(value):
        return readable(unquote_to_bytes(extended[1])) or UNNAMED
    _, options = parse_options_header(value)
    return readable(options.get(b"filename", b"")) or UNNAMED
