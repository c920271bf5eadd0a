"""A file's way to the server: one multipart request, or tus in resumable pieces when it is big."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from askframe import errors
from askframe.transport import Transport

RESUMABLE_FROM = 64 << 20
PIECE = 64 << 20
READ = 1 << 20
PATIENCE = 8  # tries in a row that bring no byte further
STORING = 600.0  # seconds a server may take to store what it has received

Progress = Callable[[int, int], None]
"""Called with (bytes sent, bytes in all)."""
TUS = {"Tus-Resumable": "1.0.0"}


class CountedFile(io.FileIO):
    """A file that tells how far it has been read."""

    def __init__(self, path: Path, on_progress: Progress) -> None:
        super().__init__(path, "rb")
        self._report, self._total = on_progress, path.stat().st_size

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(-1 if size is None else size) or b""
        self._report(self.tell(), self._total)
        return piece


def send_multipart(transport: Transport, path: Path, name: str, on_progress: Progress) -> str:
    """Upload in one request; returns the `file_id`."""

    with CountedFile(path, on_progress) as content:

        def build() -> httpx.Request:
            content.seek(0)
            files = {"file": (name, content, "application/octet-stream")}
            return transport.request("POST", "/v1/files", files=files, timeout=httpx.Timeout(STORING, connect=5.0))

        return _file_id(transport.send(build))


def _file_id(response: httpx.Response) -> str:
    try:
        return str(response.json()["file_id"])
    except (ValueError, KeyError, TypeError):
        raise errors.UnexpectedAnswer("The answer to an upload") from None


class ResumableUpload:
    """One upload by tus 1.0.0. After a break it asks how far the server got, and goes on from there."""

    def __init__(
        self,
        transport: Transport,
        path: Path,
        name: str,
        on_progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport, self._path, self._name = transport, path, name
        self._report, self._sleep = on_progress, sleep
        self._size = path.stat().st_size

    def run(self) -> str:
        """Upload everything; returns the `file_id`."""
        url = self._create()
        offset = failures = 0
        while offset < self._size:
            try:
                reached = self._send_piece(url, offset)
            except errors.AskframeError as error:
                failures += 1
                if failures >= PATIENCE or not _worth_another_try(error):
                    raise
                self._sleep(min(5.0, 0.2 * 2**failures))
                reached = self._offset(url)
            if reached > offset:
                failures = 0
            offset = reached
            self._report(offset, self._size)
        return url.rstrip("/").rsplit("/", 1)[-1]

    def _create(self) -> str:
        name = base64.b64encode(self._name.encode()).decode()
        headers = {**TUS, "Upload-Length": str(self._size), "Upload-Metadata": f"filename {name}"}
        created = self._transport.call("POST", "/v1/uploads", headers=headers)
        if "Location" not in created.headers:
            raise errors.UnexpectedAnswer("The answer to a new upload")
        return str(created.request.url.join(created.headers["Location"]))

    def _send_piece(self, url: str, offset: int) -> int:
        length = min(PIECE, self._size - offset)
        headers = {
            **TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length),
        }
        request = self._transport.request(
            "PATCH",
            url,
            headers=headers,
            content=self._read(offset, length),
            timeout=httpx.Timeout(STORING, connect=5.0),
        )
        return _offset_of(self._transport.once(request))

    def _read(self, offset: int, length: int) -> Iterator[bytes]:
        with self._path.open("rb") as content:
            content.seek(offset)
            end = offset + length
            while content.tell() < end:
                piece = content.read(min(READ, end - content.tell()))
                if not piece:
                    raise errors.AskframeError(f"{self._path} became shorter while it was sent.", code="file_changed")
                yield piece
                self._report(content.tell(), self._size)

    def _offset(self, url: str) -> int:
        return _offset_of(self._transport.call("HEAD", url, headers=TUS))


def _offset_of(response: httpx.Response) -> int:
    try:
        return int(response.headers["Upload-Offset"])
    except (KeyError, ValueError):
        raise errors.UnexpectedAnswer("The answer to a piece of an upload") from None


def _worth_another_try(error: errors.AskframeError) -> bool:
    """A broken connection, a server that is away, an offset that moved (409) or an upload still locked (423)."""
    passing = isinstance(error, errors.Unreachable | errors.Unavailable | errors.RateLimited)
    return passing or (isinstance(error, errors.ApiError) and error.status in (409, 423, 500))


def resumable(transport: Transport) -> bool:
    """Whether the server takes tus uploads."""
    try:
        answer = transport.call("OPTIONS", "/v1/uploads")
    except errors.ApiError:
        return False
    return "1.0.0" in answer.headers.get("Tus-Version", "")
