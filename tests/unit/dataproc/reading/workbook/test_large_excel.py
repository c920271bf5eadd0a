"""Large worksheets: read in columns where they are plain tables, cell by cell elsewhere; the same table either way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading import FileRefused, Limits
from services.dataproc.reading.workbook import files, inspection, large_sheet, row_pieces
from tests.unit.dataproc.reading.readings import Read
from tests.unit.dataproc.reading.workbook.test_excel import sheet, workbook

START = datetime(2024, 5, 6, 7, 8, 9)


def orders(ws: Worksheet, rows: int = 300) -> None:
    ws.append(["id", "day", "at", "price", "paid", "city", "code", "late", "span"])
    for n in range(rows):
        ws.append([n, date(2024, 1, 1) + timedelta(days=n), START + timedelta(hours=n), n / 4, n % 2 == 0, ("Rome", "Oslo")[n % 2], f"{n:05}",
                   "soon" if n == rows - 1 else None, timedelta(minutes=n)])  # fmt: skip


@pytest.fixture(params=["pieces", "whole"])
def both(
    request: pytest.FixtureRequest, read: Read, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], tuple[object, ...]]:
    """The readings of a workbook in columns, cut into pieces or whole, and cell by cell."""
    monkeypatch.setattr(row_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(row_pieces, "PIECE", 8 << 10)
    if request.param == "whole":
        monkeypatch.setattr(row_pieces, "SHEET_DATA", b"<no such element>")

    def read_both(content: bytes) -> tuple[object, ...]:
        monkeypatch.setattr(files, "LARGE_SHEET", 20 << 20)
        monkeypatch.setattr(inspection, "LARGEST_INSPECTED", 20 << 20)
        careful = read(content, "book.xlsx")
        monkeypatch.setattr(files, "LARGE_SHEET", 1 << 10)
        monkeypatch.setattr(inspection, "LARGEST_INSPECTED", 1 << 10)
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


def test_what_was_not_looked_at_in_a_large_sheet_is_said(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(book: Workbook) -> None:
        ws = book.active
        orders(ws)
        ws.row_dimensions[7].hidden = True
        ws["D9"] = "=A9+1"
        ws.sheet_state = "hidden"
        book.create_sheet("other").append(["a", "b"])

    fast, careful = both(workbook(fill))
    hidden = "sheet 'Sheet' is hidden in the workbook"
    assert fast.result.tables[0].rows == 300
    assert fast.result.tables[0].warnings == (hidden, *inspection.TOO_LARGE.notes())
    assert "were not looked at: the sheet unpacks to more than" in fast.result.tables[0].warnings[1]
    assert careful.result.tables[0].warnings[0] == hidden
    assert not any("looked at" in warning for warning in careful.result.tables[0].warnings)
    assert len(careful.result.tables[0].warnings) == 3


def test_small_sheet_beside_a_large_one_is_looked_at(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(book: Workbook) -> None:
        orders(book.active)
        other = book.create_sheet("other")
        for row in (["city", "share"], ["Lyon", 0.25], ["Nice", 0.5]):
            other.append(row)
        other["B2"].number_format = other["B3"].number_format = "0%"

    fast, _ = both(workbook(fill))
    assert [t.reading["path"] for t in fast.result.tables] == ["fast", "careful"]
    assert fast.result.tables[1].columns[1].unit == "%"
    assert fast.cells(1)["share"] == [25, 50]
    assert fast.raw(1)[1] == ["Lyon", "25%"]


@pytest.mark.parametrize("place", ["A301", "B301", "D301", "E301", "D2"])
def test_word_in_a_column_of_another_kind_changes_no_other_cell(
    both: Callable[[bytes], tuple[object, ...]], place: str
) -> None:
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
    monkeypatch.setattr(files, "LARGE_SHEET", 1 << 10)
    monkeypatch.setattr(row_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(row_pieces, "PIECE", 8 << 10)
    loaded = []
    load = row_pieces.load_rows
    monkeypatch.setattr(row_pieces, "load_rows", lambda *args: loaded.append(1) or load(*args))
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
def test_sheet_that_is_no_plain_table_is_read_cell_by_cell(
    both: Callable[[bytes], tuple[object, ...]], fill: Callable[[Worksheet], None]
) -> None:
    again, careful = both(sheet(fill))
    assert again.table.reading["path"] == "careful"
    assert again.cells() == careful.cells()


WORDS = ("Rome", "a & b < c", "  kept blanks ", "two\nlines", "_x0041_ as it stands", "日本", "", "1e5", "007")


def with_shared_strings(rows: int = 300) -> bytes:
    """Written as spreadsheet programs write: every text once, the cells refer to it; one with formats within."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        ws, bold = book.add_worksheet("orders"), book.add_format({"bold": True})
        ws.write_row(0, 0, ["id", "word", "note", "word", "mixed"])
        for n in range(1, rows + 1):
            ws.write_number(n, 0, n)
            ws.write_string(n, 1, WORDS[n % len(WORDS)])
            ws.write_string(n, 2, f"note {n}")
            ws.write_string(n, 3, "yes" if n % 3 else "no")
            if n % 50:
                ws.write_string(n, 4, f"word {n % 7}")
            else:
                ws.write_number(n, 4, n)
        ws.write_rich_string(5, 2, "partly ", bold, "bold")
    return sink.getvalue()


