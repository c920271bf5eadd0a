"""Large worksheets: read in columns where they are plain tables, cell by cell elsewhere; the same table either way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading.workbook import fast as excel_fast
from services.dataproc.reading.workbook import sheet_pieces, sheet_strings
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


def test_what_is_hidden_or_has_no_stored_value_is_said_as_on_the_careful_path(
    both: Callable[[bytes], tuple[object, ...]],
) -> None:
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


def test_shared_strings_stand_where_cells_refer_to_them(
    both: Callable[[bytes], tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_strings, "BLOCK", 700)
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
    monkeypatch.setattr(sheet_pieces, "BLOCK", 2 << 10)
    monkeypatch.setattr(sheet_pieces, "PIECE", 8 << 10)
    monkeypatch.setattr(excel_fast, "LARGE_PART", 1 << 10)
    monkeypatch.setattr(excel_fast, "load_whole", lambda *_: pytest.fail("loaded whole"))
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


@pytest.mark.parametrize("limit", ["LARGEST", "none"])
def test_strings_that_cannot_be_read_alone_are_left_to_the_library(
    both: Callable[[bytes], tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    content = with_shared_strings()
    if limit == "LARGEST":
        monkeypatch.setattr(sheet_strings, "LARGEST", 10)
    else:
        content = with_part(
            content, "xl/sharedStrings.xml", lambda text: text.replace("<si>", "<si >").replace("</si>", "</si >")
        )
    fast, careful = both(content)
    assert fast.cells() == careful.cells()


@pytest.mark.parametrize("text", [b"", b"x", b"ab", b"abcabc ab abc", b"abc" * 50])
def test_words_are_counted_as_bytes_counts_them(text: bytes) -> None:
    assert [sheet_strings.times(text, word) for word in (b"abc", b"ab", b"bca")] == [
        text.count(word) for word in (b"abc", b"ab", b"bca")
    ]


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


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_formulas_without_a_value_are_counted_under_any_prefix(prefix: str) -> None:
    passed = sheet_pieces.Passed()
    passed.count(f'<{prefix}row r="1"><{prefix}c r="A1"><{prefix}f>1+1</{prefix}f></{prefix}c></{prefix}row>'.encode())
    assert passed.uncached == 1


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
