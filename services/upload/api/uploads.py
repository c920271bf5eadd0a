"""tus 1.0.0 at `/v1/uploads`: https://tus.io/protocols/resumable-upload. The id in an upload's URL is the file's id.

Requests that speak the IETF's draft instead are handed on (`api.resumable`).
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.upload import resumable, tus
from services.upload.api import resumable as draft
from services.upload.api.bodies import RawBody, announced_length
from services.upload.api.files import Uploads
from services.upload.api.origin import origin_of
from services.upload.errors import (
    BadHeader,
    BodyStalled,
    BodyTooLong,
    ChecksumMismatch,
    FileTooLarge,
    FinalIsReadOnly,
    LengthFixed,
    OffsetMismatch,
    PartialUnusable,
    QuotaExceeded,
    Superseded,
    TooFast,
    TooManyUploads,
    UploadGone,
    UploadLocked,
    UploadUnknown,
    VersionUnsupported,
    WrongMediaType,
)
from services.upload.records import Transfer
from services.upload.schemas import openapi_bytes
from services.upload.service.concatenation import Concatenation
from services.upload.service.transfers import Beginning, TransferService
from shared.auth import CurrentSession
from shared.errors import Unauthorized, Unavailable
from shared.errors.problems import responses
from shared.formats import FileRefused

EVERYWHERE = (Unauthorized, VersionUnsupported, BadHeader, Unavailable)
BODY = (ChecksumMismatch, BodyStalled, BodyTooLong, FileRefused, FileTooLarge, QuotaExceeded)


async def require_version(request: Request) -> None:
    """Every request but OPTIONS names the protocol's version, unless it speaks the IETF's draft."""
    if (
        request.method != "OPTIONS"
        and not draft.speaks(request.headers)
        and request.headers.get("tus-resumable") != tus.VERSION
    ):
        raise VersionUnsupported(
            f"Only tus {tus.VERSION} is spoken here.", hint=f"Send `Tus-Resumable: {tus.VERSION}`."
        )


def joins_of(request: Request) -> Concatenation:
    service: Concatenation = request.app.state.service.concatenation
    return service


router = APIRouter(prefix=tus.ROOT, tags=["uploads"], dependencies=[Depends(require_version)])
Joins = Annotated[Concatenation, Depends(joins_of)]


@router.options("", summary="What this tus server can do", status_code=204)
@router.options("/{upload_id}", summary="What this tus server can do", status_code=204)
async def options(uploads: Uploads) -> Response:
    return Response(
        status_code=204,
        headers={
            "Tus-Version": tus.VERSION,
            "Tus-Extension": ",".join(tus.EXTENSIONS),
            "Tus-Max-Size": str(uploads.policy.file_bytes),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
            "Accept-Patch": f"{tus.OCTETS}, {resumable.MEDIA_TYPE}",
            **resumable.limit_header(uploads.policy.file_bytes, uploads.policy.ttl),
        },
    )


@router.post(
    "",
    summary="Begin an upload, perhaps with its first bytes, or join partial ones",
    status_code=201,
    openapi_extra=openapi_bytes(),
    responses=responses(*EVERYWHERE, *BODY, PartialUnusable, UploadUnknown, UploadLocked, TooFast, TooManyUploads),
)
async def create(request: Request, session: CurrentSession, uploads: Uploads, joins: Joins) -> Response:
    if draft.speaks(request.headers):
        return await draft.create(request, session)
    sent = request.headers
    kind, parts = tus.parse_concat(sent.get("upload-concat"), tus.ROOT)
    metadata = sent.get("upload-metadata", "")
    filename = tus.filename_of(tus.parse_metadata(metadata))
    if kind == "final":
        if "upload-length" in sent or "upload-defer-length" in sent:
            raise BadHeader("A final upload's length is that of its parts.", hint="Leave Upload-Length out.")
        made = await joins.join(session.session_id, filename, metadata, sent["upload-concat"], parts)
        return Response(status_code=201, headers={"Location": url_of(request, made)})
    beginning = Beginning(filename, length_of(request), metadata, kind)
    body = RawBody(request) if sent.get("content-type") == tus.OCTETS and announced_length(request) != 0 else None
    made = await create_with(uploads, session.session_id, beginning, body, request)
    offset = {"Upload-Offset": str(made.offset)} if body else {}
    return Response(status_code=201, headers={"Location": url_of(request, made), **expiry(made), **offset})


async def create_with(
    uploads: TransferService, session_id: str, beginning: Beginning, body: RawBody | None, request: Request
) -> Transfer:
    announced = announced_length(request)
    if body and announced is not None and beginning.length is not None and announced > beginning.length:
        raise BodyTooLong(
            f"The body has {announced:,} bytes, the upload {beginning.length:,}.", hint="Check Upload-Length."
        )
    checksum = tus.parse_checksum(request.headers.get("upload-checksum")) if body else None
    return await uploads.create(session_id, beginning, body, checksum)


@router.head(
    "/{upload_id}",
    summary="Where an upload stands",
    response_class=Response,
    responses=responses(*EVERYWHERE, UploadUnknown, UploadGone),
)
async def head(request: Request, session: CurrentSession, uploads: Uploads, upload_id: str) -> Response:
    if draft.speaks(request.headers):
        return await draft.head(request, session, upload_id)
    transfer = await uploads.look(session.session_id, upload_id)
    length = {"Upload-Defer-Length": "1"} if transfer.length is None else {"Upload-Length": str(transfer.length)}
    headers = {"Upload-Offset": str(transfer.offset), "Cache-Control": "no-store", **length}
    if transfer.metadata:
        headers["Upload-Metadata"] = transfer.metadata
    if transfer.concat:
        headers["Upload-Concat"] = transfer.concat
    return Response(status_code=200, headers=headers | (expiry(transfer) if transfer.stage == "open" else {}))


@router.patch(
    "/{upload_id}",
    summary="Send bytes from an offset on",
    status_code=204,
    openapi_extra=openapi_bytes(),
    responses=responses(
        *EVERYWHERE,
        *BODY,
        WrongMediaType,
        UploadUnknown,
        UploadGone,
        UploadLocked,
        OffsetMismatch,
        LengthFixed,
        Superseded,
        FinalIsReadOnly,
    ),
)
async def patch(request: Request, session: CurrentSession, uploads: Uploads, upload_id: str) -> Response:
    if draft.speaks(request.headers):
        return await draft.append(request, session, upload_id)
    sent = request.headers
    if sent.get("content-type") != tus.OCTETS:
        raise WrongMediaType(f"The body must be sent as {tus.OCTETS}.", hint=f"Send `Content-Type: {tus.OCTETS}`.")
    transfer = await uploads.append(
        session.session_id,
        upload_id,
        tus.parse_offset(sent.get("upload-offset")),
        RawBody(request),
        announced=announced_length(request),
        length=tus.parse_length(sent.get("upload-length")),
        checksum=tus.parse_checksum(sent.get("upload-checksum")),
    )
    open_until = expiry(transfer) if transfer.offset != transfer.length else {}
    return Response(status_code=204, headers={"Upload-Offset": str(transfer.offset), **open_until})


@router.delete(
    "/{upload_id}",
    summary="Cancel an upload and remove its bytes",
    status_code=204,
    responses=responses(*EVERYWHERE, UploadUnknown),
)
async def terminate(session: CurrentSession, uploads: Uploads, upload_id: str) -> Response:
    await uploads.cancel(session.session_id, upload_id)
    return Response(status_code=204)


def length_of(request: Request) -> int | None:
    """Upload-Length, or None where it is deferred; one of the two must be there."""
    length = tus.parse_length(request.headers.get("upload-length"))
    deferred = tus.parse_deferred(request.headers.get("upload-defer-length"))
    if (length is None) != deferred:
        raise BadHeader(
            "Exactly one of Upload-Length and Upload-Defer-Length is needed.", hint="Send the upload's length in bytes."
        )
    return length


def url_of(request: Request, transfer: Transfer) -> str:
    return f"{origin_of(request)}{tus.ROOT}/{transfer.file_id}"


def expiry(transfer: Transfer) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(transfer.expires_at, usegmt=True)}
