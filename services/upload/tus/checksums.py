"""Upload-Checksum: the digest of one request's body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from services.upload.errors import BadHeader

ALGORITHMS = ("sha1", "sha256", "sha512", "md5", "crc32")


class Digest(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...
    def digest(self) -> bytes: ...


class Crc32:
    """CRC-32 with the interface of hashlib, big-endian."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes | memoryview, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


DIGESTS: dict[str, Callable[[], Digest]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "crc32": Crc32,
}


@dataclass
class Checksum:
    """What the client says the body's digest is, and the digest of what came."""

    expected: bytes
    digest: Digest

    def update(self, data: bytes | memoryview) -> None:
        self.digest.update(data)

    def matches(self) -> bool:
        return hmac.compare_digest(self.expected, self.digest.digest())


def parse_checksum(header: str | None) -> Checksum | None:
    if header is None:
        return None
    name, _, value = header.strip().partition(" ")
    if name not in DIGESTS:
        raise BadHeader(
            f"The checksum algorithm {name[:20]!r} is not known.", hint=f"Use one of {', '.join(ALGORITHMS)}."
        )
    try:
        expected = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadHeader("The checksum is not Base64.", hint="Send `<algorithm> <Base64 of the digest>`.") from error
    return Checksum(expected, DIGESTS[name]())
