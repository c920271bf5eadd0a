"""Words by which a row says that it sums up others. They only make it worth a look: whether it does, the arithmetic decides.

The one table of such words, for reading and for cleaning, is `label_words.txt`: a role, a language, and its words. Locale data (CLDR) has names of
months, units and currencies, but no word for "total": these were taken from the menus of spreadsheets (the total of a pivot table, the subtotal of an
outline) and from tables of statistics offices.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path


class Figure(StrEnum):
    """What such a row tells of the rows that it sums up. The values are what sentences call it."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    COUNT = "count"
    DIFFERENCE = "difference"


SAME_LETTERS = str.maketrans({"ك": "ک", "ي": "ی", "ى": "ی", "ـ": None, "״": None, '"': None, "\u0307": None})
"""Letters that Arabic and Persian keyboards write differently, a stroke that only stretches, marks within abbreviations, the dot of İ."""


def fold(cell: str) -> str:
    """As words are compared: without regard to case, width and keyboard."""
    return unicodedata.normalize("NFKC", cell).casefold().translate(SAME_LETTERS)


def read_words() -> dict[str, tuple[str, ...]]:
    """The words by their role, folded."""
    roles: dict[str, dict[str, None]] = {}
    for line in Path(__file__).with_name("label_words.txt").read_text(encoding="utf-8").splitlines():
        head, words = line.split(": ", 1)
        role = head.split(" ")[0]
        known = [words] if role == "phrase" else words.split()
        roles.setdefault(role, {}).update(dict.fromkeys(map(fold, known)))
    return {role: tuple(words) for role, words in roles.items()}


ROLES = read_words()
TOTALS = frozenset(ROLES["sum"])
BESIDE = frozenset(ROLES["beside"])
"""Words that leave a bare total what it is: "Grand total (USD)"."""
PHRASES = frozenset(ROLES["phrase"])
"""Totals of several words of which none is one by itself."""
MEMBERS = frozenset(ROLES["member"])
"""A member of a dimension that stands for its others: "All", "Both sexes". Of a film it may say who is admitted."""
SPANS = frozenset(ROLES["span"])
"""Rows of longer periods among those of months."""
OTHER_FIGURES = {
    figure: frozenset(ROLES[figure.value]) for figure in Figure if figure.value in ROLES and figure is not Figure.SUM
}
UNBLANKED, UNBLANKED_AT_THE_END = ROLES["unblanked"], ROLES["unblanked_end"]
"""Scripts without blanks between words: the word stands at either end of the cell, or at its end only."""
UNBLANKED_ANYWHERE = sorted({*UNBLANKED, *UNBLANKED_AT_THE_END}, key=len, reverse=True)
BALANCES = frozenset(ROLES["balance"])
"""What is left of income and expenses: added up with their signs, or the one total less the other."""
NAMES_TOO = frozenset(ROLES["name_too"])
"""Names of people, brands and things as well: such a row has to prove more."""
LONGEST = 60
"""Characters; what is longer is a sentence, and no label."""
MOST_MEMBER_WORDS = 3
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0971-\u09e5\u0a00-\u0a65\u0a81-\u0ae5\u0b00-\u0b65\u0b82-\u0be5\u0c00-\u0c65\u0c80-\u0ce5\u0d00-\u0d65\u0d81-\u0df3\u0e31-\u0e4e"
"""Signs that belong to the letter before them, which Python counts as none."""
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+\d?|[∑⌀]")


@dataclass(frozen=True)
class Label:
    """`bare`: nothing but such a word stands there. `of` is the rest: "Nord" in "Summe Nord"."""

    figure: Figure
    bare: bool
    of: str = ""
    is_name_too: bool = False
    is_span: bool = False
    is_balance: bool = False
    is_member: bool = False

    @property
    def is_whole_word(self) -> bool:
        """Does nothing else stand there?"""
        return self.bare or self.is_member


def words_of(cell: str) -> list[str]:
    return _WORD.findall(fold(cell))


@lru_cache(maxsize=4096)
def label_of(cell: str) -> Label | None:
    """What a cell says of its row, if it may say that this sums up others."""
    if not cell or len(cell) > LONGEST:
        return None
    folded = fold(cell)
    outside = _IN_BRACKETS.sub(" ", folded) if _IN_BRACKETS.sub("", folded).strip() else folded
    words = _WORD.findall(outside)
    if not words:
        return None
    is_name_too = bool(NAMES_TOO.intersection((words[0], words[0].rstrip("0123456789"), words[-1])))
    if found := _sum_in(words, outside, is_name_too=is_name_too):
        return found
    for figure, known in OTHER_FIGURES.items():
        if words[0] in known or (len(words) > 1 and words[-1] in known):
            return Label(figure, len(words) == 1, is_name_too=is_name_too)
    if BALANCES.intersection((words[0], words[-1])):
        return Label(Figure.SUM, len(words) == 1, is_name_too=True, is_balance=True)
    if words[0].rstrip("0123456789") in MEMBERS and len(words) <= MOST_MEMBER_WORDS:
        return Label(Figure.SUM, bare=False, is_name_too=is_name_too, is_member=len(words) == 1)
    return Label(Figure.SUM, bare=False, is_span=True) if words[0] in SPANS and len(words) == 1 else None


def _sum_in(words: list[str], outside: str, *, is_name_too: bool) -> Label | None:
    compact = "".join(outside.split()).strip(":.")
    for word in UNBLANKED_ANYWHERE:
        if compact.endswith(word) or (word in UNBLANKED and compact.startswith(word)):
            rest = compact.removesuffix(word).removeprefix(word)
            return Label(Figure.SUM, not rest, rest)
    if " ".join(words) in PHRASES:
        return Label(Figure.SUM, bare=True)
    if not TOTALS.intersection((words[0], words[-1])) and not _begins_with_beside(words):
        return None
    rest_words = [word for word in words if word not in TOTALS and word not in BESIDE]
    return Label(Figure.SUM, not rest_words, " ".join(rest_words), is_name_too=is_name_too)


def _begins_with_beside(words: list[str]) -> bool:
    """ "Grand total North", "Sub-total of rent"."""
    return len(words) > 1 and words[0] in BESIDE and words[1] in TOTALS


def total_like_pattern() -> str:
    """An expression (RE2) that every folded label fits, and few other cells: to find them in long columns."""
    known = _either(TOTALS | BALANCES | MEMBERS | SPANS | frozenset().union(*OTHER_FIGURES.values()))
    qualified = rf"^\W*{_either(BESIDE)}\W+{_either(TOTALS)}"
    return (
        rf"(?i)^\W*(?:{_either(PHRASES)}|{known})(?:\W|\d|$)|(?:^|\W|\d){known}\W*(?:[(\[].*)?$|{qualified}"
        rf"|{_either(frozenset(UNBLANKED))}|{_either(frozenset(UNBLANKED_AT_THE_END))}\W*$"
    )


def _either(words: frozenset[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words)))})"


def bare_total_words() -> tuple[str, ...]:
    """For a pattern of cells that hold nothing else."""
    phrases = (
        "grand total",
        "sub total",
        "sub-total",
        "sous-total",
        "total général",
        "total general",
        "suma częściowa",
    )
    return tuple(sorted({*TOTALS, *UNBLANKED, *PHRASES, *phrases, "all"}))
