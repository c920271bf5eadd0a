"""Words for missing values, and people who are called so."""

from __future__ import annotations

import json

import pytest

from services.dataproc.reading.typing.chosen import choose
from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from services.dataproc.reading.typing.spreadsheet_errors import FAILED, NOT_AVAILABLE
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion
from tests.unit.dataproc.reading.readings import Read


def plan_of(*cells: str) -> ColumnPlan:
    return infer(ValueCounts("v", {cell: cells.count(cell) for cell in cells}))


@pytest.mark.parametrize(
    "cells",
    [
        ("NAN", "AAPL", "MSFT", "IBM"), ("NULL", "AAPL", "MSFT"), ("NAN", "SUV", "FRA"), ("NULL", "SMITH", "JONES"), ("NA", "KOWALSKI", "OKAFOR"),
        ("Null", "Meier"), ("NAN", "NAN", "SUV", "SUV", "FRA"),
    ],
)  # fmt: skip
def test_short_columns_keep_tickers_airports_and_names(cells: tuple[str, ...]) -> None:
    assert not plan_of(*cells).is_null(cells[0])


@pytest.mark.parametrize("surname", ["Null", "Nan", "Na", "None"])
def test_people_keep_their_names(surname: str) -> None:
    assert not plan_of(surname, "Doe", "Roe", "Okafor").is_null(surname)


@pytest.mark.parametrize(
    "cells",
    [
        ("NULL", "Oslo", "Rome", "Bern"),
        ("null", "Oslo", "Rome", "Bern"),
        ("NaN", "Oslo", "Rome", "Bern"),
        ("nan", "oslo", "rome", "bern"),
        ("Null", "oslo", "rome", "bern"),
        ("NULL", "Oslo", "ROMANIA", "BERN"),
        ("NULL", "NULL", "OSLO", "ROMANIA", "BERN", "PARIS"),
    ],
)
def test_what_programs_write_is_missing(cells: tuple[str, ...]) -> None:
    plan = plan_of(*cells)
    assert plan.is_null(cells[0])
    assert f"{cells[0]!r} {cells.count(cells[0])}×" in plan.evidence


def test_what_most_cells_are_is_no_name() -> None:
    assert infer(ValueCounts("v", {"Null": 8, "Oslo": 1, "Rome": 1})).is_null("Null")


def test_country_codes_are_kept() -> None:
    assert not plan_of("NA", "NO", "DE", "FR").is_null("NA")


def test_who_says_text_gets_the_cells_back() -> None:
    plan = choose(ValueCounts("v", {"NULL": 2, "Oslo": 1, "N/A": 1}), {"type": "text"})
    assert not plan.is_null("NULL")
    assert not plan.is_null("N/A")


@pytest.mark.parametrize(
    "error", sorted({w for table in (FAILED, NOT_AVAILABLE) for line in table.values() for w in line.split()})
)
def test_errors_of_spreadsheets_are_missing_among_numbers(error: str) -> None:
    shown = error.upper()
    plan = plan_of("1,5", shown, "3,25")
    assert plan.type is ColumnType.DECIMAL
    assert plan.is_null(shown)
    assert f"{shown!r} 1×" in plan.evidence


def test_hashes_that_are_no_errors_are_words() -> None:
    plan = plan_of("#value", "#oslo", "#wert")
    assert not plan.is_null("#wert")


def test_a_string_in_json_is_a_string(read: Read) -> None:
    rows = [{"v": "null", "w": "null", "n": 1}, {"v": "n/a", "w": "null", "n": None}, {"v": None, "w": "null", "n": 2}]
    reading = read(json.dumps(rows), "t.json")
    assert reading.cells() == {"v": ["null", "n/a", None], "w": ["null"] * 3, "n": [1, None, 2]}


@pytest.mark.parametrize("word", ["null", "NA", "nan"])
def test_a_string_of_json_among_strings_of_digits_is_left_open(read: Read, word: str) -> None:
    cells = ["12", word, "13"]
    column = read(json.dumps([{"v": cell} for cell in cells]), "t.json").column("v")
    asked = column.open_choice
    assert asked is not None
    assert (column.type, asked.question, asked.options, asked.taken) == (
        "integer",
        OpenQuestion.MISSING_WORDS,
        ("integer", "text"),
        "integer",
    )
    kept = choose(ValueCounts("v", dict.fromkeys(cells, 1), quoted=True), {"type": "text"})
    assert [kept.is_null(cell) for cell in cells] == [False, False, False]


@pytest.mark.parametrize(
    "cells",
    [["2024-01-05", "n/a", "2024-01-06"], ["2024-01-05", "null", "2024-01-06"], ["12", "-", "13"], ["12", "N/A", "13"]],
)
def test_words_of_json_that_can_be_no_values_are_missing(read: Read, cells: list[str]) -> None:
    reading = read(json.dumps([{"v": cell} for cell in cells]), "t.json")
    assert reading.column("v").open_choice is None
    assert reading.cells()["v"][1] is None
    assert repr(cells[1]) in reading.column("v").evidence


@pytest.mark.parametrize("cells", [["12", None, "13"], ["12", "", "13"], [12, None, 13]])
def test_what_json_itself_says_is_missing_leaves_nothing_open(read: Read, cells: list[object]) -> None:
    assert read(json.dumps([{"v": cell} for cell in cells]), "t.json").column("v").open_choice is None
