"""Which years two digits stand for: told from the column's name, or taken as spreadsheets take them and left open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from services.dataproc.reading.typing.moments.formats import FORMATS_JOINT, SPREADSHEETS_UNTIL, fields, until_year
from shared.open_choices import OpenChoice, OpenQuestion

POSIX_UNTIL = 2069
DOUBTED = range(SPREADSHEETS_UNTIL % 100 + 1, POSIX_UNTIL % 100 + 1)
"""Years that spreadsheets and POSIX take for different centuries; on all others they agree."""

NEAR_FUTURE = 49
"""Plans and forecasts of today reach so far; newer versions of Windows draw their line here."""

FARTHEST_APART = 20
"""Years without a date, beyond which what lies behind them does not continue what lies before."""

PAST_NAME = re.compile(
    r"(?:^|[\W_])(?:born|birth|births|birthday|birthdate|dob|geboren|geburt|geburtstag|geburtsdatum|gebdat|geb|naissance|né|née|nacimiento|nascimento|nascita|"
    r"geboortedatum|född|født|födelsedatum|urodzenia|narození|рождения|hired|hire|hiredate|founded|established|opened|built|died|death|deceased|gestorben|"
    r"sterbedatum|gegründet|eingestellt|décès|fondée?|fundad[oa]|fondat[oa]|opgericht)(?:[\W_]|$)|birth_?date|date_?of_?birth",
    re.IGNORECASE,
)
"""What has happened already: nobody's birthday is to come."""

FUTURE_NAME = re.compile(
    r"(?:^|[\W_])(?:expiry|expires|expiration|exp|maturity|matures|due|valid|until|deadline|planned|forecast|retirement|ablauf|ablaufdatum|fällig|fälligkeit|"
    r"gültig|échéance|expire|vencimiento|caducidad|vencimento|validade|scadenza|vervaldatum)(?:[\W_]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CenturyFinding:
    """The formats, with the last year of the hundred that `%y` stands for where that is in doubt."""

    formats: tuple[str, ...]
    open_choice: OpenChoice | None = None


def find_century(formats: tuple[str, ...], texts: Iterable[str], name: str) -> CenturyFinding:
    """Formats that state their last year keep it."""
    stating = [fmt for fmt in formats if "%y" in fmt]
    if not stating or any(until_year(fmt) for fmt in stating):
        return CenturyFinding(formats)
    years = short_years(stating, texts)
    if not any(year in DOUBTED for year in years):
        return CenturyFinding(formats)
    options = {last: until(formats, last) for last in (SPREADSHEETS_UNTIL, POSIX_UNTIL)}
    if PAST_NAME.search(name):
        return CenturyFinding(options[SPREADSHEETS_UNTIL])
    taken = options[POSIX_UNTIL if FUTURE_NAME.search(name) or reach_into_future(years) else SPREADSHEETS_UNTIL]
    shown = tuple(FORMATS_JOINT.join(option) for option in options.values())
    return CenturyFinding(taken, OpenChoice(OpenQuestion.CENTURY, shown, FORMATS_JOINT.join(taken)))


def until(formats: tuple[str, ...], last: int) -> tuple[str, ...]:
    return tuple(f"{fmt} until {last}" if "%y" in fmt else fmt for fmt in formats)


def short_years(formats: Iterable[str], texts: Iterable[str]) -> set[int]:
    """The years of two digits in texts of these formats."""
    found = set[int]()
    for text in texts:
        for fmt in formats:
            try:
                found.add(int(fields(fmt, text)["y"]))
            except ValueError:
                continue
            break
    return found


def reach_into_future(years: set[int]) -> bool:
    """Do the doubted years follow closely upon years that are not, as in a plan from 24 to 35? None of them then lies far off."""
    ordered = sorted(year for year in years if year <= max(DOUBTED))
    if ordered[0] in DOUBTED or ordered[-1] > NEAR_FUTURE:
        return False
    doubted_from = next(place for place, year in enumerate(ordered) if year in DOUBTED)
    beside = ordered[doubted_from - 1 :]
    return all(later - earlier <= FARTHEST_APART for earlier, later in pairwise(beside))
