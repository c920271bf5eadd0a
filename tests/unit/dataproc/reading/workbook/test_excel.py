"""Workbooks: sheets, regions, headers, merged cells, errors, types."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading import FileRefused
from tests.unit.dataproc.reading.readings import Read


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(fill: Callable[[Worksheet], None]) -> bytes:
    def of_book(book: openpyxl.Workbook) -> None:
        assert book.active is not None
        fill(book.active)

    return workbook(of_book)


def test_cells_keep_their_types(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["n", "x", "ok", "day", "at", "clock", "span", "code"])
        ws.append(
            [1, 1.5, True, date(2020, 1, 2), datetime(2020, 1, 2, 3, 4, 5), time(3, 4), timedelta(hours=30), "007"]
        )
        ws.append([2, 2.5, False, date(2020, 1, 3), datetime(2020, 1, 3, 0, 0), time(23, 0), timedelta(hours=3), "012"])

    reading = read(sheet(fill), "book.xlsx")
    types = [c.type for c in reading.table.columns]
    assert types == ["integer", "decimal", "boolean", "date", "datetime", "time", "duration", "identifier"]
    assert reading.cells()["ok"] == [True, False]
    assert reading.cells()["span"][0] == timedelta(hours=30)


def test_every_sheet_is_a_table_and_hidden_ones_are_flagged(read: Read) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for name in ("first", "second"):
            ws = book.create_sheet(name)
            ws.append(["a", "b"])
            ws.append([1, "x"])
            ws.append([2, "y"])
        book["second"].sheet_state = "hidden"

    tables = read(workbook(fill), "book.xlsx").result.tables
    assert [t.name for t in tables] == ["first", "second"]
    assert any("hidden" in warning for warning in tables[1].warnings)


def test_header_below_a_title_is_found(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws["B2"] = "Sales of the year"
        for column, name in enumerate(["city", "amount", "day"], 2):
            ws.cell(4, column, name)
        for row in range(5, 9):
            ws.cell(row, 2, f"city {row}")
            ws.cell(row, 3, row * 1.5)
            ws.cell(row, 4, date(2020, 1, row))

    reading = read(sheet(fill), "book.xlsx")
    assert [c.name for c in reading.table.columns] == ["city", "amount", "day"]
    assert reading.table.rows == 4


def test_tables_side_by_side_are_tables_of_their_own(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row, (left, right) in enumerate(
            [(("city", "n"), ("name", "age")), (("Lyon", 1), ("Ann", 30)), (("Nice", 2), ("Bob", 40))], 1
        ):
            for column, value in enumerate([*left, None, *right], 1):
                ws.cell(row, column, value)

    reading = read(sheet(fill), "book.xlsx")
    assert [[c.name for c in t.columns] for t in reading.result.tables] == [["city", "n"], ["name", "age"]]
    assert reading.raw(1) == [["name", "age"], ["Ann", "30"], ["Bob", "40"]]


def test_error_cells_are_missing_and_said(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["city", "ratio"])
        ws.append(["Lyon", 1.5])
        ws.append(["Nice", "#DIV/0!"])
        ws["B3"].data_type = "e"
        ws.append(["Brest", 2.5])

    reading = read(sheet(fill), "book.xlsx")
    assert reading.cells()["ratio"] == [1.5, None, 2.5]
    assert reading.raw()[2] == ["Nice", "#DIV/0!"]
    assert any("#DIV/0!" in warning for warning in reading.table.warnings)


def test_cells_merged_over_rows_are_filled_and_said(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["region", "city", "n"])
        for row in (["north", "Lille", 1], [None, "Paris", 2], ["south", "Nice", 3], [None, "Nîmes", 4]):
            ws.append(row)
        ws.merge_cells("A2:A3")
        ws.merge_cells("A4:A5")

    reading = read(sheet(fill), "book.xlsx")
    assert reading.cells()["region"] == ["north", "north", "south", "south"]
    assert any("merged" in warning for warning in reading.table.warnings)


def test_empty_workbook_is_refused(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(sheet(lambda ws: None), "book.xlsx")
    assert refusal.value.code == "no_table"


def test_sheet_that_spans_billions_of_blank_cells_is_refused(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws["A1"] = 1
        ws["XFD1048576"] = 2

    with pytest.raises(FileRefused) as refusal:
        read(sheet(fill), "book.xlsx")
    assert refusal.value.code == "too_large"


def test_damaged_workbook_is_refused_by_name(read: Read) -> None:
    content = sheet(lambda ws: ws.append(["a", "b"]))
    with pytest.raises(FileRefused) as refusal:
        read(content[: len(content) // 2], "book.xlsx")
    assert refusal.value.code == "corrupt_file"


def container(stream: str, *, next_of_stream: int = 0xFFFFFFFE) -> bytes:
    """An OLE2 container with one stream: sector 0 the allocation table, 1 the directory, 2 the stream."""

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HB", len(encoded), kind)
            + bytes(49)
            + struct.pack("<IIxxxx", start, size)
        )

    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, next_of_stream, *[free] * 125)
    directory = (entry("Root Entry", 5, end, 0) + entry(stream, 2, 2, 8192)).ljust(512, b"\0")
    return header + table + directory + bytes(512)


def encrypted_ods() -> bytes:
    """As LibreOffice writes it: the manifest says what is encrypted, and how."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="9">'
        '<manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", bytes(range(9)))
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def encrypted_parts() -> bytes:
    """A workbook that somebody packed with a password: the flag of every part says so, in both places."""
    content = bytearray(sheet(lambda ws: ws.append(["a", "b"])))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            content[at + flags] |= 1
    return bytes(content)


