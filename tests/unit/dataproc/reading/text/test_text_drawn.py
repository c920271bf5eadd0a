"""Tables drawn for the eye, as documents and database programs show them."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read

ROWS = [["id", "name", "amount"], ["1", "Ann", "12.5"], ["2", "", "7.25"], ["3", "Cid", ""]]
MARKDOWN = "# Sales\n\nSome words.\n\n| id | name | amount |\n|----|:----:|-------:|\n| 1 | Ann | 12.5 |\n| 2 |  | 7.25 |\n| 3 | Cid |  |\n"
PSQL = " id | name | amount \n----+------+--------\n  1 | Ann  |   12.5\n  2 |      |   7.25\n  3 | Cid  |\n(3 rows)\n"
MYSQL = """+----+------+--------+
| id | name | amount |
+----+------+--------+
|  1 | Ann  |   12.5 |
|  2 |      |   7.25 |
|  3 | Cid  |        |
+----+------+--------+
3 rows in set (0.00 sec)
"""
SQLCMD = "id,name,amount\n---,---,---\n1,Ann,12.5\n2,,7.25\n3,Cid,\n"


@pytest.mark.parametrize("text", [MARKDOWN, PSQL, MYSQL, SQLCMD])
def test_lines_of_dashes_and_the_frame_are_no_cells(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.raw() == ROWS
    assert any("line of dashes left out" in warning for warning in reading.table.warnings)


def test_dashes_of_a_single_column_stay(read: Read) -> None:
    assert read("name\nAnn\n---\nBob\n").raw() == [["name"], ["Ann"], ["---"], ["Bob"]]


ALIGNED = [["id", "city", "date", "amount"], ["1", "New York", "2024-01-02", "12.50"], ["2", "Nice", "", "7.25"], ["3", "", "2024-03-04", "-1100.00"],
           ["14", "Bad Homburg", "2024-03-05", "3.00"], ["15", "Lyon", "2024-03-06", ""]]  # fmt: skip
WIDTHS = (6, 15, 14, 12)


@pytest.mark.parametrize("right", [True, False])
def test_columns_below_one_another_are_cut_at_their_blanks(read: Read, right: bool) -> None:
    lines = [
        "".join(cell.rjust(width) if right else cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=True))
        for row in ALIGNED
    ]
    assert read("\n".join(lines), "upload.txt").raw() == ALIGNED


def test_single_words_below_one_another_stay_in_their_columns_when_some_are_missing(read: Read) -> None:
    rows = [["id", "code", "qty"], *[[str(n), "" if n % 3 else f"A{n}", str(n * 7)] for n in range(1, 20)]]
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, (6, 8, 5), strict=True)) for row in rows]
    assert read("\n".join(lines), "upload.txt").raw() == rows


def test_value_that_reaches_into_the_blanks_between_columns_is_not_cut(read: Read) -> None:
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=True)) for row in ALIGNED * 80]
    rows = read("\n".join([*lines, f"{'99':6}Bad Homburg vor der Höhe  2024-03-06    1.00"]), "upload.txt").raw()
    assert rows[-1] == ["99", "Bad Homburg vor der Höhe", "2024-03-06", "1.00"]
    long = read("\n".join([*lines, f"{'99':6}Bad Homburg vor der Höhe {'1.00':>16}", *lines[1:3]]), "upload.txt")
    assert long.raw()[-3][0] == f"99    Bad Homburg vor der Höhe {'1.00':>16}".rstrip()
    assert any("too few cells: 1 ×" in warning for warning in long.table.warnings)
