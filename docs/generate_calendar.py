"""Write, or check, the names of months and weekdays that the reader knows: `python -m docs.generate_calendar [--check]`.

They are CLDR's, by way of Babel, which development needs and the services do not.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.localedata import locale_identifiers

TARGET = Path(__file__).parents[1] / "services/dataproc/reading/typing/moments/calendar_words.txt"

EVERYDAY = frozenset(
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my "
    "nb ne nl nn no or pa pl ps pt ro ru sd si sk sl so sq sr sv sw ta te th tk tr uk ur uz vi zh zu".split()
)
"""Languages that CLDR covers for everyday use. Of the others only full names of four letters and more that mean nothing here: the three
letters that hundreds of small languages shorten months to are words, weekdays and other months elsewhere (`May` is November in Basaa)."""

FEWEST_LETTERS = 4

CUSTOMARY_MONTHS = {"de": {2: "feber", 3: "mrz"}, "it": {9: "sett"}}
CUSTOMARY_WEEKDAYS = {"de": "sonnabend", "en": "tues thur thurs"}
"""Names in use that CLDR does not list."""

FLAT = str.maketrans("ıłøđ", "ilod")

LETTERS = re.compile(r"[^\d\s]+")


def written(name: str) -> str:
    """As it is looked up: in small letters, composed, without a point at its end and an article before it."""
    return unicodedata.normalize("NFC", name.lower()).strip(" .").removeprefix("de ").removeprefix("d’")


def without_accents(word: str) -> str:
    """As people write Latin letters on a keyboard that has no others; other scripts as they are."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", word.translate(FLAT)) if not unicodedata.combining(sign)
    )
    return plain if plain.isascii() else word


def spellings(names: Iterable[str]) -> Iterator[str]:
    for name in map(written, names):
        if LETTERS.fullmatch(name) and len(name) > 1:
            yield name
            yield without_accents(name)


def names_of(locales: list[Locale], part: str, key: int, widths: tuple[str, ...]) -> set[str]:
    tables = [getattr(locale, part)[context] for locale in locales for context in ("format", "stand-alone")]
    return set(spellings(table[width][key] for table in tables for width in widths))


def by_language() -> dict[str, list[Locale]]:
    found: dict[str, list[Locale]] = {}
    for identifier in sorted(locale_identifiers()):
        locale = Locale.parse(identifier)
        found.setdefault(locale.language, []).append(locale)
    return found


def calendar_words() -> str:
    """A line for each language: its code, its months, its weekdays."""
    languages = by_language()
    lines, taken = list[str](), set[str]()
    for code in sorted(languages, key=lambda code: (code not in EVERYDAY, code)):
        widths = ("wide", "abbreviated") if code in EVERYDAY else ("wide",)
        months = [names_of(languages[code], "months", number, widths) for number in range(1, 13)]
        weekdays = set[str]().union(*(names_of(languages[code], "days", number, widths) for number in range(7)))
        customary = CUSTOMARY_MONTHS.get(code, {})
        months = [names | set(customary.get(number, "").split()) for number, names in enumerate(months, 1)]
        weekdays |= set(CUSTOMARY_WEEKDAYS.get(code, "").split())
        if code in EVERYDAY:
            taken |= weekdays.union(*months)
        else:
            months = [{name for name in names - taken if len(name) >= FEWEST_LETTERS} for names in months]
            weekdays = {name for name in weekdays - taken if len(name) >= FEWEST_LETTERS}
        if all(months):
            shown = " | ".join(" ".join(sorted(names)) for names in months)
            lines.append(f"{code}: {shown} || {' '.join(sorted(weekdays))}")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    text = calendar_words()
    if TARGET.exists() and TARGET.read_text() == text:
        return 0
    if "--check" in arguments:
        print(f"{TARGET.name} is not what CLDR says: run `python -m docs.generate_calendar`")
        return 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
