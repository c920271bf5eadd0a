"""Years that are hardly those of the common calendar: 2567 in Thailand and 1403 in Iran are 2024."""

from __future__ import annotations

from collections.abc import Iterable

from services.dataproc.reading.typing.moments.conventions import TemporalInterpretation
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion

BUDDHIST = range(2440, 2611)
"""1897 to 2067: no table has days of the common calendar so far ahead, and of none nearer."""
PERSIAN_AND_ISLAMIC = range(1340, 1456)
"""1961 to 2033. Days of the late Middle Ages are known too, but few columns hold nothing else."""


def calendar_choice(times: TemporalInterpretation, texts: Iterable[str]) -> OpenChoice | None:
    """The question of which calendar the days of a column are, taken as they are written; None where the years are ordinary ones."""
    if times.type not in (ColumnType.DATE, ColumnType.DATETIME) or not all("%Y" in fmt for fmt in times.formats):
        return None
    doubted: range | None = None
    for text in texts:
        try:
            year = times.parse(text).year
        except ValueError:
            continue
        if doubted is None:
            doubted = next((years for years in (BUDDHIST, PERSIAN_AND_ISLAMIC) if year in years), None)
        if doubted is None or year not in doubted:
            return None
    options = (ColumnType.TEXT.value, times.type.value)
    return OpenChoice(OpenQuestion.CALENDAR, options, ColumnType.TEXT.value) if doubted else None
