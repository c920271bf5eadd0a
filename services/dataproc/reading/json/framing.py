"""How a large JSON file is cut into blocks of whole elements: at the ends of lines, or between the elements of its list.

Between elements it is first cut where what usually separates them stands, which inside a text or a nested list it may by chance. A block that begins with an
element and is valid as a list of them ends with one, too, so that reading the block shows it; otherwise `scanning` tells where the elements end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from shared.formats.refusals import FileRefused, too_large

HEAD_BYTES = 2 << 20
FIRST_BYTES = 256 << 10  # of the first block, which is read as a sample before the others are begun
LARGEST_OBJECT = 16 << 20
BLANKS = b" \t\r\n"
BEFORE = b"\xef\xbb\xbf" + BLANKS
# With the first key, which objects within the elements seldom share.
SEAM = re.compile(rb'[\]}]\s*,\s*(?:\{\s*"(?:[^"\\]|\\.)*"|\[)', re.DOTALL)
LINE_END = b"\n"


class Block(NamedTuple):
    """A part of a file that holds whole elements, and what separates them from those before."""

    number: int
    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin


@dataclass(frozen=True)
class Place:
    """Where elements stand in a file, brackets excluded."""

    begin: int
    end: int


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


def whole_file(path: Path) -> Place:
    """All of it but blanks and a byte-order mark before."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return Place(len(head) - len(head.lstrip(BEFORE)), path.stat().st_size)


def list_of_file(path: Path) -> Place | None:
    """The inside of the list that a file is; None when it does not end as one."""
    begin = whole_file(path).begin + 1
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(begin, size - HEAD_BYTES))
        tail = file.read().rstrip(BLANKS)
    return Place(begin, max(begin, size - HEAD_BYTES) + len(tail) - 1) if tail.endswith(b"]") else None


def find_seam(path: Path, place: Place) -> bytes | None:
    """What stands between the first two elements of a list, with the bracket before it, and is likely to stand between all; None when they are long."""
    with path.open("rb") as file:
        file.seek(place.begin)
        head = file.read(min(HEAD_BYTES, place.end - place.begin)).decode("latin-1")
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(head, len(head) - len(head.lstrip()))
    except json.JSONDecodeError:
        return None
    found = SEAM.match(head.encode("latin-1"), end - 1)
    return found[0] if found else None


def blocks_at(path: Path, place: Place, seam: bytes, size: int) -> Iterator[Block]:
    """Blocks of about so many bytes after a small first one, each up to the first byte of the last seam in it. Raises FileRefused where none comes for too long."""
    number, begin, wanted = 0, place.begin, min(FIRST_BYTES, size)
    with path.open("rb") as file:
        while begin < place.end:
            file.seek(begin)
            text = file.read(min(wanted, place.end - begin))
            at = len(text) - 1 if begin + len(text) >= place.end else text.rfind(seam)
            if at >= 0:
                yield Block(number, begin, begin + at + 1)
                number, begin, wanted = number + 1, begin + at + 1, size
            elif wanted > LARGEST_OBJECT:
                raise object_too_large()
            else:
                wanted *= 2


def text_of(path: Path, block: Block, *, listed: bool) -> bytes:
    """The bytes of a block; the comma that separates elements of a list from those before is blank."""
    with path.open("rb") as file:
        file.seek(block.begin)
        text = file.read(block.size)
    if listed and block.number:
        comma = text.find(b",")
        if not text[:comma].strip(BLANKS) and text[comma + 1 :].strip(BLANKS):
            return text[:comma] + b" " + text[comma + 1 :]
    return text


def object_too_large() -> FileRefused:
    return too_large(f"one of its objects is larger than {LARGEST_OBJECT >> 20} MB")
