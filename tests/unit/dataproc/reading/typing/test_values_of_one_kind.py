"""Cards, accounts, percentages, months, other calendars: what a person reads in them, and ordinary cells that look a little like them."""

from __future__ import annotations

from datetime import date

import pytest
from babel.core import get_global

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from services.dataproc.reading.typing.numbers.decimal_sign import WITHOUT_PLACES
from services.dataproc.reading.typing.numbers.written import CURRENCY_CODES
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion
from tests.unit.dataproc.reading.readings import Read


def plan_of(cells: list[str], name: str = "v", *, comma_likely: bool = False) -> ColumnPlan:
    return infer(ValueCounts(name, {cell: cells.count(cell) for cell in cells}, comma_likely=comma_likely))


CARDS = ["4111111111111111", "5500005555555559", "4012888888881881"]


def test_numbers_of_cards_are_codes() -> None:
    assert plan_of(CARDS).type is ColumnType.IDENTIFIER
    assert plan_of(CARDS[:1], "card").type is ColumnType.IDENTIFIER


@pytest.mark.parametrize(("name", "cells"), [
    ("v", [*CARDS, "4111111111111112"]), ("revenue", CARDS), ("v", ["18", "26", "34"]), ("v", ["1700000000000000", "1700000000000001", "1700000000000002"]),
])  # fmt: skip
def test_long_numbers_without_check_digits_are_numbers(name: str, cells: list[str]) -> None:
    assert plan_of(cells, name).type is ColumnType.INTEGER


@pytest.mark.parametrize(("cells", "values"), [
    (["$ 1,200.00", "$ -", "$ 350.50"], [1200, 0, 350.5]), ([" $1,200.00 ", " $-   ", "$(350.50)"], [1200, 0, -350.5]),
    (["1.200,00 €", "- €", "350,50 €"], [1200, 0, 350.5]), (["CHF 12.50", "CHF –", "CHF 3.25"], [12.5, 0, 3.25]),
])  # fmt: skip
def test_a_dash_beside_the_currency_is_the_zero_of_accounts(cells: list[str], values: list[float]) -> None:
    plan = plan_of(cells)
    assert [plan.parse(cell) for cell in cells] == values
    assert "zero, as accounting formats show it" in plan.evidence
    assert plan.open_choice is None


def test_a_dash_alone_is_missing() -> None:
    plan = plan_of(["$ 1,200.00", "-", "$ 350.50"])
    assert plan.is_null("-") and "zero" not in plan.evidence


def test_percentages_beside_bare_numbers_are_left_open() -> None:
    plan = plan_of(["12%", "0.5", "7%", "0.25"])
    assert plan.type is ColumnType.DECIMAL and plan.open_choice is not None
    assert (plan.open_choice.question, plan.open_choice.options) == (OpenQuestion.UNIT, ("%", ""))
    assert plan_of(["12%", "0.5%", "0"]).open_choice is None


@pytest.mark.parametrize("cells", [["¥1,000", "¥12,000"], ["1,000円", "2,500円"], ["₩1,000", "₩2,500"]])
@pytest.mark.parametrize("comma_likely", [True, False])
def test_yen_have_no_decimal_places(cells: list[str], comma_likely: bool) -> None:
    plan = plan_of(cells, comma_likely=comma_likely)
    assert (plan.parse(cells[0]), plan.open_choice) == (1000, None)


def test_dollars_have() -> None:
    assert plan_of(["$1,000", "$2,500"]).open_choice is not None


def test_currencies_without_places_are_those_of_cldr() -> None:
    known = {
        code for code, (places, *_) in get_global("currency_fractions").items() if not places and code in CURRENCY_CODES
    }
    assert WITHOUT_PLACES - {"Ft"} == known


