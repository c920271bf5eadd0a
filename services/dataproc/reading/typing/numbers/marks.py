"""Marks behind numbers: flags of statistics offices and signs of footnotes, which leave the number and are said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from services.dataproc.reading.typing.numbers.written import Written

SIGN = r"[*†‡§¶#^?]{1,3}|\([A-Za-z]{1,2}\)|\[[A-Za-z0-9]{1,2}\]|[⁰¹²³⁴-⁹ᵃ-ᶻ]{1,2}\)?"
FLAG_LETTERS = "bcdefnpqruzBCDEFNPQRUZ"
"""Of statistics offices (break, confidential, differs, estimate, forecast, provisional, revised …), without those that are units as well."""

MARKED = re.compile(rf"(?P<number>.*[\d.)])(?:\s*(?P<sign>{SIGN})|\s+(?P<flag>[{FLAG_LETTERS}]{{1,3}}))", re.DOTALL)
MARK = re.compile(rf"{SIGN}|[{FLAG_LETTERS}]{{1,3}}")
MISSING = re.compile(rf"(?::|\.\.\.?|…|[-–—])(?:\s*(?:{SIGN})|\s+[{FLAG_LETTERS}]{{1,3}})?")
"""No number, and perhaps why: `: c` is confidential."""


@dataclass(frozen=True)
class Marks:
    """The marks that a column's numbers have, with the number of cells; `missing` are cells that say no more than that there is no number."""

    counts: Mapping[str, int] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def number_in(self, text: str) -> str | None:
        """The number without its mark; None where no mark of this column stands behind one."""
        found = split_mark(text) if self.counts else None
        return found[0] if found and found[1] in self.counts else None


def split_mark(text: str) -> tuple[str, str] | None:
    match = MARKED.fullmatch(text.strip())
    return (match["number"], match["sign"] or match["flag"]) if match else None


def is_mark(unit: str) -> bool:
    """Could what looks like a unit be a mark?"""
    return MARK.fullmatch(unit) is not None


def find_marks(
    misfits: Mapping[str, int], fitting: Mapping[str, Written], read: Callable[[str], Written | None]
) -> Marks:
    """Marks behind what else is a number of the column. A letter has to come back, or to stand among numbers with decimals, which no house has."""
    found = {
        text: mark
        for text in misfits
        if (split := split_mark(text)) is not None and (mark := split[1]) and read(split[0]) is not None
    }
    counts = Counter[str]()
    for text, mark in found.items():
        counts[mark] += misfits[text]
    letters = [mark for mark in counts if mark.isalpha()]
    if letters and not parted(fitting.values()) and max(counts[mark] for mark in letters) < 2:
        for letter in letters:
            del counts[letter]
    if not counts or not fitting:
        return Marks()
    return Marks(counts, frozenset(text.strip().lower() for text in misfits if MISSING.fullmatch(text.strip())))


def parted(numbers: Iterable[Written]) -> bool:
    return any("." in written.body or "," in written.body for written in numbers)
