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
