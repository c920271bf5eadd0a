"""Sheets of text beside tables are said and are no tables; columns of words and of sentences are."""

from __future__ import annotations

import io

import openpyxl
import pytest

from services.dataproc.reading import FileRefused
from tests.unit.dataproc.reading.readings import Read

Rows = list[list[object]]

TABLE: Rows = [["city", "n"], ["Lyon", 1], ["Nice", 2], ["Metz", 3]]


def book(sheets: dict[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("Sheet2", [["Annual report"]]),
        ("Sheet2", [["Figures are in thousands of euros."], ["Shops that closed are left out."]]),
        ("Notes", [["In thousands"], ["Provisional"], [], ["Ann"]]),
        ("Deckblatt", [["Umsätze"], ["Jahr:", 2024], ["Stand:", "01.05.2024"]]),
        ("Front", [["Sales of the shops"], [], ["Author:", "Ann"], ["Date:", "2024-01-01"]]),
    ],
)
def test_sheets_of_text_beside_tables_are_said_and_are_none(read: Read, name: str, rows: Rows) -> None:
    reading = read(book({name: rows, "Data": TABLE}), "book.xlsx")
    assert [len(reading.raw(n)) for n in range(len(reading.result.tables))] == [4]
    assert f"sheet {name!r} is text and no table: {rows[0][0]!r}" in reading.result.warnings[0]


@pytest.mark.parametrize(
    "rows",
    [
        [["name"], ["Ann"], ["Bob"]],
        [["comment"], ["I like this shop very much"], ["Never again, it was cold"], ["Good bread but poor coffee"]],
        [["k", "v"], ["a", "x"], ["b", "y"]],
        [["year"], [2020], [2021]],
        [["city:", "n:"], ["Lyon", 1]],
    ],
)
def test_columns_beside_tables_are_tables(read: Read, rows: Rows) -> None:
    reading = read(book({"Other": rows, "Data": TABLE}), "book.xlsx")
    assert (len(reading.result.tables), reading.result.tables[0].rows) == (2, len(rows) - 1)
    assert reading.result.warnings == ()


def test_workbook_of_a_title_only_says_so(read: Read) -> None:
    with pytest.raises(FileRefused, match="a title only: 'Annual report'"):
        read(book({"Sheet1": [["Annual report"]]}), "book.xlsx")


def test_workbook_of_text_only_is_read_by_its_lines_and_says_so(read: Read) -> None:
    lines: Rows = [["Figures are in thousands of euros."], ["Shops that closed are left out."], ["See the handbook."]]
    reading = read(book({"Sheet1": lines}), "book.xlsx")
    assert reading.raw()[-1] == lines[-1]
    assert "the workbook holds text only, whose lines are the rows" in reading.table.warnings


def test_notes_below_and_above_the_two_columns_of_a_sheet_are_no_rows(read: Read) -> None:
    rows: Rows = [["Source: the shops"], *TABLE, ["* vorläufig"], ["Records: 3"]]
    reading = read(book({"Sheet1": rows}), "book.xlsx")
    assert reading.cells()["n"] == [1, 2, 3]
    assert reading.table.reading["notes"] == ["Source: the shops", "* vorläufig", "Records: 3"]


def test_last_row_without_a_number_stays(read: Read) -> None:
    assert read(book({"Sheet1": [*TABLE, ["Other cities", None]]}), "book.xlsx").cells()["n"] == [1, 2, 3, None]
