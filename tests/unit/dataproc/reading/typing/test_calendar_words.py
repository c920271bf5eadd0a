"""Months by name in the languages of CLDR; what a name means that is another month elsewhere; words that are months only in dates."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

import pytest

from services.dataproc.reading.typing.chosen import choose
from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.infer import infer
from services.dataproc.reading.typing.moments.calendar_words import CONTESTED, MONTHS_OF, months_among
from shared.columns import ColumnType


def days_of(*cells: str) -> list[object]:
    plan = infer(ValueCounts("v", dict.fromkeys(cells, 2)))
    assert plan.type is ColumnType.DATE, plan.evidence
    return [plan.parse(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("5 janv. 2024", 1),
        ("5-févr.-2024", 2),
        ("5 MÄRZ 2024", 3),
        (unicodedata.normalize("NFD", "5 août 2024"), 8),
        ("5 février 2024", 2),
        ("5 fevrier 2024", 2),
        ("5. lokakuuta 2024", 10),
        ("5 Μαρτίου 2024", 3),
        ("5 травня 2024", 5),
        ("5 يناير 2024", 1),
        ("5 जनवरी 2024", 1),
        ("5 EKİM 2024", 10),
        ("5 Kasım 2024", 11),
        ("5 ינואר 2024", 1),
        ("5 de des. de 2024", 12),
        ("5 ธันวาคม 2024", 12),
        ("5 Tháng 2024", None),
    ],
)
def test_a_month_is_read_in_its_language(cell: str, month: int | None) -> None:
    plan = infer(ValueCounts("v", {cell: 3, cell.replace("5", "7"): 3}))
    assert (plan.parse(cell) if month else plan.type) == (date(2024, month, 5) if month else ColumnType.CATEGORY)


def test_every_language_has_twelve_months() -> None:
    assert len(MONTHS_OF) > 100
    assert {code for code, months in MONTHS_OF.items() if set(months.values()) != set(range(1, 13))} == set()


def test_names_of_different_months_are_told_by_the_others_of_the_column() -> None:
    assert days_of("1. listopada 2023", "5. siječnja 2024") == [date(2023, 10, 1), date(2024, 1, 5)]
    assert days_of("1 listopada 2023", "5 stycznia 2024") == [date(2023, 11, 1), date(2024, 1, 5)]


def test_names_of_different_months_alone_decide_nothing() -> None:
    assert "listopada" in CONTESTED
    plan = infer(ValueCounts("v", {"1 listopada 2023": 2, "4 listopada 2023": 2}))
    assert plan.type.is_text
    assert "listopada" not in months_among(["1 listopada 2023"])


def test_chosen_formats_have_the_same_months() -> None:
    cells = {"1. listopada 2023": 1, "5. siječnja 2024": 1}
    plan = choose(ValueCounts("v", cells), {"type": "date", "format": "%d. %b %Y"})
    assert plan.parse("1. listopada 2023") == date(2023, 10, 1)


@pytest.mark.parametrize(
    "cells",
    [
        ("mar", "mai", "set", "ago", "out"),
        ("May 1", "June 2", "April 3"),
        ("Mai Tai 12", "Set 14", "Out 9"),
        ("Mar-a-Lago 2020", "Out of 2021"),
        ("1 sol 2024", "2 sun 2024", "3 man 2024"),
    ],
)
def test_words_elsewhere_are_no_months(cells: tuple[str, ...]) -> None:
    plan = infer(ValueCounts("v", dict.fromkeys(cells, 2)))
    assert plan.type not in (ColumnType.DATE, ColumnType.DATETIME)


def test_weekdays_stand_before_dates_and_no_other_words_do() -> None:
    assert days_of("lundi 5 février 2024", "mardi 6 février 2024") == [date(2024, 2, 5), date(2024, 2, 6)]
    plan = infer(ValueCounts("v", {"Sat, 05 Jan 2024 10:00:00": 1, "Sun, 06 Jan 2024 11:00:00": 1}))
    assert plan.parse("Sat, 05 Jan 2024 10:00:00") == datetime(2024, 1, 5, 10)
    assert infer(ValueCounts("v", dict.fromkeys(("until 5 February 2024", "circa 6 March 2024"), 2))).type.is_text
