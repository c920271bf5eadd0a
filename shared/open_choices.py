"""What the cells of a column leave open: a question, the formats that answer it, and the one that was taken until a person chooses.

Decisions are made on these types; the sentence is for people only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from shared.columns import ColumnType


class OpenQuestion(StrEnum):
    """What cannot be told from the cells alone."""

    DAY_ORDER = "day_order"
    YEAR_PLACE = "year_place"
    COMMA_MEANING = "comma_meaning"
    POINT_MEANING = "point_meaning"
    CLOCK_PARTS = "clock_parts"
    UNIT = "unit"
    CENTURY = "century"
    PART_NUMBERS = "part_numbers"
    CALENDAR = "calendar"
    MISSING_WORDS = "missing_words"


@dataclass(frozen=True)
class Wording:
    """How a question is put: `whether`, and what an answer is called where its format says too little."""

    whether: str
    read_as: Mapping[str, str] = field(default_factory=dict)


WORDINGS: Mapping[OpenQuestion, Wording] = {
    OpenQuestion.DAY_ORDER: Wording("day-first or month-first"),
    OpenQuestion.YEAR_PLACE: Wording("the year stands first or last"),
    OpenQuestion.COMMA_MEANING: Wording(
        "the comma divides thousands or is the decimal sign", {"1,234.5": "thousands", "1.234,5": "the decimal sign"}
    ),
    OpenQuestion.POINT_MEANING: Wording(
        "the point divides thousands or is the decimal sign", {"1,234.5": "the decimal sign", "1.234,5": "thousands"}
    ),
    OpenQuestion.CLOCK_PARTS: Wording(
        "hours:minutes or minutes:seconds", {"[h]:mm:ss": "hours:minutes", "[m]:ss": "minutes:seconds"}
    ),
    OpenQuestion.UNIT: Wording("all numbers are in one unit", {"": "they are written, without a unit"}),
    OpenQuestion.CENTURY: Wording("years of two digits go to 2029 or to 2069"),
    OpenQuestion.PART_NUMBERS: Wording(
        "1.10 is the tenth part of 1 or the number 1.1",
        {"identifier": "parts, kept as they are written", "decimal": "numbers"},
    ),
    OpenQuestion.CALENDAR: Wording(
        "the years are those of the common calendar or of another one (Buddhist, Persian, Islamic)",
        {
            "text": "they are written",
            "date": "years of the common calendar",
            "datetime": "years of the common calendar",
        },
    ),
    OpenQuestion.MISSING_WORDS: Wording(
        'strings such as "null" are texts or say that a value is missing',
        {**dict.fromkeys(map(str, ColumnType), "missing values"), "text": "texts"},
    ),
}


ANSWERED_BY: Mapping[OpenQuestion, str] = {
    OpenQuestion.UNIT: "unit",
    OpenQuestion.PART_NUMBERS: "type",
    OpenQuestion.CALENDAR: "type",
    OpenQuestion.MISSING_WORDS: "type",
}
"""What `PATCH …/columns` calls the answer, where it is no format."""


@dataclass(frozen=True)
class Example:
    """A cell as it is written, and the values that the options make of it, in their order, as a person reads them."""

    cell: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class OpenChoice:
    """`options` are formats that `PATCH …/columns` takes, or units or types where `answered_by` says so; `taken` is the one by which the cells were read.

    `scaled`: every option makes the same multiple of every cell, so that whichever is taken keeps their order. Tables of earlier versions
    have no example.
    """

    question: OpenQuestion
    options: tuple[str, ...]
    taken: str
    example: Example | None = None
    scaled: bool = False

    @property
    def answered_by(self) -> str:
        """What of a column an option is given as."""
        return ANSWERED_BY.get(self.question, "format")

    def sentence(self) -> str:
        return f"undecidable whether {WORDINGS[self.question].whether}; read as {self.called(self.taken)}"

    def called(self, option: str) -> str:
        """What a person is told that an option is."""
        return WORDINGS[self.question].read_as.get(option, option)

    def allows(self, fmt: str) -> bool:
        """Could the cells as well have been read in this format? Which order of days a format has shows in many ways of writing it."""
        if self.answered_by != "format":
            return False
        return self.question is OpenQuestion.DAY_ORDER or fmt in self.options

    @property
    def mixed_units(self) -> tuple[str, ...]:
        """The units that numbers of the column are in beside one another; none where only one of them is missing here and there."""
        named = tuple(option for option in self.options if option) if self.question is OpenQuestion.UNIT else ()
        return named if len(named) > 1 else ()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        example = body.get("example")
        return cls(
            OpenQuestion(body["question"]),
            tuple(body["options"]),
            str(body["taken"]),
            Example(example["cell"], tuple(example["values"])) if example else None,
            bool(body.get("scaled")),
        )


@dataclass(frozen=True)
class ReadingTaken:
    """An option that a person took for a column: it is to be read so from now on."""

    table_id: str
    column: str
    option: str
