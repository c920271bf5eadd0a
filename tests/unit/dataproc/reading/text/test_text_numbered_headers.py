"""Names that are numbers: what counts the columns is told from rows of data, and said where nothing but the counting tells it."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read, Reading


def names(reading: Reading) -> list[str]:
    return [column.source_name for column in reading.table.columns]


def is_said(reading: Reading) -> bool:
    return any("`header_rows` decides" in warning for warning in reading.table.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3,4\n12,55,7,9\n13,66,8,10\n14,77,9,11\n",
        "0,1,2\n5.5,6.1,7.2\n5.9,6.6,7.0\n",
        "1;2;3;4;5;6\n0,5;0,6;0,7;0,1;0,2;0,3\n0,9;0,1;0,2;0,4;0,4;0,1\n",
    ],
)
def test_numbers_that_count_the_columns_are_names_and_said(read: Read, text: str) -> None:
    reading = read(text)
    assert names(reading)[:2] in (["0", "1"], ["1", "2"])
    assert reading.table.rows == text.count("\n") - 1
    assert is_said(reading)


@pytest.mark.parametrize(
    "text",
    [
        ",0,1,2\n0,1.5,2.5,3.5\n1,4.5,5.5,6.5\n2,7.5,8.5,9.5\n",
        ",0,1\n0,15,7\n1,4,8\n2,9,11\n",
        ",0\n0,15\n1,4\n",
        ",1,2,3\n1,12,55,7\n",
        ",2.5,5,7.5\n0,12,55,7\n1,4,5,9\n2,4,5,1\n",
        ",0,1,2\n0,0,1,0\n1,1,0,1\n2,0,1,0\n",
    ],
)
def test_nothing_over_numbered_rows_makes_the_numbers_beside_it_names(read: Read, text: str) -> None:
    reading = read(text)
    assert names(reading)[1:] == text.split("\n")[0].split(",")[1:]
    assert reading.table.rows == text.count("\n") - 1
    assert not is_said(reading)


def test_numbers_behind_a_word_over_numbers_are_names(read: Read) -> None:
    assert names(read("week,1,2,3\n31,12,55,7\n32,4,5,9\n")) == ["week", "1", "2", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n2,7,1\n3,9,0\n4,9,5\n",  # numbered rows
        "1,2,3,4,5\n3,3,2,1,5\n4,4,2,2,1\n",  # answers from 1 to 5
        "1,2,3\n2,4,6\n3,6,9\n",
    ],
)
def test_first_row_of_data_that_counts_by_chance_stays_data_and_is_said(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.table.rows == text.count("\n")
    assert is_said(reading)


@pytest.mark.parametrize(
    "text",
    [
        "0,1,2\n3,4,5\n6,7,8\n",  # goes on
        "7,8,9\n12,4,6\n33,6,9\n",
        "1,2\n12,55\n13,66\n",
        ",5,7\n3,3,4\n2,8,9\n9,4,4\n",  # a missing value
        "1,Ann,3\n2,Bob,7\n3,Cy,9\n",
    ],
)
def test_ordinary_numbers_without_a_header_stay_data(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.table.rows == text.count("\n")
    assert not is_said(reading)