def with_part(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(sink, "w") as out:
        for part in book.namelist():
            out.writestr(part, change(book.read(part).decode()) if part == name else book.read(part))
    return sink.getvalue()


def test_shared_strings_stand_where_cells_refer_to_them(both: Callable[[bytes], tuple[object, ...]]) -> None:
    fast, careful = both(with_shared_strings())
    assert fast.table.reading["path"] == "fast"
    assert (
        [c.name for c in fast.table.columns]
        == [c.name for c in careful.table.columns]
        == ["id", "word", "note", "word (2)", "mixed"]
    )
    assert fast.cells() == careful.cells()
    assert fast.cells()["note"][4] == "partly bold" and "50" in fast.cells()["mixed"]


def test_shared_strings_are_read_in_pieces(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(row_pieces, "PIECE", 8 << 10)
    monkeypatch.setattr(files, "LARGE_SHEET", 1 << 10)
    monkeypatch.setattr(large_sheet, "load_whole", lambda *_: pytest.fail("loaded whole"))
    assert read(with_shared_strings(), "book.xlsx").table.rows == 300


@pytest.mark.parametrize("change", [
    lambda text: text.replace('t="s"><v>', 't="s"> <v>', 1),
    lambda text: text.replace("</sheetData>", '<row r="302"><c r="A302" t="str"><v>\ue5a6</v></c></row></sheetData>'),
], ids=["unusual", "mark"])  # fmt: skip
def test_unusual_references_are_left_to_the_library(
    both: Callable[[bytes], tuple[object, ...]], change: Callable[[str], str]
) -> None:
    fast, careful = both(with_part(with_shared_strings(), "xl/worksheets/sheet1.xml", change))
    assert fast.cells() == careful.cells()


def test_strings_that_are_written_in_an_unusual_way_are_the_same(both: Callable[[bytes], tuple[object, ...]]) -> None:
    content = with_part(
        with_shared_strings(),
        "xl/sharedStrings.xml",
        lambda text: text.replace("<si>", "<si >").replace("</si>", "</si >"),
    )
    fast, careful = both(content)
    assert fast.cells() == careful.cells()


def test_pieces_are_as_large_as_the_strings_that_each_has_to_parse(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * (row_pieces.PIECE + 1))
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert row_pieces.SheetCutter(book, "xl/worksheets/sheet1.xml", tmp_path).piece_bytes == row_pieces.PIECE + 1


def test_cells_beside_the_table_further_on_change_no_column(both: Callable[[bytes], tuple[object, ...]]) -> None:
    """One column blank to the end and a cell at the other side: pieces would be as wide as before, and shifted."""

    def fill(ws: Worksheet) -> None:
        ws.append(["id", "price", "city"])
        for n in range(300):
            ws.append([n if n < 40 else None, n / 4, ("Rome", "Oslo")[n % 2]])
        ws["D250"] = "note"

    fast, careful = both(sheet(fill))
    assert fast.cells()["price"] == careful.cells()["price"]
    assert fast.cells()["city"] == careful.cells()["city"]


def test_sheet_that_cannot_be_cut_and_would_not_fit_in_memory_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = with_part(
        with_shared_strings(), "xl/worksheets/sheet1.xml", lambda text: text.replace("<sheetData>", "<sheetData >")
    )
    monkeypatch.setattr(files, "LARGE_SHEET", 1 << 10)
    with pytest.raises(FileRefused) as refusal:
        read(content, "book.xlsx", limits=Limits(memory_bytes=20 << 10))
    assert refusal.value.code == "too_large"
    assert "could be read in pieces" in refusal.value.detail


def test_names_that_come_back_are_told_from_names_with_a_number(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["a", "a_1", "a", 2024, 2024, None])
        for n in range(300):
            ws.append([n, n + 1, n + 2, n + 3, n + 4, n + 5])

    fast, careful = both(sheet(fill))
    assert [(c.name, c.source_name) for c in fast.table.columns] == [
        (c.name, c.source_name) for c in careful.table.columns
    ]
    assert fast.table.reading["path"] == "fast"


def test_times_of_day_are_times_and_the_number_zero_is_no_day(both: Callable[[bytes], tuple[object, ...]]) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["n", "clock", "day", "at"])
        for n in range(300):
            ws.append([n, n / 400, date(2024, 1, 1) + timedelta(days=n), START + timedelta(hours=n)])
            ws.cell(ws.max_row, 2).number_format = "hh:mm:ss"
        ws["C7"], ws["D9"], ws["C11"] = 0, 0, -3
        for place in ("C7", "D9", "C11"):
            ws[place].number_format = "yyyy-mm-dd"

    fast, careful = both(sheet(fill))
    assert [c.type for c in fast.table.columns] == ["integer", "time", "date", "datetime"]
    assert fast.cells() == careful.cells()
    assert (fast.cells()["day"][5], fast.cells()["at"][7], fast.cells()["day"][9]) == (None, None, None)
    for reading in (fast, careful):
        assert (
            "3 cell(s) in columns of dates hold 0 or less, which is no day; they are read as missing"
            in reading.table.warnings
        )


def test_times_of_day_of_1904_are_times(both: Callable[[bytes], tuple[object, ...]]) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"date_1904": True, "in_memory": True}) as book:
        ws, clock, day = (
            book.add_worksheet(),
            book.add_format({"num_format": "hh:mm"}),
            book.add_format({"num_format": "dd.mm.yyyy"}),
        )
        ws.write_row(0, 0, ["n", "clock", "day"])
        for n in range(1, 301):
            ws.write_number(n, 0, n)
            ws.write_number(n, 1, n / 400, clock)
            ws.write_number(n, 2, 40000 + n, day)
    fast, careful = both(sink.getvalue())
    assert [c.type for c in fast.table.columns] == ["integer", "time", "date"]
    assert fast.cells() == careful.cells()