def xls_with_password() -> bytes:
    """The record FILEPASS after the beginning of the workbook."""
    records = struct.pack("<HH", 0x0809, 16) + bytes(16) + struct.pack("<HH", 0x002F, 6) + bytes(6)
    return container("Workbook")[: 3 * 512] + records.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (container("EncryptedPackage"), "book.xlsx"),
        (container("EncryptedPackage"), "book.xlsb"),
        (xls_with_password(), "book.xls"),
        (encrypted_ods(), "book.ods"),
        (encrypted_parts(), "book.xlsx"),
    ],
    ids=["xlsx", "xlsb", "xls", "ods", "encrypted parts"],
)
def test_encrypted_workbook_is_refused_by_name(read: Read, content: bytes, filename: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(content, filename)
    assert refusal.value.code == "encrypted_file"


def test_workbook_whose_sectors_run_in_a_circle_is_refused_before_it_is_loaded(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(container("Workbook", next_of_stream=2), "book.xls")
    assert refusal.value.code == "corrupt_file"
    assert "circle" in refusal.value.detail


def test_word_document_is_refused_by_name(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(FileRefused) as refusal:
        read(out.getvalue(), "letter.xlsx")
    assert refusal.value.code == "unsupported_format"


def test_hidden_rows_and_columns_are_part_of_the_table_and_said(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (["city", "amount", "note"], ["Lyon", 1, "x"], ["Nice", 2, "y"], ["Brest", 3, "z"]):
            ws.append(row)
        ws.row_dimensions[3].hidden = True
        ws.column_dimensions["B"].hidden = True

    table = read(sheet(fill), "t.xlsx").table
    assert table.rows == 3
    assert "1 row(s) are hidden in the workbook (3); they are part of the table" in table.warnings
    assert "1 column(s) are hidden in the workbook (B); they are part of the table" in table.warnings


def test_formulas_without_a_stored_value_are_said_to_be_missing(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (["n", "double"], [1, "=A2*2"], [2, "=A3*2"], [3, 6]):
            ws.append(row)

    reading = read(sheet(fill), "t.xlsx")
    assert reading.cells()["double"] == [None, None, 6]
    assert any(warning.startswith("2 formula cell(s) have no value stored") for warning in reading.table.warnings)


def test_header_cell_merged_over_both_header_rows_names_its_column_once(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (
            ["region", "2023", None, "2024", None],
            [None, "sales", "cost", "sales", "cost"],
            *([f"R{n}", n, n, n, n] for n in range(4)),
        ):
            ws.append(row)
        for span in ("A1:A2", "B1:C1", "D1:E1"):
            ws.merge_cells(span)

    assert read(sheet(fill), "t.xlsx").raw()[0] == ["region", "2023 sales", "2023 cost", "2024 sales", "2024 cost"]


def test_tables_side_by_side_above_a_lower_one_are_three(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (
            ["city", "pop", None, None, "item", "price"],
            *([f"C{n}", n, None, None, f"I{n}", n / 2] for n in range(4)),
            [],
            [None, None, "month", "visits"],
            *([None, None, f"M{n}", n * 7] for n in range(3)),
        ):
            ws.append(row)

    reading = read(sheet(fill), "t.xlsx")
    names = [[column.name for column in table.columns] for table in reading.result.tables]
    assert names == [["city", "pop"], ["item", "price"], ["month", "visits"]]
    assert reading.raw(2)[1:] == [["M0", "0"], ["M1", "7"], ["M2", "14"]]
