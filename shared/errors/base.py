"""The error tree. A service subclasses these in its own `errors.py`; transports map them by their class attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class AppError(Exception):
    """Something a caller can be told. `detail` says what happened, `hint` what to do next; `errors` are the faults of single
    fields, each `{"field", "message"}`."""

    code: ClassVar[str] = "internal_error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self, detail: str, *, hint: str = "", retry_after: float | None = None, errors: Sequence[dict[str, str]] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.retry_after = retry_after
        self.errors = list(errors)


class InvalidRequest(AppError):
    """The request cannot be understood or is not allowed as it is."""

    code, http_status, title = "invalid_request", 422, "The request is not valid"


class Unauthorized(AppError):
    """No token, or one that is unknown, expired or revoked."""

    code, http_status, title = "unauthorized", 401, "A valid session token is needed"


class Forbidden(AppError):
    """The caller is known and may not do this."""

    code, http_status, title = "forbidden", 403, "This is not allowed"


class NotFound(AppError):
    """Nothing here under this id, or it belongs to another session: the two look the same on purpose."""

    code, http_status, title = "not_found", 404, "Not found"


class Conflict(AppError):
    """The thing is not in a state in which this can be done."""

    code, http_status, title = "conflict", 409, "Not possible in the current state"


class PayloadTooLarge(AppError):
    """More bytes than the limit of a file or a session allows."""

    code, http_status, title = "payload_too_large", 413, "Too large"


class RateLimited(AppError):
    """Too many requests; the same call succeeds after `retry_after` seconds."""

    code, http_status, title = "rate_limited", 429, "Too many requests"
    retryable = True


class Unavailable(AppError):
    """Something this service depends on does not answer; the same call may succeed later."""

    code, http_status, title = "service_unavailable", 503, "Temporarily unavailable"
    retryable = True
