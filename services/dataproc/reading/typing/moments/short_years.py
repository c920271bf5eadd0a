"""Names of months with two digits: months of a year (`Jan-23` is January 2023), or days of a year that is not told (`Jan 23`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.dataproc.reading.typing.moments.calendar_words import Numbers, month_number
from services.dataproc.reading.typing.moments.formats import SHORT_MONTH_FORMATS, fields

MONTH_NAME = re.compile(
    r"(?:^|[\W_])(?:months?|mon|m|period|monat|monate|mois|période|mes|meses|mês|periodo|período|mese|maand|måned|månad|kuukausi|miesiąc|měsíc|hónap|ay|"
    r"месяц|місяць)(?:[\W_]|$)",
    re.IGNORECASE,
)
LONGEST_MONTH = 31
MONTHS_OF_A_YEAR = 12
FEWEST_IN_TURN = 3
"""Months that follow one another into a new year: days of a month do not count on so."""


def are_months_of_years(name: str, formats: Iterable[str], texts: Iterable[str], months: Numbers) -> bool:
    """Are the two digits years? Numbers no month has, months in turn into a new year, or the name of the column say so.

    So does a hyphen, an apostrophe or a stroke, as spreadsheets write months, where fewer numbers than months occur. One month only says nothing.
    """
    seen, divided = set[tuple[int, int]](), True
    for text in texts:
        for fmt in formats:
            try:
                parts = fields(fmt, text)
            except ValueError:
                continue
            seen.add((int(parts["y"]), month_number(parts["b"], months)))
            divided = divided and fmt not in DAYS_TOO
            break
    years, named = {year for year, _ in seen}, {month for _, month in seen}
    if len(named) < 2:
        return False
    if max(years) > LONGEST_MONTH or 0 in years or MONTH_NAME.search(name) or follow_into_new_year(seen):
        return True
    return divided and len(years) < len(named)


DAYS_TOO = frozenset(fmt for fmt in SHORT_MONTH_FORMATS if fmt == "%b %y")
"""As days are written too: Apr 15, Jun 15."""


def follow_into_new_year(seen: set[tuple[int, int]]) -> bool:
    places = sorted(year * MONTHS_OF_A_YEAR + month for year, month in seen)
    in_turn = places[-1] - places[0] == len(places) - 1
    return in_turn and len(places) >= FEWEST_IN_TURN and len({year for year, _ in seen}) > 1
