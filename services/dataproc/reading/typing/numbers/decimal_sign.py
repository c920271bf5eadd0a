"""Which sign divides thousands and which is the decimal sign: decided from a column's cells or its neighbours', or left open with a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.numbers.magnitudes import AMOUNT_NAME
from services.dataproc.reading.typing.numbers.written import (
    COMMA,
    COMMA_AND_SPACES,
    POINT,
    POINT_AND_SPACES,
    STYLES,
    Written,
)
from shared.open_choices import OpenChoice, OpenQuestion

COUNTED_NAME = re.compile(
    r"(?:^|[\W_])(?:count|counts|population|inhabitants|residents|views|visitors|followers|employees|anzahl|einwohner|einwohnerzahl|bevölkerung|"
    r"besucher|fälle|habitants|poblaci[oó]n|habitantes|popula[cç][aã]o|popolazione|abitanti|inwoners|ludność|antal|befolkning|väkiluku)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Things that are counted have no parts: 1.234 inhabitants are a thousand. It only tips the guess; the question stays open."""

COORDINATE_NAME = re.compile(
    r"(?:^|[\W_])(?:(?:geo|decimal)?(?:lat|latitude|lon|lng|long|longitude)(?:deg|wgs84)?|breitengrad|längengrad|latitud|longitud|latitudine|longitudine|"
    r"breddegrad|lengdegrad|leveysaste|pituusaste|szerokość|enlem|boylam|широта|долгота|довгота|緯度|経度|纬度|经度|위도|경도)(?:[\W_]|$)",
    re.IGNORECASE,
)
ALSO_COORDINATE_NAME = re.compile(
    r"(?:^|[\W_])(?:koord\w*|coord\w*|geo\w*|nord|ost|north|east|northing|easting|breite|länge|position|pos|gps\w*)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Names of coordinates, and of widths and other things as well: their neighbours' sign is no proof, so the question is put."""
ANY_COORDINATE_NAME = re.compile(f"{COORDINATE_NAME.pattern}|{ALSO_COORDINATE_NAME.pattern}", re.IGNORECASE)
WITHOUT_PLACES = frozenset("JPY KRW VND CLP COP IDR ISK HUF Ft".split())
"""Currencies of which CLDR says that amounts have no decimal places: ¥1,000 is a thousand."""
POINT_CURRENCIES = frozenset("USD GBP AUD NZD SGD HKD INR".split())
"""Currencies whose countries all write a decimal point."""
LARGEST_COORDINATE = 180
GROUP = 1000  # whole numbers from here on would have a sign too, if it divided thousands
FEWEST_SMALL = 2  # whole numbers below: one could be the only round one of several measures
MOSTLY_ROUND = 0.5
"""Share of cells that end in 00 from which they are rounded thousands: of measurements with three decimals, one in a hundred does."""


class StyleSource(Enum):
    """What decided on the convention of a column's numbers."""

    CELLS = auto()
    OTHER_COLUMNS = auto()
    COORDINATES = auto()
    CURRENCY = auto()
    DIVIDER = auto()
    GROUPS = auto()
    PERSON = auto()


@dataclass(frozen=True)
class StyleChoice:
    """A convention and how it came to be taken."""

    style: str
    source: StyleSource = StyleSource.CELLS
    question: OpenQuestion | None = None

    @property
    def open_choice(self) -> OpenChoice | None:
        return OpenChoice(self.question, (POINT, COMMA), self.style) if self.question else None


def choose_style(column: ValueCounts, parts: Mapping[str, Written], present: Mapping[str, int]) -> StyleChoice:
    """The convention that most cells follow; ties go to plain digits, and what cannot be decided is left open."""
    cells = Counter[frozenset[str]]()
    for text, written in parts.items():
        cells[written.styles] += present[text]
    votes = {style: sum(count for styles, count in cells.items() if style in styles) for style in STYLES}
    best = max(votes.values())
    leaders = [style for style in STYLES if votes[style] == best]
    bodies = [written.body for written in parts.values()]
    if POINT in leaders and COMMA in leaders and any("," in body or "." in body for body in bodies):
        return settle_style(column, bodies, {written.unit for written in parts.values()})
    style = POINT_AND_SPACES if leaders[0] == COMMA_AND_SPACES and POINT_AND_SPACES in leaders else leaders[0]
    return StyleChoice(style)


def settle_style(column: ValueCounts, bodies: list[str], units: Set[str | None]) -> StyleChoice:
    """Of numbers that can all be read either way, such as 59.913 or 1,234."""
    question = OpenQuestion.POINT_MEANING if any("." in body for body in bodies) else OpenQuestion.COMMA_MEANING
    if units and units <= WITHOUT_PLACES:
        return StyleChoice(COMMA if question is OpenQuestion.POINT_MEANING else POINT, StyleSource.CURRENCY)
    if question is OpenQuestion.POINT_MEANING and are_coordinates(column.name, bodies):
        return StyleChoice(POINT, StyleSource.COORDINATES)
    if column.style_hint is not None and not perhaps_coordinates(column.name, bodies):
        return StyleChoice(column.style_hint, StyleSource.OTHER_COLUMNS)
    source = (
        divider_sign(column, bodies) if question is OpenQuestion.POINT_MEANING else group_sign(column, bodies, units)
    )
    if source is not None:
        return StyleChoice(POINT, source)
    return StyleChoice(likely_style(column, bodies, question), question=question)


def divider_sign(column: ValueCounts, bodies: list[str]) -> StyleSource | None:
    """The points of a file whose cells the comma divides are decimal signs, for who writes decimal commas avoids it or quotes them.

    Where spreadsheets write such a file for people who divide thousands by points, these stay: in what is counted, in round amounts, and
    where only numbers below a thousand have none.
    """
    whole = [body for body in bodies if "." not in body]
    amounts = COUNTED_NAME.search(column.name) or (AMOUNT_NAME.search(column.name) and mostly_round(bodies))
    divided = bool(amounts) or (bool(whole) and divided_for_people(bodies))
    return StyleSource.DIVIDER if column.comma_divides and not divided else None


def group_sign(column: ValueCounts, bodies: list[str], units: Set[str | None]) -> StyleSource | None:
    """What shows that commas divide thousands, where cells are divided by commas or amounts are dollars: measures would be round or short somewhere."""
    if ANY_COORDINATE_NAME.search(column.name) or column.comma_likely:
        return None
    whole = [body for body in bodies if "," not in body]
    if not column.comma_divides and not units & POINT_CURRENCIES:
        return None
    if any(int(body) >= GROUP for body in whole):
        return None
    return StyleSource.GROUPS if len(whole) >= FEWEST_SMALL else None


def are_coordinates(name: str, bodies: Iterable[str]) -> bool:
    """No latitude is 59,913 degrees."""
    return bool(COORDINATE_NAME.search(name)) and all(
        "," not in body and float(body) <= LARGEST_COORDINATE for body in bodies
    )


def perhaps_coordinates(name: str, bodies: Iterable[str]) -> bool:
    """As `are_coordinates`, by names that say other things too: then every number has three places, and none is a whole one."""
    return bool(ALSO_COORDINATE_NAME.search(name)) and all(
        "." in body and body.count(".") == 1 and "," not in body and float(body) <= LARGEST_COORDINATE
        for body in bodies
    )


def likely_style(column: ValueCounts, bodies: list[str], question: OpenQuestion) -> str:
    """The better guess until a person chooses.

    A comma: decimal in files divided by semicolons, whose writers avoid it elsewhere for that reason. A point: decimal, as programs write it,
    semicolons or not; what is counted, is mostly rounded, or stands without a sign only below a thousand, has been divided for a person to read.
    """
    counted = bool(COUNTED_NAME.search(column.name))
    if question is OpenQuestion.COMMA_MEANING:
        return COMMA if column.comma_likely and not counted else POINT
    return COMMA if counted or (column.comma_likely and divided_for_people(bodies)) else POINT


def divided_for_people(bodies: list[str]) -> bool:
    """Round thousands, or whole numbers that have no point below a thousand only."""
    whole = [body for body in bodies if "." not in body]
    return all(int(body) < GROUP for body in whole) if whole else mostly_round(bodies)


def mostly_round(bodies: list[str]) -> bool:
    return sum(body.endswith("00") for body in bodies) >= MOSTLY_ROUND * len(bodies)


def clear_style(parts: Iterable[Written]) -> str | None:
    """The convention that a column's cells leave no doubt of: some can be read with that decimal sign only, none with the other only."""
    comma = point = False
    for written in parts:
        comma = comma or (COMMA in written.styles and POINT not in written.styles)
        point = point or (POINT in written.styles and COMMA not in written.styles)
    return None if comma == point else COMMA if comma else POINT
