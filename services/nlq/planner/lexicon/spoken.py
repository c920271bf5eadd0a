"""What a stretch of the question may mean: a reading of some of its words, and what that reading costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from services.nlq.planner.lexicon.tokens import Token

T_co = TypeVar("T_co", covariant=True)

# Costs are added up along a whole reading, so only their order of size matters: a bare word costs less than a second choice, three second
# choices less than an unlikely reading.
PLAIN = 0.0
UNMARKED = 0.25
"""Nothing beside it says what it is: "2023" without "in"."""
SECOND_CHOICE = 1.0
"""People mean it, but fewer than mean the other."""
UNLIKELY = 3.0


class Doubt(StrEnum):
    """Why the same words have another reading that facts or the person must decide between."""

    DAY_OR_MONTH_FIRST = "the day or the month may come first"
    CENTURY = "the century is not said"
    EDGE = "the last day may or may not be meant"
    EXTENT = "how long it lasts is not said"
    ANCHOR = "it may count from the newest date of the data or from today"
    YEAR = "the year is not said"
    DAY_OR_YEAR = "the number may be a day or a year"
    SCALE = "a scale that is said once may hold for both numbers"
    UNIT = "the letter may be a scale or a unit"
    BEGINNING = "'from' may mean in it or since it"


@dataclass(frozen=True, slots=True)
class Spoken(Generic[T_co]):
    """Tokens `start` up to but not including `end`, read as `value`."""

    start: int
    end: int
    value: T_co
    cost: float = PLAIN
    doubt: Doubt | None = None


class Line:
    """The question as its tokens and the signs between them. Positions beyond either end hold nothing."""

    __slots__ = ("norms", "text", "tokens")

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.norms = [token.norm for token in tokens]

    def __len__(self) -> int:
        return len(self.norms)

    def norm(self, at: int) -> str:
        return self.norms[at] if 0 <= at < len(self.norms) else ""

    def gap(self, at: int) -> str:
        """The characters between a token and the next, blanks left out unless there is nothing else."""
        if not 0 <= at < len(self.norms) - 1:
            return ""
        between = self.text[self.tokens[at].end : self.tokens[at + 1].start]
        return between.strip() or between[:1]

    def touches(self, at: int) -> bool:
        """The next token follows without anything between."""
        return at + 1 < len(self.norms) and self.tokens[at].end == self.tokens[at + 1].start

    def after(self, at: int, width: int) -> str:
        """The characters that follow a token, whether they belong to a token or not."""
        end = self.tokens[at].end
        return self.text[end : end + width]

    def whole_number(self, at: int, low: int, high: int) -> int | None:
        """A number written with digits alone: 2,023 and 2023.0 are none."""
        if at >= len(self.norms):
            return None
        written = self.tokens[at].text
        return int(written) if written.isdecimal() and len(written) <= 4 and low <= int(written) <= high else None

    def phrase(self, at: int, words: Sequence[str]) -> bool:
        return self.norms[at : at + len(words)] == list(words)
