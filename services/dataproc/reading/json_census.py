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
AHEAD = 4  # bytes that are counted with the next piece: what a key's end, its colon, a blank and the value's first sign take
QUOTE, COLON, COMMA, BLANK = ord('"'), ord(":"), ord(","), ord(" ")

LOWER, CLOSING = 0x20, ord("}")  # with that bit set, ] is the same byte as }

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Marks = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class Census:
    """`values` are the keys with a value of any kind; of these, how many begin like a text, null, a truth value and an object.

    Keys are written with a blank after the colon (`spaced`) or without; objects and truth values are looked for when the file is known to have some.
    """

    spaced: bool
    nested: bool
    truthful: bool
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
        """Count in the text all but its last four bytes, with which the next one begins."""
        quotes, colons, blanks = text == QUOTE, text == COLON, text <= BLANK
        keys = quotes[:-4] & colons[1:-3]
        if self.spaced:
            spaced = keys & (text[2:-2] == BLANK)
            if count(spaced) < count(keys):
                self.faults.add("keys are not all written alike")
            keys = spaced
        behind = slice(3, -1) if self.spaced else slice(2, -2)
        self._count_values(keys, text[behind], quotes[behind])
        before_colons = blanks[1:-3] & colons[2:-2]
        if np.any(before_colons) and np.any(before_colons & (quotes[:-4] | blanks[:-4])):
            self.faults.add("blanks before a colon")
        self._look_before_brackets(text[:-4], blanks[:-4], (text[1:-3] | LOWER) == CLOSING)

    def _count_values(self, keys: Marks, behind: Bytes, quoted: Marks) -> None:
        """What is not looked for counts among the numbers, where it cannot be overlooked."""
        self.values += count(keys)
        self.texts += count(keys & quoted)
        self.nulls += count(keys & (behind == ord("n")))
        if self.truthful:
            self.truths += count(keys & ((behind == ord("t")) | (behind == ord("f"))))
        if self.nested:
            self.objects += count(keys & (behind == ord("{")))

    def _look_before_brackets(self, text: Bytes, blanks: Marks, brackets: Marks) -> None:
        """No comma may stand before a closing bracket, whatever blanks are between them."""
        if np.any(brackets & (text == COMMA)) or (np.any(blanks & brackets) and comma_before(text, np.flatnonzero(blanks & brackets))):
            self.faults.add("a comma before a closing bracket")


def comma_before(text: Bytes, places: Places) -> bool:
    """Is the last sign, at one of these places or before it, that is no blank a comma?"""
    while len(places):
        signs = text[places]
        if np.any(signs == COMMA):
            return True
        places = places[(signs <= BLANK) & (places > 0)] - 1
    return False


def count(marked: Marks) -> int:
    return int(np.count_nonzero(marked))


def take_census(path: Path, *, spaced: bool, nested: bool, truthful: bool) -> Census:
    """Count the whole file. Raises Irregular for a number with more digits than a double holds."""
    census = Census(spaced, nested, truthful)
    for text in overlapping(path):
        census.add(text[OVERLAP - AHEAD :])
        if number := inexact_number(text.data, whole=True):
            raise Irregular(f"the number {number[:40]} has more digits than a double holds")
    return census


def overlapping(path: Path) -> Iterator[Bytes]:
    """Pieces that begin with the end of the one before, or with blanks, and end with blanks at the end of the file; each is gone with the next."""
    held = np.full(OVERLAP + PIECE + AHEAD, BLANK, np.uint8)
    with path.open("rb") as file:
        while (size := file.readinto(held.data[OVERLAP : OVERLAP + PIECE])) == PIECE:
            yield held[: OVERLAP + PIECE]
            held[:OVERLAP] = held[PIECE : OVERLAP + PIECE]
        end = OVERLAP + size + AHEAD
        held[OVERLAP + size : end] = BLANK
        yield held[:end]
