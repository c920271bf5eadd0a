"""How a large JSON file is cut into its objects: line by line, or by what stands between the elements of its list."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from services.dataproc.reading.sources import Irregular

HEAD_BYTES = 2 << 20
LARGEST_OBJECT = 16 << 20
BLANKS = b" \t\r\n"
BEFORE = b"\xef\xbb\xbf" + BLANKS
SEPARATOR = re.compile(r"\s*,\s*(?=\{)")
GLUE = re.compile(
    rb'\{\s*"(?:[^"\\]|\\.)*"(?P<behind>\s*:\s*)(?:"(?:[^"\\]|\\.)*"|[-+.\w]+)(?P<before>\s*,\s*)"', re.DOTALL
)
OPENING = re.compile(rb'\{\s*(?:"(?:[^"\\]|\\.)*")?')


@dataclass(frozen=True)
class Inside:
    """A list of objects that stands in a document: the places of its brackets."""

    begin: int
    stop: int


@dataclass(frozen=True)
class Framing:
    """Where the first element of a file begins, the bytes that stand between two of them, and is all of its beginning ASCII?

    The separator is a newline, or a comma with blanks; of a list it is empty when it is not the same everywhere. `opening` is how objects of a list begin: their
    brace and the first key. `glue` is what usually stands between a value and the next key, and between a key and its value. `stop` is where
    the last element ends at the latest, for a list that stands inside a document.
    """

    start: int
    separator: bytes
    escaped: bool
    opening: bytes = b""
    glue: tuple[bytes, bytes] = (b",", b":")
    stop: int = 0

    @property
    def listed(self) -> bool:
        return self.separator != b"\n"

    @property
    def seam(self) -> bytes:
        """The end of an object, the separator and the beginning of the next; inside a string or a nested list it may stand by chance."""
        return b"}" + self.separator + self.opening if self.listed else b"\n"


def shape_of(path: Path) -> str | None:
    """json for a list of objects, jsonl for one object per line, None for what has to be read whole."""
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(BEFORE)
        if head.startswith(b"["):
            return "json" if head[1:].lstrip(BLANKS).startswith(b"{") else None
        first_line, end, rest = (head if b"\n" in head else head + file.readline(LARGEST_OBJECT)).partition(b"\n")
        return "jsonl" if end and (rest or file.read(1)) and first_line.rstrip().endswith(b"}") else None


def lists_on_lines(path: Path) -> bool:
    """Does the file begin with a line that is a list, and another that begins like one?"""
    with path.open("rb") as file:
        first = file.readline(LARGEST_OBJECT).lstrip(BEFORE)
        try:
            return first.startswith(b"[") and isinstance(json.loads(first), list) and file.read(1) == b"["
        except ValueError:
            return False


def find_framing(path: Path, kind: str, inside: Inside | None) -> Framing:
    """How the elements of a list, or lines, are separated. Raises Irregular when the file's beginning does not show it."""
    head = head_of(path, inside)
    framing = framing_of(head, kind)
    if kind == "jsonl":
        return framing
    text = head[framing.start :].decode("utf-8", "ignore")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        raise Irregular("its first element is no short object") from error
    if (found := SEPARATOR.match(text, end)) is None:
        raise Irregular("its elements are not all objects")
    opening = OPENING.match(head, framing.start)
    return placed(replace(framing, separator=found[0].encode(), opening=opening[0] if opening else b"{"), inside)


def any_framing(path: Path, kind: str, inside: Inside | None) -> Framing:
    """How a file can be cut whatever its elements and what separates them look like."""
    return placed(framing_of(head_of(path, inside), kind), inside)


def head_of(path: Path, inside: Inside | None) -> bytes:
    with path.open("rb") as file:
        file.seek(inside.begin if inside else 0)
        return file.read(HEAD_BYTES)


def placed(framing: Framing, inside: Inside | None) -> Framing:
    return replace(framing, start=inside.begin + framing.start, stop=inside.stop) if inside else framing


def framing_of(head: bytes, kind: str) -> Framing:
    """With this beginning, and no separator for a list."""
    start = len(head) - len(head.lstrip(BEFORE))
    if kind == "json":
        start = len(head) - len(head[start + 1 :].lstrip(BLANKS))
    found = GLUE.match(head, start)
    return Framing(
        start,
        b"\n" if kind == "jsonl" else b"",
        head.isascii(),
        glue=(found["before"], found["behind"]) if found else (b",", b":"),
    )
