"""A large JSON file in blocks of whole objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.dataproc.reading.compiled.json_objects import end_of_elements
from services.dataproc.reading.compiled.words import PADDING
from services.dataproc.reading.json.framing import BLANKS, LARGEST_OBJECT, Framing
from services.dataproc.reading.sources import Irregular

BLOCK = 4 << 20


class LargeObject(Irregular):
    """An object that is not held as a whole."""


@dataclass(frozen=True)
class Block:
    """Whole objects: `text` is uint8, of which the first `end` bytes count; PADDING zeros follow. `offset` is where it begins in its file."""

    text: np.ndarray[Any, np.dtype[np.uint8]]
    end: int
    offset: int


def blocks_of(path: Path, framing: Framing, size: int) -> Iterator[Block]:
    """Blocks of about `size` bytes. Raises LargeObject, and Irregular for a list that does not end as one.

    Where a seam stands in a text by chance, the text before it is no whole object, which whoever reads the block finds out.
    """
    with path.open("rb") as file:
        file.seek(framing.start)
        held, offset = b"", framing.start
        while True:
            data = bytearray(len(held) + size + PADDING)
            data[: len(held)] = held
            wanted = min(size, framing.stop - file.tell()) if framing.stop else size
            read = file.readinto(memoryview(data)[len(held) : len(held) + wanted])
            end = len(held) + read
            if read < size:
                yield block(data, end_of_list(data, end, closed=not framing.stop) if framing.listed else end, offset)
                return
            cut = place_to_cut(data, end, framing)
            if not cut and end > LARGEST_OBJECT:
                raise LargeObject(f"one of its objects is larger than {LARGEST_OBJECT >> 20} MB")
            held = bytes(memoryview(data)[cut:end])
            if cut:
                yield block(data, cut, offset)
                offset += cut


def place_to_cut(data: bytearray, end: int, framing: Framing) -> int:
    """Where the last whole object that is followed by another one ends, with what separates them; 0 when there is none."""
    if framing.listed and not framing.separator:
        return int(end_of_elements(np.frombuffer(data, np.uint8), 0, end)[0])
    seam = data.rfind(framing.seam, 0, end)
    return 0 if seam < 0 else seam + len(framing.seam) - len(framing.opening)


def block(data: bytearray, end: int, offset: int) -> Block:
    data[end : end + PADDING] = bytes(PADDING)
    return Block(np.frombuffer(data, np.uint8), end, offset)


def end_of_list(data: bytearray, end: int, *, closed: bool) -> int:
    """Where the last element of a list ends, whose bracket stands there too when it is `closed`. Raises Irregular when no list ends so."""
    text = data[:end].rstrip(BLANKS)
    last = text[:-1].rstrip(BLANKS) if closed else text
    if (closed and not text.endswith(b"]")) or last.endswith(b","):
        raise Irregular("its end is not that of a list")
    return len(last)


def closing_bracket(path: Path, begin: int, size: int) -> int:
    """Where the list ends whose bracket is at `begin`. Raises Irregular when it does not."""
    with path.open("rb") as file:
        file.seek(begin + 1)
        held, offset = b"", begin + 1
        while piece := file.read(size):
            data = held + piece + bytes(PADDING)
            end = len(data) - PADDING
            cut, closed = end_of_elements(np.frombuffer(bytearray(data), np.uint8), 0, end)
            if closed >= 0:
                return offset + int(closed)
            if not cut and end > LARGEST_OBJECT:
                raise LargeObject(f"one of its objects is larger than {LARGEST_OBJECT >> 20} MB")
            held, offset = data[cut:end], offset + int(cut)
    raise Irregular("a list in it does not end")
