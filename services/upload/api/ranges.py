"""Range and conditional requests (RFC 9110), for one range."""

from __future__ import annotations

import re

from services.upload.errors import RangeUnsatisfiable

SINGLE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) with the end excluded; None for the whole, which is also the answer to several ranges or an odd header."""
    match = SINGLE.fullmatch(header.replace(" ", "")) if header else None
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= size or start >= end:
        raise RangeUnsatisfiable(f"The content has {size:,} bytes.", hint=f"Ask for a range below {size}.")
    return start, end


def matches(header: str | None, etag: str) -> bool:
    """If-None-Match, with weak comparison."""
    if header is None:
        return False
    return any(tag.strip() == "*" or tag.strip().removeprefix("W/") == etag for tag in header.split(","))
