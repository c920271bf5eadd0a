"""Errors that every service shares, and their one mapping to HTTP.

AppError
├── InvalidRequest 422      ├── Forbidden 403       ├── NotFound 404
├── Unauthorized 401        ├── Conflict 409        ├── PayloadTooLarge 413
├── RateLimited 429 (retry) └── Unavailable 503 (retry)
"""

from shared.errors.base import (
    AppError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
    Unavailable,
)

__all__ = [
    "AppError",
    "Conflict",
    "Forbidden",
    "InvalidRequest",
    "NotFound",
    "PayloadTooLarge",
    "RateLimited",
    "Unauthorized",
    "Unavailable",
]
