"""Names of months and weekdays in the languages that CLDR knows, in full and shortened, as they stand in dates (with the endings that they take there).

`calendar_words.txt` holds them, a line for each language; `python -m docs.generate_calendar` writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

WORD = re.compile(r"[^\d\s.,;:/|_()-]{2,}")
DOTTED_I = "i\u0307"  # what the capital İ of Turkish becomes in small letters

Numbers = Mapping[str, int]


def read_words() -> tuple[dict[str, dict[str, int]], frozenset[str]]:
    """The months of each language by name, and the weekdays of all."""
    months, weekdays = dict[str, dict[str, int]](), set[str]()
    for line in Path(__file__).with_name("calendar_words.txt").read_text(encoding="utf-8").splitlines():
        language, names = line.split(": ", 1)
        listed, days = names.split(" || ")
        months[language] = {name: number for number, same in enumerate(listed.split(" | "), 1) for name in same.split()}
        weekdays |= set(days.split())
    return months, frozenset(weekdays)


MONTHS_OF, WEEKDAYS = read_words()


def find_contested() -> frozenset[str]:
    """Names of one month in one language and of another elsewhere: listopad is November in Czech and October in Croatian."""
    seen: dict[str, int] = {}
    return frozenset(
        name
        for months in MONTHS_OF.values()
        for name, number in months.items()
        if seen.setdefault(name, number) != number
    )


CONTESTED = find_contested()
MONTHS: Numbers = {
    name: number for months in MONTHS_OF.values() for name, number in months.items() if name not in CONTESTED
}
"""Names that are the same month in every language."""


def normalise(name: str) -> str:
    return unicodedata.normalize("NFC", name.lower().replace(DOTTED_I, "i")).rstrip(".")


def months_among(texts: Iterable[str]) -> Numbers:
    """The months by name. What a contested name means is told by the languages that know all the names in these texts, if they agree."""
    words = {normalise(word) for text in texts for word in WORD.findall(text)}
    contested = words & CONTESTED
    if not contested:
        return MONTHS
    named = words & (MONTHS.keys() | CONTESTED)
    languages = [months for months in MONTHS_OF.values() if named <= months.keys()]
    meant = {name: {months[name] for months in languages} for name in contested}
    return {**MONTHS, **{name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}}


def month_number(name: str, months: Numbers = MONTHS) -> int:
    """1 to 12. Raises ValueError for any other word."""
    try:
        return months[normalise(name)]
    except KeyError:
        raise ValueError(name) from None


def is_weekday(name: str) -> bool:
    return normalise(name) in WEEKDAYS
