"""`/v1/files/direct`: presigned URLs for large files. Off unless the deployment switches it on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.upload.errors import (
    DirectDisabled,
    FileTooLarge,
    FileUnfinished,
    QuotaExceeded,
    TooFast,
    TooManyUploads,
    UploadLocked,
    UploadUnknown,
)
from services.upload.schemas import DirectPart, DirectRequest, DirectUpload, FileView
from services.upload.service.direct import DirectService
from shared.auth import CurrentSession
from shared.errors import Unauthorized, Unavailable
from shared.errors.problems import responses

router = APIRouter(prefix="/v1/files/direct", tags=["direct uploads"])


def direct_of(request: Request) -> DirectService:
    service: DirectService = request.app.state.service.direct
    return service


Direct = Annotated[DirectService, Depends(direct_of)]


@router.post(
    "",
    summary="Begin an upload straight to the object store",
    status_code=201,
    responses=responses(
        Unauthorized, DirectDisabled, FileTooLarge, QuotaExceeded, TooFast, TooManyUploads, Unavailable
    ),
)
async def begin(session: CurrentSession, direct: Direct, wanted: DirectRequest) -> DirectUpload:
    plan = await direct.begin(session.session_id, wanted.filename, wanted.size)
    return DirectUpload(
        file_id=plan.file_id,
        part_bytes=plan.part_bytes,
        parts=[DirectPart(**asdict(part)) for part in plan.parts],
        expires_at=plan.expires_at,
    )


@router.post(
    "/{file_id}/complete",
    summary="All parts are sent: check them and take the file",
    responses=responses(Unauthorized, DirectDisabled, UploadUnknown, FileUnfinished, UploadLocked, Unavailable),
)
async def complete(session: CurrentSession, direct: Direct, file_id: str) -> FileView:
    return FileView.of(await direct.complete(session.session_id, file_id))