@pytest.mark.parametrize(("cells", "days"), [
    (["janv. 2024", "févr. 2024", "mars 2024"], [1, 2, 3]), (["Jan 2024", "Feb 2024", "Dec 2023"], [1, 2, 12]), (["2024 Mai", "2024 Juni"], [5, 6]),
    (["Jan-2024", "Mar-2024"], [1, 3]), (["2024年1月", "2024年12月"], [1, 12]), (["enero de 2024", "marzo de 2024"], [1, 3]), (["September 1999"], [9]),
])  # fmt: skip
def test_months_by_name_are_their_first_days(cells: list[str], days: list[int]) -> None:
    plan = plan_of(cells)
    assert plan.type is ColumnType.DATE
    assert [(plan.parse(cell).month, plan.parse(cell).day) for cell in cells] == [(month, 1) for month in days]
    assert "months, each as its first day" in plan.evidence


@pytest.mark.parametrize("cells", [
    ["Set 1000", "Set 9000"], ["Jan 24", "Feb 24"], ["Model 2024", "Jan 2024"], ["2024-01", "2024-02"], ["01/2024", "12/2024"], ["Jan", "Feb"],
])  # fmt: skip
def test_words_and_numbers_are_no_months(cells: list[str]) -> None:
    assert plan_of(cells).type.is_text


@pytest.mark.parametrize("cells", [
    ["15/01/2567", "03/02/2567"], ["15 มกราคม 2567", "3 กุมภาพันธ์ 2567"], ["1403-01-15", "1402-12-20"], ["1403/01/15 10:30", "1402/12/20 11:00"], ["1445-09-01"],
])  # fmt: skip
def test_years_of_other_calendars_are_no_days_of_ours_in_silence(cells: list[str]) -> None:
    plan = plan_of(cells)
    assert plan.type is ColumnType.TEXT and plan.open_choice is not None
    assert plan.open_choice.question is OpenQuestion.CALENDAR


@pytest.mark.parametrize("cells", [
    ["15/01/2024", "03/02/2024"], ["1403-01-15", "1789-07-14"], ["2024-01-01", "9999-12-31"], ["2024-01-01", "2567-01-01"], ["1066-10-14", "1215-06-15"],
])  # fmt: skip
def test_ordinary_days_leave_no_calendar_open(cells: list[str]) -> None:
    plan = plan_of(cells)
    assert plan.type is ColumnType.DATE
    assert plan.open_choice is None or plan.open_choice.question is not OpenQuestion.CALENDAR


TOWNS = "town;price;{name}\nKöln;12,50;50.938\nUlm;13,20;48.398\nBonn;1.336,10;50.737\n"


@pytest.mark.parametrize("name", ["lat", "GeoLat", "Breitengrad", "stop_lon"])
def test_coordinates_have_a_point_beside_decimal_commas(read: Read, name: str) -> None:
    read_as = read(TOWNS.format(name=name))
    assert read_as.cells()[name] == [50.938, 48.398, 50.737]
    assert read_as.column(name).open_choice is None


@pytest.mark.parametrize("name", ["Breite", "Koord_N"])
def test_what_may_be_a_coordinate_is_asked(read: Read, name: str) -> None:
    column = read(TOWNS.format(name=name)).column(name)
    assert column.open_choice is not None and column.open_choice.question is OpenQuestion.POINT_MEANING


@pytest.mark.parametrize("name", ["stock", "x"])
def test_other_columns_follow_the_sign_of_their_neighbours(read: Read, name: str) -> None:
    assert read(TOWNS.format(name=name)).cells()[name] == [50938, 48398, 50737]


def test_an_exponent_far_down_among_decimals_is_one(read: Read) -> None:
    text = "k,v,n\n" + "".join(f"k{n},{n % 97}.5,{n}\n" for n in range(60_000)) + "late,1e5,1e5\n"
    found = read(text)
    assert found.cells()["v"][-1] == 100_000
    assert found.cells()["n"][-1] is None  # among whole numbers it may be a code: missing, and said
    assert any("'1e5'" in warning for warning in found.table.warnings)


def test_a_list_of_words_says_that_its_header_may_be_a_word(read: Read) -> None:
    assert any("first row" in warning for warning in read("apple\npear\nfig\nplum\n").table.warnings)
    assert not any("first row" in warning for warning in read("Name\nanna\nberta\ncarla\n").table.warnings)


def test_a_month_is_a_day_of_the_table(read: Read) -> None:
    assert read("month,sold\nJan 2024,3\nFeb 2024,4\n").cells()["month"] == [date(2024, 1, 1), date(2024, 2, 1)]
