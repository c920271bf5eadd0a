"""Upload-Metadata: comma-separated pairs of a key and a Base64 value."""

from __future__ import annotations

import base64
import binascii

from services.upload.errors import BadHeader
from services.upload.filenames import UNNAMED, readable

LONGEST = 16_384  # characters of the whole header


def parse_metadata(header: str | None) -> dict[str, bytes]:
    """Strict, as the protocol has it: keys are unique ASCII words, values are Base64 or absent."""
    if header is None or not header.strip():
        return {}
    if len(header) > LONGEST:
        raise _invalid(f"is longer than {LONGEST} characters")
    pairs: dict[str, bytes] = {}
    for item in header.split(","):
        key, _, value = item.strip().partition(" ")
        if not key or not key.isascii() or not key.isprintable():
            raise _invalid("has an empty or non-ASCII key")
        if key in pairs:
            raise _invalid(f"names {key!r} twice")
        pairs[key] = _decoded(key, value.strip())
    return pairs


def filename_of(pairs: dict[str, bytes]) -> str:
    """The name that clients send as `filename` (tus-js-client, tuspy) or `name` (Uppy)."""
    raw = pairs.get("filename") or pairs.get("name") or b""
    return readable(raw) or UNNAMED


def _decoded(key: str, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid(f"has a value for {key!r} that is not Base64") from error


def _invalid(what: str) -> BadHeader:
    return BadHeader(f"The Upload-Metadata header {what}.", hint="Send pairs `key base64value`, separated by commas.")
