"""Request bodies as the use cases read them: raw, or the files of a multipart form, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.upload.errors import BadForm, BadHeader, ClientGone, WrongMediaType
from services.upload.filenames import readable

MOST_FILES = 100
END: Any = object()


class RawBody:
    """The bytes of a request as they come. Reading can be cancelled: nothing is taken before it is returned."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._ended = False

    async def read(self) -> memoryview:
        return memoryview(await self.next_bytes())

    async def next_bytes(self) -> bytes:
        while not self._ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._ended = not message.get("more_body", False)
            if message.get("body"):
                return bytes(message["body"])
        return b""


class FormFile:
    """One file of a form; its `read` ends where the file does."""

    def __init__(self, filename: str, read: Callable[[], Any]) -> None:
        self.filename = filename
        self._next = read
        self._ended = False

    async def read(self) -> memoryview:
        event = END if self._ended else await self._next()
        self._ended = event is END
        return memoryview(b"") if event is END else memoryview(event)

    async def skip(self) -> None:
        """Read what is left of a file that is not wanted, to get to the one behind it."""
        while await self.read():
            pass


class Form:
    """The files of a multipart form in their order, streamed. Fields without a file name are passed over."""

    def __init__(self, body: RawBody, boundary: bytes) -> None:
        self._body = body
        self._events: deque[Any] = deque()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._is_file = False
        self._complete = False
        self._parser = MultipartParser(boundary, {
            "on_part_begin": self._headers.clear, "on_header_field": self._on_name, "on_header_value": self._on_value,
            "on_header_end": self._on_header, "on_headers_finished": self._on_headers, "on_part_data": self._on_data,
            "on_part_end": self._on_part_end, "on_end": self._on_end})

    async def files(self) -> AsyncIterator[FormFile]:
        for _ in range(MOST_FILES):
            event = await self._next()
            if event is None:
                return
            file = FormFile(event, self._next)
            yield file
            await file.skip()
        raise BadForm(f"The form holds more than {MOST_FILES} files.", hint="Send them in several requests.")

    async def _next(self) -> Any:
        """A file name (str), bytes of the file, END of a file, or None at the end of the form."""
        while not self._events:
            data = await self._body.next_bytes()
            if not data:
                if not self._complete:
                    raise BadForm("The form ends in the middle.", hint="Send it again, whole.")
                return None
            try:
                self._parser.write(data)
            except FormParserError as error:
                raise BadForm(f"The form cannot be read: {error}.", hint="Send multipart/form-data as RFC 7578 has it.") from error
        return self._events.popleft()

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _on_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._is_file = b"filename" in options
        if self._is_file:
            # Browsers write a quotation mark in a file name as %22 (WHATWG).
            self._events.append(readable(options[b"filename"]).replace("%22", '"'))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._events.append(memoryview(data)[start:end])

    def _on_part_end(self) -> None:
        if self._is_file:
            self._events.append(END)

    def _on_end(self) -> None:
        self._complete = True


def form_of(request: Request) -> Form:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise WrongMediaType("This route takes multipart/form-data.", hint="Send the file as form field `file`, e.g. curl -F file=@table.csv.")
    try:
        return Form(RawBody(request), options[b"boundary"])
    except FormParserError as error:
        raise BadForm(f"The form cannot be read: {error}.", hint="Use a shorter boundary.") from error


def announced_length(request: Request) -> int | None:
    """Content-Length, when there is one."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    if not value.isdecimal():
        raise BadHeader("Content-Length is not a count of bytes.", hint="Send the number of bytes of the body.")
    return int(value)
