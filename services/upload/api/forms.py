"""multipart/form-data (RFC 7578), streamed: the files of a form one after the other, their bytes straight to where they are to be."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from python_multipart.multipart import parse_options_header

from services.upload.api.bodies import RawBody
from services.upload.errors import BadForm, WrongMediaType
from services.upload.filenames import readable
from services.upload.ports import Body

MOST_FILES = 100
LONGEST_BOUNDARY = 200  # RFC 2046 allows 70
MOST_HEADER_BYTES = 1 << 14  # of one part


class Form:
    """The files of a form in their order. Fields without a file name are passed over."""

    def __init__(self, body: Body, boundary: bytes) -> None:
        self._content = Section(body, b"\r\n--" + boundary)
        # As if a line had ended before the form: the first delimiter then looks like all others.
        self._content.rest = b"\r\n"

    async def files(self) -> AsyncIterator[FormFile]:
        await self._content.skip()
        for _ in range(MOST_FILES):
            name = await self._next_name()
            if name is None:
                return
            yield FormFile(name, self._content)
            await self._content.skip()
        raise BadForm(f"The form holds more than {MOST_FILES} files.", hint="Send them in several requests.")

    async def _next_name(self) -> str | None:
        """Behind a delimiter: go on to the content of the next file; None where the form ends."""
        while (block := await self._content.headers()) is not None:
            options = disposition_of(block)
            self._content.begin()
            if b"filename" in options:
                # Browsers write a quotation mark in a file name as %22 (WHATWG).
                return readable(options[b"filename"]).replace("%22", '"')
            await self._content.skip()
        return None


class Section:
    """The bytes up to the next delimiter. `rest` came already and was not looked at."""

    def __init__(self, body: Body, delimiter: bytes) -> None:
        self._body = body
        self._delimiter = delimiter
        self.rest = b""
        self.ended = False

    def begin(self) -> None:
        self.ended = False

    async def skip(self) -> None:
        while await self.read():
            pass

    async def read(self) -> memoryview:
        """Some bytes, none at the end of the section."""
        while not self.ended:
            if piece := self._cut():
                return memoryview(piece)
            if not self.ended:
                await self._more()
        return memoryview(b"")

    async def headers(self) -> bytes | None:
        """The header lines behind a delimiter, or None behind the last one."""
        while len(self.rest) < 2:
            await self._more()
        if self.rest.startswith(b"--"):
            return None
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            if len(self.rest) > MOST_HEADER_BYTES:
                raise BadForm("The form cannot be read: the headers of a part do not end.", hint=HINT)
            await self._more()
        block, self.rest = self.rest[:end], self.rest[end + 4 :]
        if block and not block.startswith((b"\r\n", b" ", b"\t")):
            raise BadForm("The form cannot be read: something follows a boundary.", hint=HINT)
        return block

    async def _more(self) -> None:
        piece = await self._body.read()
        if not piece:
            raise BadForm("The form ends in the middle.", hint="Send it again, whole.")
        self.rest += piece

    def _cut(self) -> bytes:
        """Bytes of `rest` that are the section's for certain; notices its end."""
        end = self.rest.find(self._delimiter)
        sure = end if end >= 0 else len(self.rest) - begun(self.rest, self._delimiter)
        self.ended = end >= 0
        piece, self.rest = self.rest[:sure], self.rest[sure + len(self._delimiter) * self.ended :]
        return piece


class FormFile:
    """One file of a form."""

    def __init__(self, filename: str, content: Section) -> None:
        self.filename = filename
        self.read = content.read


HINT = "Send multipart/form-data as RFC 7578 has it."


def begun(data: bytes, delimiter: bytes) -> int:
    """How many bytes at the end of `data` may be the beginning of a delimiter."""
    tail = data[-len(delimiter) + 1 :]
    return next((size for size in range(len(tail), 0, -1) if delimiter.startswith(tail[-size:])), 0)


def disposition_of(block: bytes) -> dict[bytes, bytes]:
    """The options of a part's Content-Disposition."""
    for line in block.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition" and colon:
            return parse_options_header(value.strip())[1]
    return {}


def form_of(request: Request) -> Form:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise WrongMediaType(
            "This route takes multipart/form-data.",
            hint="Send the file as form field `file`, e.g. curl -F file=@table.csv.",
        )
    if len(boundary) > LONGEST_BOUNDARY:
        raise BadForm("The form cannot be read: its boundary is too long.", hint="Use a shorter boundary.")
    return Form(RawBody(request), boundary)
