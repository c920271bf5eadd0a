"""The names of months and weekdays in the code are those of the release of CLDR that development has."""

from __future__ import annotations

from docs.generate_calendar import TARGET, calendar_words


def test_names_of_months_are_those_of_cldr() -> None:
    assert TARGET.read_text(encoding="utf-8") == calendar_words()
