"""Where the elements of a list end, told by its brackets and the quotes around texts: exact wherever the list is valid JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from services.dataproc.reading.json import framing
from services.dataproc.reading.json.framing import Block, object_too_large

OTHER, QUOTE, OPEN, CLOSE, COMMA = range(5)
SIGNS = np.zeros(256, np.uint8)
for sign_kind, signs in ((QUOTE, b'"'), (OPEN, b"[{"), (CLOSE, b"]}"), (COMMA, b",")):
    SIGNS[list(signs)] = sign_kind
DEPTH = np.array([0, 0, 1, -1, 0], np.int64)

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Unclosed(Exception):
    """The list does not end."""


class Scanner:
    """Goes through the inside of a list, window by window."""

    def __init__(self) -> None:
        self._in_text = 0
        self._depth = 0

    def scan(self, text: bytes) -> tuple[Numbers, int]:
        """(places of the commas between elements, place of the bracket that closes the list or -1). A window must not end within an escape."""
        # A run of backslashes is pairs from its beginning on, so that replacing these first leaves those that escape a quote.
        unescaped = text.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        kinds = SIGNS[np.frombuffer(unescaped, np.uint8)]
        places = np.flatnonzero(kinds)
        kinds = kinds[places]
        in_text = (np.cumsum(kinds == QUOTE) + self._in_text) & 1
        outside = (kinds != QUOTE) & (in_text == 0)
        places, kinds = places[outside], kinds[outside]
        depths = np.cumsum(DEPTH[kinds]) + self._depth
        self._in_text = int(in_text[-1]) if len(in_text) else self._in_text
        self._depth = int(depths[-1]) if len(depths) else self._depth
        closing = np.flatnonzero(depths < 0)[:1].tolist()
        commas = (kinds == COMMA) & (depths == 0)
        if closing:
            return places[: closing[0]][commas[: closing[0]]], int(places[closing[0]])
        return places[commas], -1


def windows(path: Path, begin: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The file from there on, in parts that do not end within an escape."""
    with path.open("rb") as file:
        file.seek(begin)
        while text := file.read(size):
            while text.endswith(b"\\") and (more := file.read(1)):
                text += more
            yield begin, text
            begin += len(text)


def scanned_blocks(path: Path, first: Block, size: int) -> Iterator[Block]:
    """Blocks of whole elements, from the beginning of the first on, up to the end of their list. Raises FileRefused for an element that is too large, and at last Unclosed."""
    scanner, number, begin, end = Scanner(), first.number, first.begin, first.begin
    for offset, text in windows(path, begin, size):
        commas, closed = scanner.scan(text)
        end = offset + len(text)
        if closed >= 0:
            # A brace in place of the bracket belongs to the block, which is no JSON with it.
            yield Block(number, begin, offset + closed + (text[closed : closed + 1] != b"]"))
            return
        cut = offset + int(commas[-1]) if len(commas) else begin
        if cut > begin:
            yield Block(number, begin, cut)
            number, begin = number + 1, cut
        elif end - begin > framing.LARGEST_OBJECT:
            raise object_too_large()
    yield Block(number, begin, end)
    raise Unclosed


def end_of_list(path: Path, begin: int, size: int) -> int:
    """Where the bracket stands that closes the list whose inside begins there. Raises FileRefused for an element that is too large, and Unclosed."""
    *_, last = scanned_blocks(path, Block(0, begin, begin), size)
    return last.end
