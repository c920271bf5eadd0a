"""Resumable Uploads for HTTP, draft-ietf-httpbis-resumable-upload-10, interop version 8: its headers as values. No framework."""

from __future__ import annotations

import re
from datetime import timedelta

from services.upload.errors import BadHeader, LengthFixed

INTEROP_VERSION = "8"
MEDIA_TYPE = "application/partial-upload"
PROBLEMS = "https://iana.org/assignments/http-problem-types#"
INTEGER = re.compile(r"[0-9]{1,15}")


def parse_complete(value: str | None) -> bool:
    """Upload-Complete, a structured boolean: whether the end of the body is the end of the upload."""
    if value is None or value.strip() not in ("?0", "?1"):
        raise BadHeader(
            "Upload-Complete is missing or is neither ?0 nor ?1.",
            hint="Say with ?1 that the body ends the upload, else ?0.",
        )
    return value.strip() == "?1"


def parse_integer(value: str | None) -> int | None:
    """Upload-Offset or Upload-Length; what is no such integer counts as absent, as the draft has it."""
    return int(value) if value is not None and INTEGER.fullmatch(value.strip()) else None


def length_of(told: int | None, offset: int, announced: int | None, complete: bool) -> int | None:
    """The upload's length, told by Upload-Length or by a body of known length that ends it; the two must agree."""
    ends_at = offset + announced if complete and announced is not None else None
    if told is not None and ends_at is not None and told != ends_at:
        raise LengthFixed(
            f"The body ends at {ends_at}, the length told is {told}.",
            hint="Leave Upload-Length out, or send the true one.",
        )
    return told if told is not None else ends_at


def complete_header(complete: bool) -> dict[str, str]:
    return {"Upload-Complete": "?1" if complete else "?0"}


def limit_header(most: int, lifetime: timedelta) -> dict[str, str]:
    """`most` bytes of a file; without another byte, the upload lives that long."""
    return {"Upload-Limit": f"max-size={most}, max-age={int(lifetime.total_seconds())}"}
