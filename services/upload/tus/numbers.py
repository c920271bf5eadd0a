"""Upload-Length, Upload-Offset and Upload-Defer-Length."""

from __future__ import annotations

import re

from services.upload.errors import BadHeader

DIGITS = re.compile(r"[0-9]{1,19}")


def parse_length(value: str | None) -> int | None:
    return None if value is None else _whole("Upload-Length", value)


def parse_offset(value: str | None) -> int:
    if value is None:
        raise BadHeader(
            "The Upload-Offset header is missing.", hint="Ask with HEAD where the upload stands, and send that offset."
        )
    return _whole("Upload-Offset", value)


def parse_deferred(value: str | None) -> bool:
    """Whether the length is to come later. The header has one legal value."""
    if value not in (None, "1"):
        raise BadHeader(f"Upload-Defer-Length is {value!r}; only 1 is allowed.", hint="Send 1, or an Upload-Length.")
    return value == "1"


def _whole(name: str, value: str) -> int:
    if not DIGITS.fullmatch(value.strip()):
        raise BadHeader(
            f"{name} is {value[:40]!r}, which is not a count of bytes.", hint="Send a non-negative whole number."
        )
    return int(value)
