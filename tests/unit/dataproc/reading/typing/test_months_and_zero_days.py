"""Months with years of two digits, which are no days of a month; days of more languages; eight zeros among days of eight digits."""

from __future__ import annotations

from datetime import date

import pytest

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from shared.columns import ColumnType


def plan_of(name: str, *cells: str) -> ColumnPlan:
    return infer(ValueCounts(name, {cell: cells.count(cell) for cell in cells}))


@pytest.mark.parametrize(("name", "cells", "days"), [
    ("x", ["Jan-23", "Feb-23", "Mar-23"], [(2023, 1), (2023, 2), (2023, 3)]),
    ("mois", ["janv.-23", "févr.-23", "mars-23"], [(2023, 1), (2023, 2), (2023, 3)]),
    ("Monat", ["Jan 23", "Mär 23", "Dez 23"], [(2023, 1), (2023, 3), (2023, 12)]),
    ("x", ["Nov 22", "Dec 22", "Jan 23"], [(2022, 11), (2022, 12), (2023, 1)]),
    ("x", ["Jan '22", "Feb '22", "Mar '23"], [(2022, 1), (2022, 2), (2023, 3)]),
    ("x", ["Jan 98", "Feb 99"], [(1998, 1), (1999, 2)]),
])  # fmt: skip
def test_months_of_years_of_two_digits(name: str, cells: list[str], days: list[tuple[int, int]]) -> None:
    plan = plan_of(name, *cells)
    assert [plan.parse(cell) for cell in cells] == [date(year, month, 1) for year, month in days]
    assert "each as its first day" in plan.evidence
    assert "years of two digits are those from 1930 to 2029" in plan.evidence


@pytest.mark.parametrize(
    "cells",
    [
        ("Apr 15", "Jun 15", "Sep 15"),
        ("Jan-05", "Jan-12", "Feb-19"),
        ("Set 10", "Set 45", "Set 90"),
        ("Jan 03", "Jan 17", "Feb 03"),
        ("May-20", "May-21"),
    ],
)
def test_days_of_a_month_and_numbered_things_are_kept(cells: tuple[str, ...]) -> None:
    assert plan_of("x", *cells).type.is_text


@pytest.mark.parametrize(("cell", "day"), [
    ("2023. jan. 5.", date(2023, 1, 5)), ("2023. március 12.", date(2023, 3, 12)), ("2023. 01. 10.", date(2023, 1, 10)),
    ("2023.01.10.", date(2023, 1, 10)), ("2023. 1. 10", date(2023, 1, 10)), ("5 tháng 1 2023", date(2023, 1, 5)),
    ("5 tháng 1, 2023", date(2023, 1, 5)), ("ngày 5 tháng 1 năm 2023", date(2023, 1, 5)),
])  # fmt: skip
def test_days_with_a_full_stop_or_a_word_for_month(cell: str, day: date) -> None:
    plan = plan_of("x", cell, cell)
    assert (plan.parse(cell), plan.open_choice) == (day, None)


@pytest.mark.parametrize("name", ["hired", "seen", "date"])
def test_eight_zeros_among_days_are_a_missing_day(name: str) -> None:
    plan = plan_of(name, "20231225", "00000000", "20240213")
    assert (plan.type, plan.parse("20231225")) == (ColumnType.DATE, date(2023, 12, 25))
    assert plan.is_null("00000000")
    assert "'00000000' 1×" in plan.evidence


@pytest.mark.parametrize(
    "cells", [("20231225", "00000000", "99991340"), ("00000000", "20231225"), ("00000000", "00012345", "20231225")]
)
def test_eight_zeros_among_codes_are_a_code(cells: tuple[str, ...]) -> None:
    plan = plan_of("part", *cells)
    assert plan.type is ColumnType.IDENTIFIER
    assert not plan.is_null("00000000")
