"""Workbooks as other programs and damage leave them: the right tables, or a refusal whose name is true."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from services.dataproc.reading import FileRefused
from tests.unit.dataproc.reading.readings import Read
from tests.unit.dataproc.reading.workbook.test_excel import sheet, workbook

SHEET = "xl/worksheets/sheet1.xml"
CITIES = [["city", "n"], ["Lyon", 1], ["Nice", 2], ["Brest", 3]]
Change = Callable[[str], str]


def cities(ws: Worksheet) -> None:
    for row in CITIES:
        ws.append(row)


def written(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        fill(book)
    return sink.getvalue()


def two_columns(book: xlsxwriter.Workbook) -> None:
    ws = book.add_worksheet("Data")
    for number, row in enumerate(CITIES):
        ws.write_row(number, 0, row)


def edited(
    content: bytes,
    changes: Mapping[str, Change] | None = None,
    renamed: Mapping[str, str] | None = None,
    dropped: str = "",
    coding: str = "utf-8",
) -> bytes:
    """The workbook with some parts changed, renamed, left out or written in another encoding."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for part in book.namelist():
            if part != dropped:
                text = book.read(part)
                if change := (changes or {}).get(part):
                    text = change(text.decode()).encode(coding)
                out.writestr((renamed or {}).get(part, part), text)
    return sink.getvalue()


def without_dimension(text: str) -> str:
    return re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref=""/>', text)


ELSEWHERE = {"xl/workbook.xml": "book/wb.xml", "xl/_rels/workbook.xml.rels": "book/_rels/wb.xml.rels", SHEET: "book/worksheets/sheet1.xml",
             "xl/sharedStrings.xml": "book/sharedStrings.xml", "xl/styles.xml": "book/styles.xml", "xl/theme/theme1.xml": "book/theme/theme1.xml"}  # fmt: skip


@pytest.mark.parametrize("content", [
    edited(written(two_columns), {SHEET: without_dimension}),
    edited(written(two_columns), {"xl/_rels/workbook.xml.rels": lambda text: text.replace('Target="worksheets', 'Target="./worksheets').replace('Target="shared', 'Target="../xl/shared')}),
    edited(written(two_columns), dropped="_rels/.rels"),
    edited(written(two_columns), {"_rels/.rels": lambda text: text.replace("xl/workbook.xml", "book/wb.xml")}, ELSEWHERE),
    edited(written(two_columns), {part: lambda text: text.replace("UTF-8", "UTF-16") for part in (SHEET, "xl/sharedStrings.xml")}, coding="utf-16"),
], ids=["empty dimension", "relative targets", "no package relationships", "workbook elsewhere", "utf-16"])  # fmt: skip
def test_parts_in_unusual_places_and_forms_are_found(read: Read, content: bytes) -> None:
    reading = read(content, "book.xlsx")
    assert reading.cells() == {"city": ["Lyon", "Nice", "Brest"], "n": [1, 2, 3]}
    assert reading.raw()[1] == ["Lyon", "1"]


def with_errors(ws: Worksheet) -> None:
    ws.append(["name", "v", "w"])
    for name in ("#SPILL!", "#CALC!", "#GETTING_DATA", "#DIV/0!"):
        ws.append([name.strip("#!"), "#NULL!", "word"])
        ws.cell(ws.max_row, 2).data_type = "e"
    ws.append(["five", 5, "#REF!"])
    ws["C6"].data_type = "e"


def newer_errors(text: str) -> str:
    names = iter(["#SPILL!", "#CALC!", "#GETTING_DATA", "#DIV/0!"])
    return re.sub("#NULL!", lambda _: next(names), text)


@pytest.mark.parametrize("form", ["as written", "single quotes", "no references"])
def test_error_values_of_any_name_are_missing_in_columns_of_any_type(read: Read, form: str) -> None:
    def change(text: str) -> str:
        text = newer_errors(text)
        if form == "single quotes":
            return re.sub(r"""(\w)="([^"']*)\"""", r"\1='\2'", text)
        return re.sub(r' r="\w+"', "", text) if form == "no references" else text

    reading = read(edited(sheet(with_errors), {SHEET: change}), "book.xlsx")
    assert reading.column("v").type == "integer"
    assert reading.cells()["v"] == [None] * 4 + [5]
    assert reading.cells()["w"] == ["word"] * 4 + [None]
    assert [row[1] for row in reading.raw()[1:5]] == ["#SPILL!", "#CALC!", "#GETTING_DATA", "#DIV/0!"]
    assert "5 cell(s) hold an Excel error such as #DIV/0!; they are read as missing" in reading.table.warnings


def test_sheet_whose_name_has_an_apostrophe_is_told_all_about(read: Read) -> None:
    def fill(book: Workbook) -> None:
        ws = book.active
        ws.title = "Bob's"
        cities(ws)
        ws.row_dimensions[3].hidden = True

    assert any("hidden in the workbook (3)" in warning for warning in read(workbook(fill), "book.xlsx").table.warnings)


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_formulas_without_a_value_and_hidden_rows_are_told_under_any_prefix(read: Read, prefix: str) -> None:
    def fill(ws: Worksheet) -> None:
        cities(ws)
        ws["B3"] = "=1+1"
        ws.row_dimensions[3].hidden = True

    def prefixed(text: str) -> str:
        return re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", text).replace(
            "xmlns=", f"xmlns:{prefix[:1]}=" if prefix else "xmlns="
        )

    warnings = read(edited(sheet(fill), {SHEET: prefixed}), "book.xlsx").table.warnings
    assert any(warning.startswith("1 formula cell(s) have no value") for warning in warnings)
    assert any("hidden in the workbook (3)" in warning for warning in warnings)


