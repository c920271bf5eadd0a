"""The bytes of many cells, looked at without making a text of any."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLANK, DELETE = 0x20, 0x7F
ZERO, MINUS = ord("0"), ord("-")
LETTER_E, CASE = ord("e"), 0x20
FOLLOWS_ZERO = np.array([chr(sign) in ".eE" for sign in range(256)])

Signs = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[Any]]


class CellBytes:
    """Single bytes of every cell of a string array. Of cells too short for it, some other cell's byte stands in the place."""

    def __init__(self, cells: pa.Array) -> None:
        _, offsets, text = cells.buffers()
        self._text = np.frombuffer(text, np.uint8) if text is not None else np.empty(0, np.uint8)
        places = np.frombuffer(offsets, np.int32)[cells.offset :] if offsets is not None else np.zeros(1, np.int32)
        self._starts, self._ends = places[: len(cells)], places[1 : len(cells) + 1]

    @property
    def lengths(self) -> Any:
        return self._ends - self._starts

    @property
    def text(self) -> Signs:
        """The bytes of all cells, one behind the other."""
        return self._text[self._starts[0] : self._ends[-1]] if len(self._ends) else self._text[:0]

    def at(self, place: int) -> Signs:
        """The bytes that many places after the first; before the end of the cell, with a negative number."""
        return self._signs((self._starts if place >= 0 else self._ends) + place)

    def of(self, cells: Places, place: int) -> Signs:
        """The bytes that many places after the first, of some cells only."""
        return self._signs(self._starts[cells] + place)

    def _signs(self, places: Places) -> Signs:
        return np.take(self._text, places, mode="clip") if self._text.size else np.full(len(places), BLANK, np.uint8)


class Ends:
    """The bytes that tokens begin and end with, in either case: most cells are seen at their ends to be none of them."""

    def __init__(self, tokens: Collection[str]) -> None:
        written = [form.encode() for token in tokens if token for form in (token, token.upper())]
        self._first, self._last = (np.array([sign <= BLANK or sign >= DELETE for sign in range(256)]) for _ in range(2))
        self._first[[text[0] for text in written]] = True
        self._last[[text[-1] for text in written]] = True

    def any_in(self, cells: pa.Array) -> bool:
        """Can one of these cells, of which none is empty, be a token, perhaps with blanks around it?"""
        found = CellBytes(cells)
        return bool((self._first[found.at(0)] & self._last[found.at(-1)]).any())


def trim_cells(cells: pa.Array) -> pa.Array:
    """Without the blanks around them; where plain letters stand at both ends of all, the same array."""
    found = CellBytes(cells)
    plain = all((signs > BLANK).all() and (signs < DELETE).all() for signs in (found.at(0), found.at(-1)))
    return cells if plain else pc.utf8_trim_whitespace(cells)


def any_exponent(cells: pa.Array) -> bool:
    """Does a letter E stand in some cell?"""
    found = CellBytes(cells)
    return bool(((found.text | CASE) == LETTER_E).any())


def any_leading_zero(cells: pa.Array) -> bool:
    """Does some cell begin with a zero, after a minus perhaps, upon which no decimal sign or exponent follows?"""
    found = CellBytes(cells)
    first = found.at(0)
    zeros, negative = np.flatnonzero(first == ZERO), np.flatnonzero(first == MINUS)
    below = negative[found.of(negative, 1) == ZERO]
    return any(
        bool(((found.lengths[places] > length) & ~FOLLOWS_ZERO[found.of(places, length)]).any())
        for places, length in ((zeros, 1), (below, 2))
    )
