"""Where a text breaks RFC 8259, as a refusal that names the place."""

from __future__ import annotations

from pathlib import Path

import ijson

from shared.formats.refusals import FileRefused, Refusal

PIECE = 1 << 20
FED = 64 << 10
BLANKS = b" \t\r\n"


def invalid_json(reason: str, line: int, column: int) -> FileRefused:
    place = f"at line {line:,}, column {column:,}"
    return Refusal.INVALID_JSON.because(place=place, reason=reason.strip().rstrip(".")[:200])


def invalid_json_in(path: Path, begin: int, line: int, column: int, reason: str) -> FileRefused:
    """At a line and column, counted from 1, of the text that begins there in a file."""
    before, width = lines_before(path, begin)
    return invalid_json(reason, before + line, column + (width if line == 1 else 0))


def invalid_json_at(path: Path, place: int, reason: str) -> FileRefused:
    return invalid_json_in(path, place, 1, 1, reason)


def lines_before(path: Path, place: int) -> tuple[int, int]:
    """(line ends before a place in a file, bytes of its own line before it)"""
    lines, begin = 0, 0
    with path.open("rb") as file:
        for offset in range(0, place, PIECE):
            piece = file.read(min(PIECE, place - offset))
            if found := piece.count(b"\n"):
                lines, begin = lines + found, offset + piece.rfind(b"\n") + 1
    return lines, place - begin


def check_end(path: Path, place: int) -> None:
    """Raises FileRefused when something stands behind a document that ends there."""
    with path.open("rb") as file:
        file.seek(place)
        while piece := file.read(PIECE):
            if left := piece.lstrip(BLANKS):
                raise invalid_json_at(path, file.tell() - len(left), "unexpected content after the document")


def check_document(path: Path) -> None:
    """The file has to be one JSON value."""
    fed = 0
    parser = ijson.basic_parse_coro(Sink())
    try:
        with path.open("rb") as file:
            while piece := file.read(FED):
                parser.send(piece)
                fed += len(piece)
        parser.close()
    except ijson.JSONError as error:
        raise invalid_json(reason_of(error), *place_of(path, fed)) from error


class Sink:
    """Takes the parser's events and forgets them."""

    def send(self, event: object) -> None:
        pass


def reason_of(error: ijson.JSONError) -> str:
    text = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    return text.split("\n")[0].strip().rstrip(".") or "it ends too early"


def place_of(path: Path, fed: int) -> tuple[int, int]:
    """(line, column) of the byte at which the parser stops; the piece that held it is fed byte by byte."""
    parser, before = ijson.basic_parse_coro(Sink()), b""
    line = 1
    with path.open("rb") as file:
        while file.tell() < fed:
            before = file.read(min(FED, fed - file.tell()))
            parser.send(before)
            line += before.count(b"\n")
        last = file.read(FED)
    taken = 0
    try:
        for taken in range(len(last)):
            parser.send(last[taken : taken + 1])
    except ijson.JSONError:
        pass
    text = before + last[: taken + 1]
    return line + last[:taken].count(b"\n"), max(1, len(text) - text.rfind(b"\n") - 1)
