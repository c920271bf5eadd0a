"""Names of months and weekdays as answers say them, in the languages in which questions are asked most: CLDR's (a test compares them). Pure."""

from __future__ import annotations

from collections.abc import Mapping

_MONTHS = """
january jan januar janvier janv enero ene gennaio gen januari janeiro jänner
february feb februar février févr febrero febbraio februari fevereiro fev feber
march mar märz mär mrz mars marzo maart mrt março
april apr avril avr abril abr aprile
may mai mayo maggio mag mei maio
june jun juni juin junio giugno giu junho
july jul juli juillet juil julio luglio lug julho
august aug août agosto ago augustus
september sep sept septembre septiembre settembre set setembro
october oct oktober okt octobre octubre ottobre ott outubro out
november nov novembre noviembre novembro
december dec dezember dez décembre déc diciembre dic dicembre dezembro
"""
MONTHS: Mapping[str, int] = {
    word: number for number, line in enumerate(_MONTHS.strip().splitlines(), 1) for word in line.split()
}
WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
)
WORDS_TOO = frozenset(
    "may march mar mars mag mai mei gen set out ago abr ene avr ott dic lug giu sep dec jan jun jul".split()
)
"""They mean something else, too: only with a capital letter they are months, or after "in" and the like."""
NEVER_ALONE = frozenset("set out ago mag mar ene gen".split())
"""Abbreviations that begin sentences as other words: only beside a day or a year."""
