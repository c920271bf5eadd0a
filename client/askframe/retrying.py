"""Which calls may be made again, and after what pause."""

from __future__ import annotations

import httpx

from askframe.errors import retry_after

ATTEMPTS = 5
LONGEST_PAUSE = 30.0
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


def pause_after_answer(method: str, response: httpx.Response, attempt: int) -> float | None:
    """Seconds before the next try, or None when the answer stands.

    429 means that nothing was done, whatever the method. Of the others only what is idempotent is repeated, or what the
    server itself invites to repeat with `Retry-After`.
    """
    asked = retry_after(response)
    repeatable = response.status_code == 429 or (
        response.status_code in (502, 503, 504) and (method in IDEMPOTENT or asked is not None)
    )
    if attempt >= ATTEMPTS or not repeatable:
        return None
    return min(LONGEST_PAUSE, asked if asked is not None else _growing(attempt))


def pause_after_break(method: str, error: httpx.RequestError, attempt: int) -> float | None:
    """The same for a connection that broke: one that was never made is always safe to try again."""
    safe = method in IDEMPOTENT or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    return _growing(attempt) if safe and attempt < ATTEMPTS else None


def _growing(attempt: int) -> float:
    return float(0.2 * 2 ** (attempt - 1))