def test_comments_are_said_and_no_part_of_the_table(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        cities(ws)
        ws["B2"].comment = Comment("provisional,\nsee the note", "Ann")

    reading = read(sheet(fill), "book.xlsx")
    assert reading.table.rows == 3
    assert "1 cell(s) have comments, which are not part of the table (B2: 'provisional, see the note')" in reading.table.warnings  # fmt: skip


STRICT = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")


@pytest.mark.parametrize("change", [
    {SHEET: lambda text: text.replace(*STRICT)},
    {"xl/styles.xml": lambda text: text.replace('patternType="none"', 'patternType="strange"')},
], ids=["strict", "strange styles"])  # fmt: skip
def test_workbook_that_openpyxl_cannot_read_is_read_and_what_was_not_looked_at_is_said(
    read: Read, change: Mapping[str, Change]
) -> None:
    reading = read(edited(written(two_columns), change), "book.xlsx")
    assert reading.cells() == {"city": ["Lyon", "Nice", "Brest"], "n": [1, 2, 3]}
    assert any("were not looked at: the workbook is not written as" in warning for warning in reading.table.warnings)


def test_cells_merged_over_billions_take_no_memory(read: Read) -> None:
    def change(text: str) -> str:
        return text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="E5:XFD1048576"/></mergeCells>')  # fmt: skip

    assert read(edited(written(two_columns), {SHEET: change}), "book.xlsx").table.rows == 3


def test_part_that_is_not_there_is_named(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(edited(written(two_columns), dropped=SHEET), "book.xlsx")
    assert (
        refusal.value.detail
        == "The file looks like a workbook but cannot be read: sheet 'Data': its cells are not in the file."
    )


def bomb(part: str, opening: bytes, unit: bytes) -> bytes:
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written(two_columns))) as book,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in book.namelist():
            if name != part:
                out.writestr(name, book.read(name))
        with out.open(part, "w") as target:
            target.write(opening)
            for _ in range(40):
                target.write(unit * ((1 << 20) // len(unit)))
    return sink.getvalue()


@pytest.mark.parametrize(
    ("part", "unit"),
    [
        (SHEET, b'<row r="1"><c r="A1"><v>1</v></c></row>'),
        ("xl/sharedStrings.xml", b"a" * 64),
        ("xl/styles.xml", b'<xf numFmtId="14"/>'),
    ],
)
def test_part_that_unpacks_to_hundreds_of_times_its_size_is_refused_before_it_is_read(
    read: Read, part: str, unit: bytes
) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(bomb(part, b"<x>", unit), "book.xlsx")
    assert refusal.value.code == "too_large"
    assert part in refusal.value.detail


def test_tables_below_one_another_with_titles_are_tables_of_their_own(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        ws.append(["Cities of France"])
        cities(ws)
        ws.append([])
        ws.append(["Products we sell"])
        for row in (["product", "price", "stock"], ["a", 1.5, 3], ["b", 2.5, 4], ["c", 3.5, 5]):
            ws.append(row)

    tables = read(sheet(fill), "book.xlsx").result.tables
    assert [[c.name for c in t.columns] for t in tables] == [["city", "n"], ["product", "price", "stock"]]
    assert [t.rows for t in tables] == [3, 3]


def test_subtitles_within_one_table_do_not_divide_it(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (
            ["city", "n", "x"],
            ["Lyon", 1, 1.5],
            ["Nice", 2, 2.5],
            ["Brest", 3, 3.5],
            [],
            ["North"],
            ["Lille", 4, 4.5],
            ["Metz", 5, 5.5],
        ):
            ws.append(row)

    assert [t.rows for t in read(sheet(fill), "book.xlsx").result.tables] == [6]


def test_labels_merged_over_columns_of_words_are_a_second_header_row(read: Read) -> None:
    def fill(ws: Worksheet) -> None:
        for row in (
            ["Person", None, "Contact", None],
            ["First", "Last", "Mail", "Town"],
            ["Ann", "Lee", "a@x.org", "Lyon"],
            ["Bob", "Ray", "b@x.org", "Nice"],
        ):
            ws.append(row)
        ws.merge_cells("A1:B1")
        ws.merge_cells("C1:D1")

    reading = read(sheet(fill), "book.xlsx")
    assert reading.raw()[0] == ["Person First", "Person Last", "Contact Mail", "Contact Town"]
    assert "merged" in reading.table.reading["evidence"]


@pytest.mark.parametrize(("text", "kind"), [
    ('<meta charset="utf-8"><table><tr><td>a;b</td></tr></table>', "a web page (HTML)"),
    ("<!-- made by x --><html><table></table></html>", "a web page (HTML)"),
    ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "a web page (HTML)"),
    ('MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n', "a web archive (MHTML)"),
    ('ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K"a"\nE\n', "a SYLK file"),
    ('TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\nTUPLES\n0,2\n""\nDATA\n', "a DIF file"),
    ('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "an Excel 2003 workbook in XML"),
    ("\x09\x04\x06\x00\x00\x00\x10\x00", "an Excel workbook of version 4 or older"),
])  # fmt: skip
def test_other_formats_that_are_named_xls_are_refused_by_their_own_name(read: Read, text: str, kind: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text, "export.xls")
    assert refusal.value.code == "unsupported_format"
    assert kind in refusal.value.detail


def test_cells_repeated_billions_of_times_are_too_many_and_not_damage(read: Read) -> None:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    sheet = f'<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table>'
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        book.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body></office:document-content>",
        )
    with pytest.raises(FileRefused) as refusal:
        read(sink.getvalue(), "book.ods")
    assert refusal.value.code == "too_large"
