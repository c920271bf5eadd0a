"""`/v1/files`: send files as a form, list them, wait for them, delete them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from services.upload.api.bodies import announced_length
from services.upload.api.forms import Form, form_of
from services.upload.errors import (
    BadForm,
    FileTooLarge,
    FileUnknown,
    QuotaExceeded,
    TooFast,
    TooManyUploads,
    WrongMediaType,
)
from services.upload.schemas import FilePage, FileView, Outcome, Outcomes, openapi_form
from services.upload.service import FileService, TransferService
from shared.auth import CurrentSession
from shared.errors import AppError, Unauthorized, Unavailable
from shared.errors.problems import responses
from shared.formats import FileRefused

FORM_OVERHEAD = 1 << 20  # bytes of boundaries and part headers around the files
LONGEST_WAIT = 60
router = APIRouter(prefix="/v1/files", tags=["files"])


def files_of(request: Request) -> FileService:
    service: FileService = request.app.state.service.files
    return service


def uploads_of(request: Request) -> TransferService:
    service: TransferService = request.app.state.service.uploads
    return service


Files = Annotated[FileService, Depends(files_of)]
Uploads = Annotated[TransferService, Depends(uploads_of)]


@router.post(
    "",
    summary="Send one or several files as a form",
    status_code=201,
    response_model=FileView | Outcomes,
    openapi_extra=openapi_form(),
    responses={
        **responses(
            Unauthorized,
            BadForm,
            WrongMediaType,
            FileTooLarge,
            QuotaExceeded,
            FileRefused,
            TooFast,
            TooManyUploads,
            Unavailable,
        ),
        207: {"model": Outcomes, "description": "several files, not all of them taken"},
    },
)
async def post_files(request: Request, session: CurrentSession, uploads: Uploads) -> JSONResponse:
    announced = announced_length(request)
    if announced is not None and announced > uploads.policy.file_bytes + FORM_OVERHEAD:
        raise uploads.policy.too_large(announced)
    outcomes = await take(form_of(request), session.session_id, uploads, announced)
    if not outcomes:
        raise BadForm(
            "The form holds no file.", hint="Send the file as form field `file`, e.g. curl -F file=@table.csv."
        )
    failures = [error for _, error in outcomes if error]
    if len(outcomes) == 1 and failures:
        raise failures[0]
    shown = [outcome for outcome, _ in outcomes]
    body = shown[0].file if len(shown) == 1 else Outcomes(files=shown)
    assert body is not None
    return JSONResponse(body.model_dump(mode="json"), status_code=207 if failures else 201)


async def take(
    form: Form, session_id: str, uploads: TransferService, room: int | None
) -> list[tuple[Outcome, AppError | None]]:
    """Each file of the form has its own outcome; what is wrong with the form itself ends it."""
    outcomes: list[tuple[Outcome, AppError | None]] = []
    async for file in form.files():
        try:
            record = await uploads.receive_file(session_id, file.filename, file, room)
            outcomes.append((Outcome.made(record), None))
        except BadForm:
            raise
        except AppError as error:
            outcomes.append((Outcome.refused(file.filename, error), error))
            if error.http_status != 422:
                break  # over a limit, or the store is down: the rest of the body is not worth reading
    return outcomes


@router.get("", summary="The session's files, oldest first", responses=responses(Unauthorized, Unavailable))
async def list_files(
    session: CurrentSession,
    files: Files,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FilePage:
    page = await files.page(session.session_id, cursor, limit)
    return FilePage(files=[FileView.of(record) for record in page.records], next_cursor=page.next_cursor)


@router.get(
    "/{file_id}",
    summary="One file; with `wait`, as soon as it has ended",
    responses=responses(Unauthorized, FileUnknown, Unavailable),
)
async def get_file(
    session: CurrentSession,
    files: Files,
    file_id: str,
    wait: Annotated[float, Query(ge=0, description="seconds, at most 60")] = 0,
) -> FileView:
    return FileView.of(await files.wait(session.session_id, file_id, min(wait, LONGEST_WAIT)))


@router.delete(
    "/{file_id}",
    summary="Delete a file, its tables and what was made from them",
    status_code=204,
    responses=responses(Unauthorized, FileUnknown, Unavailable),
)
async def delete_file(session: CurrentSession, files: Files, file_id: str) -> Response:
    await files.delete(session.session_id, file_id)
    return Response(status_code=204)
