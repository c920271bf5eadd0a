"""A table is called as its sheet, unless the sheet is alone and its name says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from services.dataproc.reading.reader import read_file


def names(folder: Path, file: str, sheets: dict[str, int]) -> list[str]:
    """Of a workbook with sheets of so many columns."""
    path = folder / file
    with xlsxwriter.Workbook(path) as book:
        for sheet, columns in sheets.items():
            page = book.add_worksheet(sheet)
            for column in range(columns):
                page.write_column(0, column, [f"head {column}", 10 + column, 20 + column, 30 + column])
    return [table.name for table in read_file(path, filename=file, into=folder / "read").tables]


@pytest.mark.parametrize("sheet", ["Sheet1", "Report", "Tabelle1", "Лист1", "Feuil1", "Export", "data"])
def test_a_lone_sheet_whose_name_says_nothing_is_called_as_its_file(tmp_path: Path, sheet: str) -> None:
    assert names(tmp_path, "harbour visits.xlsx", {sheet: 3}) == ["harbour visits"]


@pytest.mark.parametrize("sheet", ["Visits", "Report of visits", "Sheets", "1998"])
def test_one_that_says_something_keeps_its_name(tmp_path: Path, sheet: str) -> None:
    assert names(tmp_path, "harbour.xlsx", {sheet: 3}) == [sheet]


def test_of_several_sheets_each_keeps_its_own(tmp_path: Path) -> None:
    assert names(tmp_path, "harbour.xlsx", {"Sheet1": 3, "Sheet2": 2}) == ["Sheet1", "Sheet2"]


def test_an_empty_sheet_beside_it_is_no_other(tmp_path: Path) -> None:
    assert names(tmp_path, "harbour.xlsx", {"Sheet1": 3, "Sheet2": 0}) == ["harbour"]
