"""Where a large JSON file breaks RFC 8259: asked when a reader could not go on, and answered with the place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ijson
import orjson

from services.dataproc.reading.errors import ReadError, Refusal
from services.dataproc.reading.json.numbers import strictly

BLOCK = 4 << 20
PIECE = 64 << 10


def invalid_json(reason: str, line: int, column: int) -> ReadError:
    return invalid_json_at(f"at line {line:,}, column {column:,}", reason)


def invalid_json_at(place: str, reason: str) -> ReadError:
    return Refusal.INVALID_JSON.because(place=place, reason=reason.strip().rstrip(".")[:200])


def check_strict(path: Path, kind: str) -> None:
    """Raises ReadError with the place of the first error."""
    if kind == "jsonl":
        check_lines(path)
    else:
        check_document(path)


def check_lines(path: Path) -> None:
    """Every line that is not blank has to be a JSON object."""
    number = 1
    for block in whole_lines(path):
        lines = block.split(b"\n")
        try:
            valid = all(
                isinstance(item, dict)
                for item in strictly(b"[" + b",".join(line for line in lines if line.strip()) + b"]")
            )
        except orjson.JSONDecodeError:
            valid = False
        if not valid:
            check_each(lines, number)
        number += len(lines) - 1


def check_each(lines: list[bytes], number: int) -> None:
    for offset, line in enumerate(lines):
        if line.strip():
            try:
                value = strictly(line)
            except orjson.JSONDecodeError as error:
                raise invalid_json(error.msg, number + offset, error.colno) from error
            if not isinstance(value, dict):
                raise invalid_json("a line that is no object among lines that are", number + offset, 1)


def whole_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        start = b"\xef\xbb\xbf"
        while piece := file.read(BLOCK):
            yield (piece + file.readline()).removeprefix(start)
            start = b""


def check_document(path: Path) -> None:
    """The file has to be one JSON value."""
    fed = 0
    parser = ijson.basic_parse_coro(Sink())
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
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
            before = file.read(min(PIECE, fed - file.tell()))
            parser.send(before)
            line += before.count(b"\n")
        last = file.read(PIECE)
    taken = 0
    try:
        for taken in range(len(last)):
            parser.send(last[taken : taken + 1])
    except ijson.JSONError:
        pass
    text = before + last[: taken + 1]
    return line + last[:taken].count(b"\n"), max(1, len(text) - text.rfind(b"\n") - 1)
