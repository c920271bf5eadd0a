"""`/v1/files/{id}/content`: the bytes as they came, whole or in part. Always a download, never shown as a page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.upload.api.files import Files
from services.upload.api.ranges import byte_range, matches
from services.upload.errors import FileUnfinished, FileUnknown, RangeUnsatisfiable
from services.upload.filenames import content_disposition, display_name
from services.upload.records import FileRecord
from shared.auth import CurrentSession
from shared.errors import Unauthorized, Unavailable
from shared.errors.problems import of_error, responses

router = APIRouter(prefix="/v1/files", tags=["files"])
BINARY: dict[str, Any] = {
    "description": "the bytes",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.head(
    "/{file_id}/content",
    summary="The headers of a file's content",
    response_class=Response,
    responses=responses(Unauthorized, FileUnknown, FileUnfinished, Unavailable),
)
@router.get(
    "/{file_id}/content",
    summary="A file's content, as it was sent",
    response_class=StreamingResponse,
    responses={
        **responses(Unauthorized, FileUnknown, FileUnfinished, RangeUnsatisfiable, Unavailable),
        200: BINARY,
        206: {**BINARY, "description": "some of the bytes"},
        304: {"description": "not changed"},
    },
)
async def get_content(request: Request, session: CurrentSession, files: Files, file_id: str) -> Response:
    record = await files.content(session.session_id, file_id)
    size, etag = record.size or 0, f'"{record.sha256}"'
    headers = headers_of(record, etag)
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        wanted = (
            byte_range(request.headers.get("range"), size) if request.headers.get("if-range", etag) == etag else None
        )
    except RangeUnsatisfiable as error:
        refusal = of_error(error)
        refusal.headers["Content-Range"] = f"bytes */{size}"
        return refusal
    start, end = wanted or (0, size)
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=record.media_type)
    return StreamingResponse(
        files.stream(record, start, end), status_code=status, headers=headers, media_type=record.media_type
    )


def headers_of(record: FileRecord, etag: str) -> dict[str, str]:
    """Whatever the content is, a browser must not run it."""
    return {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition(display_name(record.filename)),
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
