"""Lines of a label and its value above a table are notes, also where delimiters fill them up to the table's width."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.unit.dataproc.reading.readings import Read

TABLE = "id,name,v\n" + "".join(f"{number},item {number},{number * 3}\n" for number in range(1, 21))
LINES = {
    "a title and a blank row": "Report,,\nCreated,2024-01-05,\nBy,me,\n,,\n",
    "a blank row": "Region,North,\n,,\n",
    "a value among words": "Created,2024-01-05,\nBy,me,\n",
    "colons": "Station:,Bonn,\nStatus:,final,\n",
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
def test_labelled_lines_are_no_rows_and_no_header(read: Read, lines: str) -> None:
    table = read(lines + TABLE).table
    assert ([column.source_name for column in table.columns], table.rows) == (["id", "name", "v"], 20)


@pytest.mark.parametrize("rows", [2, 20])
def test_labelled_lines_of_a_sheet_are_its_notes(read: Read, rows: int) -> None:
    book = openpyxl.Workbook()
    for row in [["Report"], ["Created", "2024-01-05"], ["By", "me"], [], ["id", "name", "v"]]:
        book.active.append(row)
    for number in range(1, rows + 1):
        book.active.append([number, f"item {number}", number * 3])
    held = io.BytesIO()
    book.save(held)
    table = read(held.getvalue(), "report.xlsx").table
    assert ([column.source_name for column in table.columns], table.rows) == (["id", "name", "v"], rows)


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("name,score,note\nAnn,5,\nBob,6,\nCy,,late\nDee,8,\n", ["name", "score", "note"], 4),
        ("name,team,\nAnn,red,\nBob,blue,\nCy,red,late\n", ["name", "team", ""], 3),
        ("Sales,Costs,\nx,y,z\n1,2,3\n4,5,6\n", ["Sales x", "Costs y", "Costs z"], 2),
    ],
)
def test_rows_with_an_empty_end_stay_rows(read: Read, text: str, names: list[str], rows: int) -> None:
    table = read(text).table
    assert ([column.source_name for column in table.columns], table.rows) == (names, rows)


def test_narrow_table_above_a_wider_one_stays_a_table(read: Read) -> None:
    tables = read("region,amount,\nN,5,\nS,6,\nW,7,\n,,\nid,name,v\n1,a,5\n2,b,6\n3,c,7\n").result.tables
    assert [table.rows for table in tables] == [3, 3]
