"""Errors as RFC 9457 problem documents: the only place that turns an exception into an HTTP answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from shared.errors.base import AppError
from shared.errors.faults import plain_fault

MEDIA_TYPE = "application/problem+json"
COMPARE = "Compare the request with this service's OpenAPI document and send it again."
UNLABELLED = {"field": "body", "message": "it is not read as JSON, for its Content-Type does not say so"}
log = structlog.get_logger(__name__)


class Problem(BaseModel):
    """What every error answer carries (RFC 9457)."""

    type: str = Field(description="a URN that names the kind of problem", examples=["urn:askframe:problem:not_found"])
    title: str = Field(description="the kind of problem, in a few words")
    status: int
    code: str = Field(description="stable, for programs", examples=["not_found"])
    detail: str = Field(description="what happened, for a person")
    hint: str = Field(default="", description="what to do next")
    errors: list[dict[str, Any]] = Field(default_factory=list, description="one entry per field that is not valid")


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    hint: str = "",
    *,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f"urn:askframe:problem:{code}",
        title=title,
        status=status,
        code=code,
        detail=detail,
        hint=hint,
        errors=errors or [],
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def of_error(error: AppError) -> JSONResponse:
    """The problem document of an application error, with `Retry-After` where the same call may succeed later."""
    headers = {}
    if error.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retryable or error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after or 1)))
    return problem(
        error.http_status, error.code, error.title, error.detail, error.hint, errors=error.errors, headers=headers
    )


def responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` for the errors that a route can answer with."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        known = by_status.get(error.http_status)
        codes = f"{known['description']}, `{error.code}`" if known else f"`{error.code}`"
        by_status[error.http_status] = {"model": Problem, "description": codes}
    return by_status


def install(app: FastAPI) -> None:
    """Register the handlers for application errors, invalid requests, HTTP errors and everything unforeseen."""
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unforeseen)


async def _on_app_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    if error.http_status >= 500:
        log.warning("request_failed", code=error.code, detail=error.detail)
    return of_error(error)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    unlabelled = not _says_json(request) and any(tuple(fault["loc"]) == ("body",) for fault in faults)
    fields = [UNLABELLED] if unlabelled else [plain_fault(fault) for fault in faults]
    detail = "; ".join(f"{f['field']}: {f['message']}" for f in fields[:3]) or "The request is not valid."
    hint = "Send Content-Type: application/json." if unlabelled else COMPARE
    return problem(422, "invalid_request", "The request is not valid", detail, hint, errors=fields)


def _says_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "unknown_route", 405: "method_not_allowed"}.get(error.status_code, f"http_{error.status_code}")
    hint = "Check the path and the method against the OpenAPI document." if error.status_code in (404, 405) else ""
    return problem(error.status_code, code, str(error.detail), f"{error.detail}.", hint, headers=error.headers)


async def _on_unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled_error", path=request.url.path, error=type(error).__name__, exc_info=error)
    return problem(
        500,
        "internal_error",
        "Something went wrong",
        "The service met an error that it did not foresee.",
        "Try again; if it stays, report the time and the request.",
    )
