"""Ours, as a peer: a session on the stack, deleted at the end so that the store does not fill up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.transport import pieces, send

BOUNDARY = "------------------------d74496d66958873e"  # as curl makes them


class Session:
    def __init__(self, base: str) -> None:
        self.base = base
        _, answer = send(f"{base}/v1/sessions", "POST", {"Content-Length": "0"})
        self.headers = {"Authorization": f"Bearer {json.loads(answer)['token']}"}

    def tus(self, path: Path) -> None:
        headers, size = {**self.headers, "Tus-Resumable": "1.0.0"}, str(path.stat().st_size)
        made, _ = send(f"{self.base}/v1/uploads", "POST", {**headers, "Upload-Length": size, "Content-Length": "0"})
        octets = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": size}
        send(made["Location"], "PATCH", {**headers, **octets}, pieces(path))

    def form(self, path: Path) -> None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'.encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            yield from pieces(path)
            yield tail

        length = len(head) + path.stat().st_size + len(tail)
        form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
        send(f"{self.base}/v1/files", "POST", {**self.headers, **form}, body())

    def close(self) -> None:
        send(f"{self.base}/v1/sessions/current", "DELETE", self.headers)


@contextmanager
def session(base: str) -> Iterator[Session]:
    opened = Session(base)
    try:
        yield opened
    finally:
        opened.close()
