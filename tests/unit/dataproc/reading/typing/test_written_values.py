"""Numbers, dates and spans of time as people in many places write them: the value that is meant, or the cells as they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.reading.typing.numbers.written import dissect
from tests.unit.dataproc.reading.readings import Read, Reading


def column_of(read: Read, cells: list[str], name: str = "value") -> Reading:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return read(f"row,{name}\n" + "".join(f"r{n},{cell}\n" for n, cell in enumerate(quoted, 1)))


@pytest.mark.parametrize(("cells", "unit", "numbers"), [
    (["12,-", "1.400,50", "1.200,--"], None, [12, 1400.5, 1200]),
    (["CHF 12.-", "CHF 13.–", "CHF 1'400.50"], "CHF", [12, 13, 1400.5]),
    (["1.234,50-", "200,00", "3,00-"], None, [-1234.5, 200, -3]),
    (["$(3.00)", "$ (1,200.00)", "$5.00"], "USD", [-3, -1200, 5]),
    (["12 m", "15.5 m", "3 m"], "m", [12, 15.5, 3]),
    (["300 K", "301 K", "0"], "K", [300, 301, 0]),
    (["1.2m", "300k", "5m"], None, [1_200_000, 300_000, 5_000_000]),
    (["€12m", "€3.5m", "€4m"], "EUR", [12_000_000, 3_500_000, 4_000_000]),
    (["5 Mio. €", "1,2 Mrd. €", "3 Tsd. €"], "EUR", [5_000_000, 1_200_000_000, 3000]),
    (["5 k€", "1,2 M€", "3Mrd.€"], "EUR", [5000, 1_200_000, 3_000_000_000]),
    (["1.2 crore", "3 lakh", "7 Lakhs"], None, [12_000_000, 300_000, 700_000]),
    (["1,5 млн", "3 тыс.", "2 млрд"], None, [1_500_000, 3000, 2_000_000_000]),
    (["1.2‰", "3 ‰", "4‰"], "‰", [1.2, 3, 4]),
    (["1,234", "2,500", "0,345"], None, [1.234, 2.5, 0.345]),
    (["1\u2007234", "22\u2007500", "3"], None, [1234, 22500, 3]),
    (["0.05", "1e-310", "1e308"], None, [0.05, 1e-310, 1e308]),
])  # fmt: skip
def test_number_is_the_one_that_was_written(
    read: Read, cells: list[str], unit: str | None, numbers: list[float]
) -> None:
    reading = column_of(read, cells)
    assert reading.column("value").unit == unit
    assert reading.cells()["value"] == numbers


def test_thousands_that_could_be_trillions_are_not_guessed(read: Read) -> None:
    assert column_of(read, ["12 T€", "15 T€", "3 T€"]).cells()["value"] == ["12 T€", "15 T€", "3 T€"]


def test_numbers_some_of_which_lack_the_unit_are_not_guessed(read: Read) -> None:
    assert column_of(read, ["12 m", "15", "3 m"]).cells()["value"] == ["12 m", "15", "3 m"]


def test_number_without_the_letter_that_is_a_unit_is_missing_where_it_is_reported_so(read: Read) -> None:
    reading = column_of(read, ["12.5 m"] * 100 + ["15"] + ["13.5 m"] * 50)
    assert reading.cells()["value"][99:102] == [12.5, None, 13.5]
    assert "'15'" in reading.table.warnings[0]


def test_numbers_that_nothing_holds_are_said_to_be_numbers(read: Read) -> None:
    assert "all are numbers" in column_of(read, ["1.5e400", "2", "3"]).column("value").evidence


def test_versions_are_no_numbers(read: Read) -> None:
    assert column_of(read, ["1.10", "1.9", "1.1"], "app version").cells()["app version"] == ["1.10", "1.9", "1.1"]


@pytest.mark.parametrize("cells", [["x", ""], ["pending", "pending"], ["s", "c"], ["unknown", "tbd"]])
def test_column_of_nothing_but_marks_keeps_them(read: Read, cells: list[str]) -> None:
    assert column_of(read, cells * 12).cells()["value"] == [cell or None for cell in cells * 12]


def test_north_america_among_regions_is_not_missing(read: Read) -> None:
    assert column_of(read, ["EMEA", "NA", "APAC", "LATAM"] * 4).cells()["value"][1] == "NA"


@pytest.mark.parametrize("token", ["k.A.", "keine Angabe", "non renseigné", "s/d", "…", "don't know"])
def test_words_for_missing_in_other_languages_are_counted(read: Read, token: str) -> None:
    column = column_of(read, ["1.5", "2.5", token, "4"] * 6).column("value")
    assert column.type == "decimal"
    assert f"{token!r} 6×" in column.evidence


@pytest.mark.parametrize(
    ("words", "kind"),
    [(("J", "N"), "boolean"), (("да", "нет"), "boolean"), (("sì", "no"), "boolean"), (("N", "S"), "category")],
)
def test_truth_in_other_languages(read: Read, words: tuple[str, str], kind: str) -> None:
    assert column_of(read, list(words) * 8).column("value").type == kind


def test_ranges_of_years_are_no_telephone_numbers(read: Read) -> None:
    assert column_of(read, ["2019-2020", "2020-2021", "2021-2022"]).column("value").type == "text"


@pytest.mark.parametrize("cells", [
    ["1er mars 2020", "2 août 2021", "3 déc. 2022"], ["1 de marzo de 2020", "2 de agosto de 2021", "3 dic 2022"], ["1 marzo 2020", "2 agosto 2021", "3 dic 2022"],
    ["1 de março de 2020", "2 de agosto de 2021", "3 dez 2022"], ["1 mrt 2020", "2 augustus 2021", "3 december 2022"], ["1 marca 2020", "2 sierpnia 2021", "3 gru 2022"],
    ["1 mars 2020", "2 augusti 2021", "3 dec 2022"], ["1. března 2020", "2. srpna 2021", "3. prosince 2022"], ["1 марта 2020", "2 августа 2021", "3 дек 2022"],
    ["1 Mart 2020", "2 Ağustos 2021", "3 Aralık 2022"], ["So, 01.03.2020", "Mo, 02.08.2021", "Sa, 03.12.2022"], ["March 1st, 2020", "August 2nd, 2021", "December 3rd, 2022"],
    ["Sonntag, 1. März 2020", "Montag, 2. August 2021", "Samstag, 3. Dezember 2022"], ["2020년 3월 1일", "2021년 8월 2일", "2022년 12월 3일"],
])  # fmt: skip
def test_days_in_words(read: Read, cells: list[str]) -> None:
    assert column_of(read, [*cells, *cells]).cells()["value"][:3] == [
        date(2020, 3, 1),
        date(2021, 8, 2),
        date(2022, 12, 3),
    ]


@pytest.mark.parametrize("cells", [
    ["20200105 10:30", "20191231 09:05"], ["05.01.2020 10:30 Uhr", "31.12.2019 9:05 Uhr"], ["05.01.2020 10.30", "31.12.2019 9.05"], ["05-JAN-20 10.30.00.000000 AM", "31-DEC-19 09.05.00.000000 AM"],
])  # fmt: skip
def test_moments_in_words(read: Read, cells: list[str]) -> None:
    assert column_of(read, cells * 2).cells()["value"][:2] == [
        datetime(2020, 1, 5, 10, 30),
        datetime(2019, 12, 31, 9, 5),
    ]


@pytest.mark.parametrize(("cells", "first", "choices"), [
    (["20-01-31", "19-12-15", "20-02-03"], date(2020, 1, 31), ["%y-%m-%d", "%d-%m-%y"]),
    (["31-01-20", "15-12-19", "03-02-20"], date(2020, 1, 31), ["%d-%m-%y", "%y-%m-%d"]),
    (["03:45", "12:10", "59:59"], timedelta(hours=3, minutes=45), ["[h]:mm:ss", "[m]:ss"]),
])  # fmt: skip
def test_open_order_is_said_and_asked(read: Read, cells: list[str], first: Any, choices: list[str]) -> None:
    reading = column_of(read, cells)
    column = reading.column("value")
    assert reading.cells()["value"][0] == first
    assert "undecidable" in column.evidence
    assert column.open_choice is not None
    assert list(column.open_choice.options) == choices


def test_days_that_speak_for_both_orders_are_not_guessed(read: Read) -> None:
    cells = ["31/01/2020", "01/31/2020", *["01/02/2020"] * 20]
    reading = column_of(read, cells)
    assert reading.cells()["value"] == cells
    assert "1 can only be the other way round" in reading.column("value").evidence


def test_lap_times_are_minutes_and_seconds(read: Read) -> None:
    laps = [timedelta(minutes=2), timedelta(seconds=119, milliseconds=130), timedelta(minutes=59, seconds=59)]
    assert column_of(read, ["2:00", "1:59.13", "59:59"]).cells()["value"] == laps


@pytest.mark.parametrize("cell", ["-1 days +23:58:30", "-1 day, 23:58:30", "-00:01:30"])
def test_spans_below_zero(read: Read, cell: str) -> None:
    assert column_of(read, [cell, "2 days 01:00:00", "26:00:00"]).cells()["value"] == [
        timedelta(seconds=-90),
        timedelta(days=2, hours=1),
        timedelta(hours=26),
    ]


@pytest.mark.parametrize(("cells", "said"), [
    (["5", "7", "999", "8", "3", "999"] * 3, "6 cells of column 'value' are 999, far from all others: does it stand for missing?"),
    (["5.5", "7", "-99", "8", "3"] * 4, "4 cells of column 'value' are -99.0, far from all others: does it stand for missing?"),
    (["99", "95", "98", "97", "99"] * 4, None),
])  # fmt: skip
def test_number_that_may_stand_for_missing_is_reported_and_kept(read: Read, cells: list[str], said: str | None) -> None:
    reading = column_of(read, cells)
    assert reading.cells()["value"] == [float(cell) for cell in cells]
    assert reading.table.profile["warnings"] == ([said] if said else [])


@given(text=st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,12})?", fullmatch=True))
def test_number_as_programs_write_it_is_what_the_pattern_for_all_numbers_finds(text: str) -> None:
    assert dissect(text) == dissect(f" {text}")
