"""Texts exported from sheets: tables side by side above a lower one, headers of numbers, rows of units; and tables that only look so."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read, Reading

SIDES = "city,pop,,item,price\nx,1,,p,1.5\ny,2,,q,2.5\nz,3,,r,3.5\n"


def shapes(reading: Reading) -> list[tuple[int, list[str]]]:
    return [(table.rows, [column.name for column in table.columns]) for table in reading.result.tables]


@pytest.mark.parametrize("below", ["\nk,v\nm,5\nn,6\n", ",,,,\nk,v,,,\nm,5,,,\nn,6,,,\n"])
def test_tables_side_by_side_above_a_lower_one_are_three(read: Read, below: str) -> None:
    reading = read(SIDES + below)
    assert shapes(reading) == [(3, ["city", "pop"]), (3, ["item", "price"]), (2, ["k", "v"])]
    assert reading.cells(1)["price"] == [1.5, 2.5, 3.5]
    assert reading.raw(2) == [["k", "v"], ["m", "5"], ["n", "6"]]


def test_tables_of_other_lengths_or_of_the_same_names_stand_side_by_side(read: Read) -> None:
    assert [rows for rows, _ in shapes(read(SIDES + "w,4,,,\n"))] == [4, 3]
    twice = read("name,score,,name,score\na,1,,b,2\nc,3,,d,4\n")
    assert shapes(twice) == [(2, ["name", "score"])] * 2


def test_column_that_was_never_filled_divides_no_table(read: Read) -> None:
    assert [rows for rows, _ in shapes(read(SIDES))] == [3]


@pytest.mark.parametrize(
    "header",
    ["region,1,2,3,4", "region,2019,2020", ",2019,2020", "store,0,1,2", "shop,2018/19,2019/20", "site,1,2,3,4,5,6,7,8,9,10,11,12"],
)  # fmt: skip
def test_numbers_that_count_columns_and_years_are_names(read: Read, header: str) -> None:
    names = header.split(",")
    rows = [",".join([letter, *(str(17 * n + k) for n in range(1, len(names)))]) for k, letter in enumerate("NSE")]
    reading = read("\n".join([header, *rows]) + "\n")
    assert [column.name for column in reading.table.columns] == [name or "column_1" for name in names]
    assert reading.table.rows == 3


def test_years_are_names_over_values_of_which_a_few_look_like_years(read: Read) -> None:
    assert read("region,2019,2020\nN,1950,7\nS,8,9\nE,700,650\n").table.rows == 3


def test_numbers_over_fractions_are_names(read: Read) -> None:
    assert read("1,2,3,4\n0.5,0.7,1.2,3.3\n1.5,1.7,2.2,4.3\n").table.rows == 2


@pytest.mark.parametrize(
    "text",
    [
        "a,1,2,3\nb,4,5,6\nc,7,8,9\n",
        "0,1,2,3\n4,5,6,7\n8,9,10,11\n",
        "1,2,3,4\n2,3,4,1\n3,4,1,2\n",
        "Ada,1,2,3\nEve,2,1,3\nIda,3,1,2\n",
        "Oslo,2019,2020\nBergen,2018,2021\nMoss,2011,2019\n",
        "Ada,1980,7\nEve,1990,8\nIda,1970,9\n",
    ],
)
def test_first_rows_of_numbers_among_their_like_are_data(read: Read, text: str) -> None:
    assert read(text).table.rows == 3


def test_row_of_units_below_blank_names_is_part_of_the_header(read: Read) -> None:
    reading = read("Plot,Yield,,Year,\n,t/ha,notes,,flag\n1,2.5,wet,2020,f\n2,3.5,ok,2021,f\n3,4.5,wet,2022,g\n")
    assert shapes(reading) == [(3, ["Plot", "Yield t/ha", "notes", "Year", "flag"])]
    assert reading.cells()["Yield t/ha"] == [2.5, 3.5, 4.5]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("time,temp,wind\n,°C,km/h\n2024-01-01,5,6\n2024-01-02,6,7\n", ["time", "temp °C", "wind km/h"]),
        (",grade,year\nann,absent,2\nbob,3,4\ncid,5,6\ndan,5,6\n", ["column_1", "grade", "year"]),
        ("group,control,,fire,\n,mean,max,mean,max\na,4,1,4,2\nb,4,1,5,3\n", ["group", "control mean", "control max", "fire mean", "fire max"]),
    ],
)  # fmt: skip
def test_units_are_told_from_missing_words_and_from_labels_of_groups(read: Read, text: str, names: list[str]) -> None:
    assert [column.name for column in read(text).table.columns] == names
