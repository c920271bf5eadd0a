"""Large worksheets: read in columns where they are plain tables, cell by cell elsewhere; the same table either way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading import excel_fast, sheet_pieces
from tests.unit.dataproc.reading.readings import Read
from tests.unit.dataproc.reading.test_excel import sheet, workbook

START = datetime(2024, 5, 6, 7, 8, 9)


def orders(ws: Worksheet, rows: int = 300) -> None:
    ws.append(["id", "day", "at", "price", "paid", "city", "code", "late", "span"])
    for n in range(rows):
        ws.append([n, date(2024, 1, 1) + timedelta(days=n), START + timedelta(hours=n), n / 4, n % 2 == 0, ("Rome", "Oslo")[n % 2], f"{n:05}",
                   "soon" if n == rows - 1 else None, timedelta(minutes=n)])  # fmt: skip


@pytest.fixture(params=["pieces", "whole"])
def both(request: pytest.FixtureRequest, read: Read, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], tuple[object, ...]]:
    """The readings of a workbook in columns, cut into pieces or whole, and cell by cell."""
    monkeypatch.setattr(sheet_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(sheet_pieces, "PIECE", (8 if request.param == "pieces" else 8 << 20) << 10)

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


def test_what_is_hidden_or_has_no_stored_value_is_said_as_on_the_careful_path(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(book: Workbook) -> None:
        ws = book.active
        orders(ws)
        ws.row_dimensions[7].hidden = True
        ws.column_dimensions["C"].hidden = True
        ws["D9"] = "=A9+1"
        ws.sheet_state = "hidden"
        book.create_sheet("other").append(["a", "b"])

    fast, careful = both(workbook(fill))
    assert fast.table.rows == 300
    assert any("1 row(s) are hidden" in warning for warning in fast.table.warnings)
    assert len(fast.table.warnings) == 4
    assert set(fast.table.warnings) == set(careful.result.tables[0].warnings)


@pytest.mark.parametrize("place", ["A301", "B301", "D301", "E301", "D2"])
def test_word_in_a_column_of_another_kind_changes_no_other_cell(both: Callable[[bytes], tuple[object, ...]], place: str) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        ws[place] = "unknown"

    fast, careful = both(sheet(fill))
    assert fast.table.reading["path"] == "fast"
    name = "id day at price paid city code late span".split()["ABCDEFGHI".index(place[0])]
    assert "unknown" in fast.raw()[300 if place.endswith("301") else 1]
    others = [c for c in fast.cells() if c != name]
    assert {c: fast.cells()[c] for c in others} == {c: careful.cells()[c] for c in others}


def test_blank_row_between_rows_does_not_shift_any(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        ws.delete_rows(150)
        ws.insert_rows(150)

    fast, careful = both(sheet(fill))
    assert [n for n in fast.cells()["id"] if n is not None] == [n for n in careful.cells()["id"] if n is not None]


def test_first_column_that_ends_early_stays_the_first(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        orders(ws)
        for row in range(40, 302):
            ws[f"A{row}"] = None

    fast, careful = both(sheet(fill))
    assert fast.cells() == careful.cells()


def test_large_sheet_is_read_in_several_pieces(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_fast, "LARGE_PART", 1 << 10)
    monkeypatch.setattr(sheet_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(sheet_pieces, "PIECE", 8 << 10)
    loaded = []
    load = sheet_pieces.load
    monkeypatch.setattr(sheet_pieces, "load", lambda *args, **kwargs: loaded.append(1) or load(*args, **kwargs))
    assert read(sheet(orders), "book.xlsx").table.rows == 300
    assert len(loaded) > 3


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
