"""Large worksheets: read in columns where they are plain tables, cell by cell elsewhere; the same table either way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading import excel_fast
from tests.unit.dataproc.reading.readings import Read
from tests.unit.dataproc.reading.test_excel import sheet

START = datetime(2024, 5, 6, 7, 8, 9)


def orders(ws: Worksheet, rows: int = 300) -> None:
    ws.append(["id", "day", "at", "price", "paid", "city", "code", "late", "span"])
    for n in range(rows):
        ws.append([n, date(2024, 1, 1) + timedelta(days=n), START + timedelta(hours=n), n / 4, n % 2 == 0, ("Rome", "Oslo")[n % 2], f"{n:05}",
                   "soon" if n == rows - 1 else None, timedelta(minutes=n)])  # fmt: skip


@pytest.fixture
def both(read: Read, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], tuple[object, ...]]:
    """The readings of a workbook in columns and cell by cell."""

    def read_both(content: bytes) -> tuple[object, ...]:
        careful = read(content, "book.xlsx")
        monkeypatch.setattr(excel_fast, "LARGE_PART", 1 << 10)
        return read(content, "book.xlsx"), careful

    return read_both


def test_plain_sheet_is_the_same_table_in_columns(both: Callable[[bytes], tuple[object, ...]]) -> None:
    fast, careful = both(sheet(orders))
    assert (fast.table.reading["path"], careful.table.reading["path"]) == ("fast", "careful")
    assert [(c.name, c.type) for c in fast.table.columns] == [(c.name, c.type) for c in careful.table.columns]
    assert fast.cells() == careful.cells()


@pytest.mark.parametrize("place", ["F2", "F301"])
def test_number_in_a_column_of_words_is_kept(both: Callable[[bytes], tuple[object, ...]], place: str) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        ws[place] = 12.5

    fast, careful = both(sheet(fill))
    assert "12.5" in fast.cells()["city"]
    assert fast.cells() == careful.cells()


def test_error_values_are_missing_and_counted(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        ws["D5"], ws["D9"] = "#DIV/0!", "#N/A"

    fast, _ = both(sheet(fill))
    assert [fast.cells()["price"][n] for n in (3, 7)] == [None, None]
    assert any("2 cell(s) hold an error value" in warning for warning in fast.table.warnings)


def test_hidden_rows_are_said(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        ws.row_dimensions[7].hidden = True

    fast, _ = both(sheet(fill))
    assert fast.table.rows == 300
    assert any("1 row(s) are hidden" in warning for warning in fast.table.warnings)


def with_title(ws: Worksheet) -> None:
    ws.append(["Orders of the year"])
    ws.append([])
    orders(ws)


def with_merged_cells(ws: Worksheet) -> None:
    orders(ws)
    ws.merge_cells("F2:F4")


@pytest.mark.parametrize("fill", [with_title, with_merged_cells])
def test_sheet_that_is_no_plain_table_is_read_cell_by_cell(both: Callable[[bytes], tuple[object, ...]], fill: Callable[[Worksheet], None]) -> None:
    again, careful = both(sheet(fill))
    assert again.table.reading["path"] == "careful"
    assert again.cells() == careful.cells()
