"""How every peer is sent its bytes: the same client, the same pieces."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

PIECE = 1 << 20


def make(path: Path, size: int) -> Path:
    """A CSV of `size` bytes that does not compress to nothing."""
    block = b"".join(b"%d,%s,%d.25\n" % (i, os.urandom(20).hex().encode(), i % 977) for i in range(200_000))
    with path.open("wb") as out:
        while (left := size - out.tell()) > 0:
            out.write(block[:left])
    return path


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def send(url: str, method: str, headers: dict[str, str], body: object = None) -> tuple[http.client.HTTPMessage, bytes]:
    """The answer's headers and content; anything but success ends the benchmark."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request(method, target, body=body, headers=headers)  # type: ignore[arg-type]
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status < 300, (answer.status, content[:300])
    return answer.headers, content


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
