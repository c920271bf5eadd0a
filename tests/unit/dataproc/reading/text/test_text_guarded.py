"""Files of which every cell stands in ="…", which keeps a spreadsheet from reading them."""

from __future__ import annotations

import pytest

from services.dataproc.reading.text.lines.guards import guarded_by, without_guards
from tests.unit.dataproc.reading.readings import Read


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_every_cell_guarded_is_a_table_of_the_cells(read: Read, sign: str) -> None:
    rows = [["id", "zip", 'a "b"'], ["1", "01234", f"x{sign}y"], ["2", "04567", "z"]]
    text = "".join(sign.join('="' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    reading = read(text)
    assert list(reading.cells().values()) == [[1, 2], ["01234", "04567"], [f"x{sign}y", "z"]]
    assert [column.source_name for column in reading.table.columns] == rows[0]


def test_guarded_cells_below_plain_names_are_read_as_before(read: Read) -> None:
    assert read('id,zip\n="1",="01234"\n="2",="04567"\n').cells() == {"id": [1, 2], "zip": ["01234", "04567"]}


@pytest.mark.parametrize(
    "lines",
    [
        ["id,zip\n", "1,2\n"],
        ['="a"\n', '="b"\n'],
        ['="a",="b"\n'],
        ['="a",="b"\n', '="c",d\n'],
        ['"a","=b"\n', '"c","=d"\n'],
    ],
)
def test_other_lines_are_not_guarded(lines: list[str]) -> None:
    assert guarded_by(lines) is None


def test_an_equals_sign_inside_a_cell_stays() -> None:
    assert without_guards('="a=""b""",="c"\n') == '"a=""b""","c"\n'
