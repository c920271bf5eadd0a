"""Chapters, rooms, versions: is 1.10 the tenth part of 1, or the number 1.1?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.magnitudes import AMOUNT_NAME, CODE_NAME
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion

SOFTWARE_NAME = re.compile(
    r"^(?:rev|revision|build|kernel|windows|java|node|perl|rust|go|sdk|api|app|driver|client|server|browser|protocol|"
    r"schema|spec|standard|patch|update)$",
    re.IGNORECASE,
)
"""Names of what has versions, and other numbers as well: they tell codes only together with the cells."""

PLACE_NAME = re.compile(
    r"(?:^|[\W_])(?:room|suite|apartment|apt|flat|office|chapter|section|clause|article|paragraph|appendix|locker|gate|dock|rack|aisle|bin|shelf|zimmer|raum|"
    r"wohnung|kapitel|abschnitt|salle|chapitre|habitaci[oó]n|capítulo|aula|sala|stanza|capitolo|kamer|hoofdstuk|pok[oó]j|rozdział)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Places and parts of texts, which are numbered through: a number that measures has other names."""

MEASURED_NAME = re.compile(
    r"(?:^|[\W_])(?:rating|score|weight|height|length|width|depth|distance|mass|volume|area|temp|temperature|gpa|mark|points|rate|ratio|share|percent|pct|"
    r"mean|average|avg|median|speed|dose|ph|value|total|sum|gewicht|länge|note|poids|peso|nota)(?:[\W_]|$)",
    re.IGNORECASE,
)

VERSION = re.compile(r"\d{1,3}\.\d{1,3}")
WHOLE_OR_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3})?")
FEWEST_IN_TURN = 4
MOST_PARTS = 30
"""A chapter, an operating system or a floor has hardly more; two decimal places go to 99."""


class Parts(Enum):
    """How surely numbers with a point are numbered parts, of which 1.10 is the tenth and not 1.1, so that a number would lose what is written."""

    SURE = auto()
    LIKELY = auto()
    POSSIBLE = auto()
    NONE = auto()


def part_choice(parts: Parts) -> OpenChoice | None:
    """The question whether these are parts or numbers, with the likelier answer taken; None where it does not arise."""
    taken = {Parts.LIKELY: ColumnType.IDENTIFIER, Parts.POSSIBLE: ColumnType.DECIMAL}.get(parts)
    options = (ColumnType.IDENTIFIER.value, ColumnType.DECIMAL.value)
    return OpenChoice(OpenQuestion.PART_NUMBERS, options, taken.value) if taken else None


def find_parts(column: ValueCounts, bodies: list[str]) -> Parts:
    """Programs write no zero at the end of a decimal number, or all to one width: 1.10 beside 1.9 is neither.

    Where the name says what is numbered, that is enough. Elsewhere second numbers that run on past nine are sure; 1.10 beside 1.1 in a column in
    which each stands once, or 9, 10 and more below one first number, are likely; of other small ones, people may have written them by hand.
    """
    named = CODE_NAME.search(column.name) or SOFTWARE_NAME.search(column.name)
    divided = [body for body in bodies if not (named and body.isdigit())]  # chapter 1 stands above 1.1
    parts = [tuple(body.split(".")) for body in divided if VERSION.fullmatch(body)]
    tens = {(first, second) for first, second in parts if len(second) > 1 and second.endswith("0")}
    if not tens or len(parts) < len(divided):
        return Parts.NONE
    if len({len(second) for _, second in parts}) < 2:
        return Parts.LIKELY if PLACE_NAME.search(column.name) and few_parts(parts) else Parts.NONE
    if named:
        return Parts.SURE
    if AMOUNT_NAME.search(column.name) or MEASURED_NAME.search(column.name):
        return Parts.NONE
    return unnamed_parts(column, parts, tens)


def unnamed_parts(column: ValueCounts, parts: list[tuple[str, ...]], tens: set[tuple[str, str]]) -> Parts:
    beside = any((first, second.rstrip("0")) in set(parts) for first, second in tens)
    if counts_past_nine(parts) or (beside and run_on(parts)):
        return Parts.SURE
    if not few_parts(parts):
        return Parts.NONE
    once = column.complete and all(count == 1 for count in column.counts.values())
    return Parts.LIKELY if (beside and once) or goes_past_nine(parts) else Parts.POSSIBLE


def are_versions(bodies: list[str]) -> bool:
    """1.9, 2.0, 3: some with a point, whole ones between them."""
    return all(WHOLE_OR_VERSION.fullmatch(body) for body in bodies) and any("." in body for body in bodies)


def few_parts(parts: Iterable[tuple[str, ...]]) -> bool:
    return all(int(second) <= MOST_PARTS for _, second in parts)


def below_each(parts: Iterable[tuple[str, ...]]) -> Iterable[set[int]]:
    """The second numbers below each first one."""
    below: dict[str, set[int]] = {}
    for first, second in parts:
        below.setdefault(first, set()).add(int(second))
    return below.values()


def run_on(parts: Iterable[tuple[str, ...]]) -> bool:
    """Do the second numbers below each first one go from its beginning to its end?"""
    return all(max(seconds) - min(seconds) + 1 == len(seconds) and min(seconds) <= 1 for seconds in below_each(parts))


def counts_past_nine(parts: Iterable[tuple[str, ...]]) -> bool:
    """Does one first number have 8, 9, 10, 11 below it, without a gap? Of numbers, 3.10 would come before 3.8."""
    return any(
        {9, 10} <= seconds and len(seconds) >= FEWEST_IN_TURN and max(seconds) - min(seconds) + 1 == len(seconds)
        for seconds in below_each(parts)
    )


def goes_past_nine(parts: Iterable[tuple[str, ...]]) -> bool:
    """9, 10 and some beyond, with gaps: 10.9, 10.10, 10.14. Shares of one begin with 0, too."""
    above_zero = [part for part in parts if part[0] != "0"]
    return any({9, 10} <= seconds and max(seconds) > 10 for seconds in below_each(above_zero))
