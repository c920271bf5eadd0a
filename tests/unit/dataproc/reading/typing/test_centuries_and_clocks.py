"""Years of two digits, minutes beside hours, days that are none, and what is no date and no span."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.dataproc.reading.typing.chosen import choose
from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion


def plan_of(name: str, *cells: str) -> ColumnPlan:
    return infer(ValueCounts(name, dict.fromkeys(cells, 1)))


def years(plan: ColumnPlan, *cells: str) -> list[int]:
    return [plan.parse(cell).year for cell in cells]


@pytest.mark.parametrize("name", ["date_of_birth", "DOB", "Geburtsdatum", "hired", "founded"])
def test_what_has_happened_lies_in_the_past(name: str) -> None:
    cells = ("04.09.63", "17.06.03", "21.09.89")
    plan = plan_of(name, *cells)
    assert years(plan, *cells) == [1963, 2003, 1989]
    assert plan.open_choice is None
    assert "those from 1930 to 2029" in plan.evidence


@pytest.mark.parametrize(
    ("name", "cells", "read"),
    [
        ("day", ("15.01.68", "16.02.67"), [1968, 1967]),
        ("maturity", ("15.01.38", "16.02.67"), [2038, 2067]),
        ("day", ("15.01.24", "16.02.28", "17.03.33"), [2024, 2028, 2033]),
        ("day", ("15.01.24", "16.02.55", "17.03.98"), [2024, 1955, 1998]),
    ],
)
def test_doubtful_years_are_read_the_likelier_way_and_left_open(
    name: str, cells: tuple[str, ...], read: list[int]
) -> None:
    plan = plan_of(name, *cells)
    assert years(plan, *cells) == read
    assert plan.open_choice is not None
    assert plan.open_choice.question is OpenQuestion.CENTURY
    for option, century in zip(plan.open_choice.options, (1930, 1970), strict=True):
        chosen = choose(ValueCounts(name, dict.fromkeys(cells, 1)), {"type": "date", "format": option})
        assert all(century <= year < century + 100 for year in years(chosen, *cells))
        assert chosen.open_choice is None


def test_years_that_nobody_doubts_leave_nothing_open() -> None:
    plan = plan_of("day", "15.01.24", "16.02.99", "17.03.05")
    assert years(plan, "15.01.24", "16.02.99", "17.03.05") == [2024, 1999, 2005]
    assert (plan.open_choice, plan.format) == (None, "%d.%m.%y")


def test_a_format_of_two_digits_may_state_its_last_year() -> None:
    cells = {"15/01/12": 1, "16/02/99": 1}
    plan = choose(ValueCounts("d", cells), {"type": "date", "format": "%d/%m/%y until 2000"})
    assert years(plan, *cells) == [1912, 1999]
    assert (plan.open_choice, plan.format) == (None, "%d/%m/%y until 2000")


@pytest.mark.parametrize("name", ["split", "v"])
def test_minutes_become_hours_at_sixty(name: str) -> None:
    plan = plan_of(name, "59:30", "1:01:20", "58:05", "1:35:00")
    assert plan.parse("59:30") == timedelta(minutes=59, seconds=30)
    assert plan.parse("1:35:00") == timedelta(hours=1, minutes=35)
    assert plan.open_choice is None


@pytest.mark.parametrize(
    ("name", "taken"), [("length", "[m]:ss"), ("song length", "[m]:ss"), ("duration", "[h]:mm:ss")]
)
def test_two_numbers_of_a_span_are_left_open(name: str, taken: str) -> None:
    plan = plan_of(name, "03:45", "04:13", "12:50")
    assert plan.type is ColumnType.DURATION
    assert plan.open_choice is not None
    assert plan.open_choice.taken == taken


@pytest.mark.parametrize("name", ["start", "time", "opens", "lengthy_text", "v"])
def test_times_of_day_stay_what_they_are(name: str) -> None:
    assert plan_of(name, "03:45", "04:13", "12:50").type is ColumnType.TIME
    assert plan_of(name, "03:45:10", "14:13:00").type is ColumnType.TIME


def test_hours_beyond_sixty_minutes_beside_longer_ones_are_left_open() -> None:
    plan = plan_of("worked", "75:30", "1:15:30")
    assert plan.open_choice is not None
    assert plan.open_choice.question is OpenQuestion.CLOCK_PARTS


@pytest.mark.parametrize("zero", ["0000-00-00", "00/00/0000", "1900-01-00", "0000-00-00 00:00:00"])
def test_days_that_are_none_are_missing_and_counted(zero: str) -> None:
    plan = plan_of("at", "2023-01-05", zero, "2023-02-07")
    assert plan.type is ColumnType.DATE
    assert plan.is_null(zero)
    assert f"{zero!r} 1×" in plan.evidence
    assert plan_of("at", zero).type is ColumnType.EMPTY


def test_zeros_of_other_kinds_are_kept() -> None:
    plan = plan_of("part", "0000-00-01", "0000-00-00", "AB-12")
    assert not plan.is_null("0000-00-00")


def test_times_of_web_servers_are_moments() -> None:
    plan = plan_of("t", "[10/Oct/2000:13:55:36 -0700]", "[11/Oct/2000:13:55:36 -0700]")
    assert plan.type is ColumnType.DATETIME
    assert plan.parse("[10/Oct/2000:13:55:36 -0700]").date() == date(2000, 10, 10)


@pytest.mark.parametrize(("cells", "seconds"), [
    (["1:23.456", "1:22.900", "59.800"], [83.456, 82.9, 59.8]), (["59.8", "1:02.9", "58", "57.7"], [59.8, 62.9, 58, 57.7]),
])  # fmt: skip
def test_laps_below_a_minute_are_seconds_beside_longer_ones(cells: list[str], seconds: list[float]) -> None:
    plan = infer(ValueCounts("x", dict.fromkeys(cells, 1)))
    assert (plan.type, plan.open_choice) == (ColumnType.DURATION, None)
    assert [plan.parse(cell).total_seconds() for cell in cells] == seconds


@pytest.mark.parametrize("cells", [["59.8", "58.1", "57.7"], ["1:30", "59.8", "12.5"], ["1:02.9", "61.5", "75"]])
def test_numbers_are_no_seconds_without_a_lap_or_beyond_a_minute(cells: list[str]) -> None:
    assert infer(ValueCounts("x", dict.fromkeys(cells, 1))).type is not ColumnType.DURATION
