"""The cells of an xlsx sheet in their places, as its XML has them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
STYLED = re.compile(rb"""\bs\s*=\s*["'](\d{1,6})["']""")
TYPED = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
VALUE = re.compile(rb"(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")


@dataclass(frozen=True)
class Cell:
    """One cell element: its place counted from 0, its style, its type as written, and where its content begins."""

    row: int
    column: int
    style: int
    kind: bytes
    start: int
    empty: bool
    referred: bool

    @property
    def holds_number(self) -> bool:
        return not self.empty and self.kind in (b"", b"n")


class CellWalk:
    """Goes over the cells of a sheet, block by block; rows and cells that state no place follow the one before them."""

    def __init__(self) -> None:
        self._row = self._column = -1

    def cells(self, text: bytes) -> Iterator[Cell]:
        for match in ROW_OR_CELL.finditer(text):
            if match[1] == b"row":
                self._start_row(match[2])
            else:
                yield self._cell(match)

    def skip(self, text: bytes) -> None:
        """Pass over a block of whole rows."""
        for match in ROW_OR_CELL.finditer(text) if b"<c>" in text or b"<row>" in text else ():
            if match[1] == b"row":
                self._start_row(match[2])

    def _start_row(self, written: bytes) -> None:
        number = ROW_NUMBER.search(written)
        self._row = int(number[1]) - 1 if number else self._row + 1
        self._column = -1

    def _cell(self, match: re.Match[bytes]) -> Cell:
        written = match[2]
        place, style, kind = REFERENCE.search(written), STYLED.search(written), TYPED.search(written)
        self._column = column_number(place[1].decode()) if place else self._column + 1
        self._row = int(place[2]) - 1 if place else self._row
        return Cell(
            self._row,
            self._column,
            int(style[1]) if style else 0,
            kind[1] if kind else b"",
            match.end(),
            written.endswith(b"/"),
            place is not None,
        )


def value_at(text: bytes, start: int) -> str:
    """The stored value of the cell whose content starts there, "" where it has none."""
    found = VALUE.match(text, start)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def column_number(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
