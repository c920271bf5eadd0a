"""What stands in the text of a JSON file, counted without parsing it: how many keys, and how many texts, truth values and nulls behind them.

Held against the cells that a reader found, the counts show whether it left out a key, took a value for another kind, or let something pass that
is no JSON. Patterns inside strings can only make the counts larger, and so the reading more careful than it had to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from services.dataproc.reading.json_numbers import inexact_number
from services.dataproc.reading.sources import Irregular

PIECE = 256 << 10  # what a processor keeps close by
OVERLAP = 400  # bytes; longer than a number that anybody writes
QUOTE, COLON, COMMA, MINUS, BLANK = ord('"'), ord(":"), ord(","), ord("-"), ord(" ")

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass
class Census:
    """`values` are the keys with a value of any kind; of these, how many begin like a text, a truth value, null and an object."""

    spaced: bool
    nested: bool
    values: int = 0
    texts: int = 0
    truths: int = 0
    nulls: int = 0
    objects: int = 0
    faults: set[str] = field(default_factory=set)

    @property
    def numbers(self) -> int:
        """Values that begin like nothing else: numbers, where there are no lists."""
        return self.values - self.texts - self.truths - self.nulls - self.objects

    def add(self, text: Bytes) -> None:
        """Count in the text all but its last four bytes, which the next piece begins with."""
        first, second, third = text[:-4], text[1:-3], text[2:-2]
        behind = text[3:-1] if self.spaced else third
        keys = (first == QUOTE) & (second == COLON)
        if self.spaced:
            keys &= third == BLANK
        self.values += count(keys)
        self.texts += count(keys & (behind == QUOTE))
        self.truths += count(keys & ((behind == ord("t")) | (behind == ord("f"))))
        self.nulls += count(keys & (behind == ord("n")))
        self.objects += count(keys & (behind == ord("{"))) if self.nested else 0
        self._look_for_blanks(first, second, third)
        self._look_for_commas(first, second, third)

    def _look_for_blanks(self, first: Bytes, second: Bytes, third: Bytes) -> None:
        """Keys that are written another way than in the sample are not counted, so there must be none."""
        colons = third == COLON
        if np.any(colons & (second <= BLANK) & ((first == QUOTE) | (first <= BLANK))):
            self.faults.add("blanks before a colon")
        if self.spaced and np.any((first == QUOTE) & (second == COLON) & (third != BLANK)):
            self.faults.add("keys are not all written alike")

    def _look_for_commas(self, first: Bytes, second: Bytes, third: Bytes) -> None:
        closing = (second | 0x20) == ord("}")  # also ], for 0x5d | 0x20 is 0x7d
        if np.any(closing & (first == COMMA)):
            self.faults.add("a comma before a closing bracket")
        if np.any(closing & (first <= BLANK)):
            self._look_far_back(first, np.flatnonzero(closing & (first <= BLANK)))

    def _look_far_back(self, text: Bytes, places: np.ndarray[Any, Any]) -> None:
        """The same over blanks, as far as the piece goes."""
        while len(places := places[(places >= 0) & (text[places] <= BLANK)]):
            places = places - 1
            if np.any(text[places] == COMMA):
                self.faults.add("a comma before a closing bracket")
                return


def count(marked: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    return int(np.count_nonzero(marked))


def take_census(path: Path, *, spaced: bool, nested: bool) -> Census:
    """Count the whole file. Raises Irregular for a number with more digits than a double holds."""
    census, before = Census(spaced, nested), b""
    for piece in overlapping(path):
        census.add(np.frombuffer(piece, np.uint8))
        if number := inexact_number(before[-OVERLAP:] + piece, whole=True):
            raise Irregular(f"the number {number[:40]} has more digits than a double holds")
        before = piece
    return census


def overlapping(path: Path) -> Iterator[bytes]:
    """Pieces that begin with the last four bytes of the one before, and end with four blanks at the end of the file."""
    with path.open("rb", buffering=0) as file:
        rest = b""
        while piece := file.read(PIECE):
            yield rest + piece
            rest = (rest + piece)[-4:]
        yield rest + b"    "
