"""Marks beside numbers: flags of statistics offices and signs of footnotes, which leave the number and are said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from services.dataproc.reading.typing.numbers.flag_letters import FLAG_LETTERS, are_flags, are_glued_flags, are_grades
from services.dataproc.reading.typing.numbers.written import Written

SIGN = r"[*†‡§¶#^?]{1,3}|\([A-Za-z]{1,2}\)|\[[A-Za-z0-9]{1,2}\]|[⁰¹²³⁴-⁹ᵃ-ᶻ]{1,2}\)?"
BEFORE = r"[*†‡§¶]{1,3}"
"""Signs of footnotes that are no part of a code: #12 is one."""

MARKED = re.compile(
    rf"(?P<number>.*[\d.)])(?:\s*(?P<sign>{SIGN})|(?P<gap>\s*)(?P<flag>[{FLAG_LETTERS}AHL]{{1,3}}))", re.DOTALL
)
MARKED_BEFORE = re.compile(rf"(?P<sign>{BEFORE})\s*(?P<number>\D{{0,3}}\d.*)", re.DOTALL)
MARK = re.compile(rf"{SIGN}|[{FLAG_LETTERS}]{{1,3}}")
MISSING = re.compile(rf"(?::|\.\.\.?|…|[-–—])(?:\s*(?:{SIGN})|\s+[{FLAG_LETTERS}]{{1,3}})?")
"""No number, and perhaps why: `: c` is confidential."""

FEWEST_BARE = 0.5
"""Share of the numbers without a mark from which whole ones behind a sign are numbers, and no codes such as *67."""


class Place(Enum):
    """Where a mark stands."""

    BEFORE = auto()
    BEHIND = auto()
    APART = auto()
    GLUED = auto()


@dataclass(frozen=True)
class Marked:
    """A number and its mark. Letters stand behind a blank (apart) or at the digits (glued); signs are behind either way."""

    number: str
    mark: str
    place: Place


@dataclass(frozen=True)
class Marks:
    """The marks that a column's numbers have, with the number of cells, and where; `missing` are cells that say no more than that there is no number."""

    counts: Mapping[str, int] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    places: frozenset[tuple[str, Place]] = frozenset()

    def number_in(self, text: str) -> str | None:
        """The number without its mark; None where no mark of this column stands beside one."""
        found = split_mark(text) if self.counts else None
        return found.number if found and (found.mark, found.place) in self.places else None


def split_mark(text: str) -> Marked | None:
    stripped = text.strip()
    if match := MARKED_BEFORE.fullmatch(stripped):
        return Marked(match["number"], match["sign"], Place.BEFORE)
    if (match := MARKED.fullmatch(stripped)) is None:
        return None
    if match["sign"]:
        return Marked(match["number"], match["sign"], Place.BEHIND)
    return Marked(match["number"], match["flag"], Place.APART if match["gap"] else Place.GLUED)


def is_mark(unit: str) -> bool:
    """Could what looks like a unit be a mark?"""
    return MARK.fullmatch(unit) is not None


def find_marks(
    name: str, misfits: Mapping[str, int], fitting: Mapping[str, Written], read: Callable[[str], Written | None]
) -> Marks:
    """Marks beside what else is a number of the column."""
    found = {
        text: marked for text in misfits if (marked := split_mark(text)) is not None and read(marked.number) is not None
    }
    at = {place: Counter[str]() for place in Place}
    for text, marked in found.items():
        at[marked.place][marked.mark] += misfits[text]
    bodies = [marked.number for marked in found.values()]
    decimals = parted(written.body for written in fitting.values())
    graded = not fitting and parted(bodies) and are_grades(at[Place.GLUED] + at[Place.APART])
    sound = {
        Place.BEHIND: True,
        Place.BEFORE: parted(bodies) or decimals or len(fitting) >= FEWEST_BARE * (len(fitting) + len(bodies)),
        Place.APART: graded or are_flags(at[Place.APART], decimals=decimals),
        Place.GLUED: graded or are_glued_flags(name, at[Place.GLUED], bare=decimals, marked=parted(bodies)),
    }
    places = frozenset((mark, place) for place in Place if sound[place] for mark in at[place])
    counts = sum((at[place] for place in Place if sound[place]), Counter[str]())
    if not counts or not (fitting or graded):
        return Marks()
    missing = {
        text for text in misfits if MISSING.fullmatch(text.strip()) or (graded and are_grades([text.strip()], 1))
    }
    return Marks(counts, frozenset(text.strip().lower() for text in missing), places)


def parted(bodies: Iterable[str]) -> bool:
    return any("." in body or "," in body for body in bodies)
