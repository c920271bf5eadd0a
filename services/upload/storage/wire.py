"""Signed S3 requests over kept-alive connections, one per thread. Blocking: callers run it in a pool of threads.

The standard library's client hands a part's buffer to the kernel as it is, without copying, hashing or framing it: less
processor time per byte than any S3 library measured (docs/uploads.md).
"""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from services.upload.storage.signing import Signer, canonical_query
from shared.objects import StorageUnavailable

ATTEMPTS = 4
PAUSE = 0.2  # seconds before the second attempt, doubled each time
TIMEOUT = 60.0
PIECE = 1 << 18
EMPTY = memoryview(b"")
BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """A response that was read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Body:
    """Bytes to send: stored objects first, each read back as it is sent, then a buffer."""

    keys: tuple[str, ...] = ()
    view: memoryview = EMPTY
    size: int = 0


@dataclass(frozen=True)
class Reading:
    """An object that is being read. Whoever has it closes it; `refused` is set where there is nothing to read."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse
    refused: Answer | None

    def read(self, size: int) -> bytes:
        try:
            return some_of(self.response, size)
        except BROKEN as error:
            raise StorageUnavailable(
                "The object store stopped in the middle.", hint="Try again in a moment."
            ) from error

    def close(self) -> None:
        self.connection.close()


def some_of(response: http.client.HTTPResponse, size: int) -> bytes:
    """The next bytes, none at the end; raises when the end came too early, which the library does not."""
    piece = response.read(size)
    if not piece and response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return piece


class Wire:
    """Speaks HTTP to one S3 endpoint."""

    def __init__(self, signer: Signer, now: Callable[[], datetime]) -> None:
        self._signer = signer
        self._now = now
        self._held = threading.local()
        self._context = ssl.create_default_context() if signer.endpoint.startswith("https:") else None

    def call(
        self,
        method: str,
        key: str,
        query: Mapping[str, str] | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send and read the answer. Broken connections and 5xx are tried again: every call of ours may be repeated."""
        for attempt in range(ATTEMPTS):
            try:
                answer = self._once(method, key, query or {}, body or Body(), headers or {})
            except BROKEN as error:
                self._drop("main")
                failure: BaseException | None = error
            else:
                if answer.status < 500 and answer.status != 429:
                    return answer
                failure = None
            # The first failure is most often a kept-alive connection that the store closed: no pause before the second try.
            time.sleep(PAUSE * 2 ** (attempt - 1) if attempt else 0)
        raise StorageUnavailable("The object store did not answer.", hint="Try again in a moment.") from failure

    def open(self, key: str, start: int, end: int | None) -> Reading:
        """An object, or a range of it, to be read piece by piece over a connection of its own. An answer without success is read whole."""
        reach = {"range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        connection = self._connect()
        try:
            connection.request(
                "GET", self._target(key, {}), headers={**self._signer.headers("GET", key, {}, self._now(), {}), **reach}
            )
            response = connection.getresponse()
            refused = None if response.status < 300 else Answer(response.status, {}, response.read())
        except BROKEN as error:
            connection.close()
            raise StorageUnavailable("The object store did not answer.", hint="Try again in a moment.") from error
        return Reading(connection, response, refused)

    def _once(self, method: str, key: str, query: Mapping[str, str], body: Body, extra: Mapping[str, str]) -> Answer:
        connection = self._connection("main")
        headers = {**self._signer.headers(method, key, query, self._now(), extra), "content-length": str(body.size)}
        connection.request(method, self._target(key, query), body=self._pieces(body), headers=headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def _target(self, key: str, query: Mapping[str, str]) -> str:
        return f"{self._signer.path(key)}?{canonical_query(query)}" if query else self._signer.path(key)

    def _pieces(self, body: Body) -> Iterable[bytes | memoryview]:
        for key in body.keys:
            yield from self._read(key)
        if body.view:
            yield body.view

    def _read(self, key: str) -> Iterator[bytes]:
        """A stored object, piece by piece, over a second connection while the first one is sending."""
        connection = self._connection("side")
        connection.request("GET", self._target(key, {}), headers=self._signer.headers("GET", key, {}, self._now(), {}))
        response = connection.getresponse()
        if response.status != 200:
            self._drop("side")
            raise http.client.HTTPException(f"{key} answers {response.status}")
        while piece := some_of(response, PIECE):
            yield piece

    def _connection(self, name: str) -> http.client.HTTPConnection:
        held: http.client.HTTPConnection | None = getattr(self._held, name, None)
        if held is None:
            held = self._connect()
            setattr(self._held, name, held)
        return held

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._signer.endpoint)
        if self._context:
            return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT, context=self._context)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)

    def _drop(self, name: str) -> None:
        """A connection that broke half-way cannot be used again; neither can the one that fed it."""
        for held in {name, "side"}:
            connection = getattr(self._held, held, None)
            if connection is not None:
                connection.close()
                setattr(self._held, held, None)
