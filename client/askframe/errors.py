"""What can go wrong, for the caller of the client.

AskframeError
├── Unreachable             nothing answers at that address, or the connection broke
├── TimedOut                no end within the time that the caller gave
├── UnexpectedAnswer        something answers, but not Askframe
├── FileRefused             a file ended `rejected` or `failed`
└── ApiError                the server said no (RFC 9457)
    ├── Unauthorized        401, 403
    ├── NotFound            404: not there, or another session's
    ├── RateLimited         429
    └── Unavailable         502, 503, 504
"""

from __future__ import annotations

from typing import Any

import httpx


class AskframeError(Exception):
    """`code` is stable and for programs, `detail` says what happened, `hint` what to do next."""

    def __init__(self, detail: str, *, code: str, hint: str = "") -> None:
        super().__init__(f"{detail} {hint}".strip())
        self.detail, self.code, self.hint = detail, code, hint


class Unreachable(AskframeError):
    """The server cannot be reached; nothing is known about what became of the request."""

    def __init__(self, url: str, cause: Exception) -> None:
        reason = str(cause) or type(cause).__name__
        super().__init__(
            f"{url} does not answer: {reason}.", code="unreachable", hint="Check the address, and that the stack runs."
        )


class TimedOut(AskframeError):
    """The job goes on at the server; only the waiting ended."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"{what} did not end within {seconds:g} s.", code="timed_out", hint="Wait longer, or look again later."
        )


class UnexpectedAnswer(AskframeError):
    """The answer does not follow Askframe's contract."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not an answer of Askframe.",
            code="unexpected_answer",
            hint="Check the address, and that client and server are of the same version.",
        )


class FileRefused(AskframeError):
    """The server could not make tables of a file."""

    def __init__(self, name: str, code: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{name}: {reason}", code=code, hint=hint)


class ApiError(AskframeError):
    """A problem document of the server; `errors` names the fields of an invalid request."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: float | None = None) -> None:
        detail = str(problem.get("detail") or problem.get("title") or f"The server answered {status}.")
        super().__init__(detail, code=str(problem.get("code") or f"http_{status}"), hint=str(problem.get("hint") or ""))
        self.status = status
        self.title = str(problem.get("title") or "")
        self.errors: list[dict[str, Any]] = list(problem.get("errors") or [])
        self.retry_after = retry_after


class Unauthorized(ApiError):
    """No token, or one that is unknown, expired or revoked."""


class NotFound(ApiError):
    """Nothing under this id for this session."""


class RateLimited(ApiError):
    """Too many requests, even after the client's own retries."""


class Unavailable(ApiError):
    """A part of the server is away, even after the client's own retries."""


_BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthorized, 403: Unauthorized, 404: NotFound, 429: RateLimited, 502: Unavailable, 503: Unavailable, 504: Unavailable,
}  # fmt: skip


def of_response(response: httpx.Response) -> ApiError:
    """The error that an answer with a status of 400 or more stands for; the body must have been read."""
    try:
        body = response.json()
    except ValueError:
        body = None
    problem = body if isinstance(body, dict) else {}
    error = _BY_STATUS.get(response.status_code, ApiError)
    return error(response.status_code, problem, retry_after(response))


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait; None without the header or when it is a date."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
