"""Texts that keep to RFC 4180 are read by it, whatever their cells hold; quotes that break its rules are read as a person would."""

from __future__ import annotations

import csv
import io

import pytest

from tests.unit.dataproc.reading.readings import Read


def written(rows: list[list[object]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def letters(rows: int, breaks: int, characters: int = 0) -> list[list[object]]:
    lines = [f'* line {n}; he said "so", twice' if n % 5 else "" for n in range(breaks + 1)]
    body = "\n".join(lines) + "x" * characters
    return [["no", "letter", "town", "fee"], *([n, f"{n}{body}", f"Town {n}, north", n * 1.5] for n in range(rows))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("breaks", "characters"), [(30, 0), (1, 4500), (30, 30_000), (450, 0)])
def test_cells_of_many_lines_and_letters_are_cells(read: Read, delimiter: str, breaks: int, characters: int) -> None:
    rows = letters(20, breaks, characters)
    reading = read(written(rows, delimiter))
    assert (reading.table.rows, len(reading.table.columns)) == (20, 4)
    assert [row[1] for row in reading.raw()] == [row[1] for row in rows]
    assert reading.table.warnings == ()


@pytest.mark.parametrize(("above", "below"), [("Letters of May\r\n\r\n", ""), ("", "Source: the post office\r\n")])
def test_cells_of_many_lines_are_cells_under_a_title_and_over_a_note(read: Read, above: str, below: str) -> None:
    reading = read(above + written(letters(20, 30)) + below)
    assert (reading.table.rows, len(reading.table.columns)) == (20, 4)


def test_unescaped_quotes_in_most_cells_stay_and_the_outer_ones_go(read: Read) -> None:
    reading = read('id,part,size\n1,"pipe "LONG"",X\n2,"rod",Y\n3,"a "b" c",Z\n4,"5" pipe",W\n')
    assert reading.cells()["part"] == ['pipe "LONG"', "rod", 'a "b" c', '5" pipe']
    assert "quotes inside a quoted cell: 3" in reading.table.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        'part,size\n3" pipe,3\n4" pipe,4\n5" rod,5\n6" rod,6\n',
        'part,size\n"3" pipe,3\n"4" pipe,4\n"5" rod,5\n"6" rod,6\n',
    ],
)
def test_quotes_that_close_no_cell_are_characters(read: Read, text: str) -> None:
    assert read(text).raw() == [line.split(",") for line in text.splitlines()]


def test_comma_inside_quotes_of_a_text_with_semicolons_divides_nothing(read: Read) -> None:
    reading = read('a;"b, c"\n1;"2, 3"\n4;"5, 6"\n')
    assert reading.raw() == [["a", "b, c"], ["1", "2, 3"], ["4", "5, 6"]]
