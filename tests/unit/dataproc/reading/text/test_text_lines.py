"""What a line is and where it is cut where delimiters do not tell: records between control characters, blanks in brackets, columns of a fixed width that touch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.dataproc.reading.readings import Read, Reading

ROWS = [["id", "note", "n"], ["1", "ann, the first", "5"], ["2", 'bob "b"', "6"], ["3", "cid", "7"]]


def said(reading: Reading) -> str:
    return "; ".join(reading.table.warnings)


@pytest.mark.parametrize("ended", ["\x1e", "\x1e\n", "\x1e\r\n", "\n"])
@pytest.mark.parametrize("times", [1, 300])
def test_records_and_units_of_ascii(read: Read, ended: str, times: int) -> None:
    rows = [ROWS[0], *ROWS[1:] * times]
    assert read("".join("\x1f".join(row) + ended for row in rows)).raw() == rows


def test_line_ends_inside_of_records_are_part_of_a_cell(read: Read) -> None:
    rows = [ROWS[0], ["1", "two\nlines", "5"], ["2", "b", "6"]]
    assert read("".join("\x1f".join(row) + "\x1e" for row in rows)).raw() == rows


def test_records_of_a_large_file(read: Read) -> None:
    long = "a note on the one that is\nlonger than the others." * 10
    reading = read("id\x1fnote\x1fn\x1e" + "".join(f"{n}\x1f{long}\x1f{n % 9}\x1e" for n in range(10_000)))
    assert (reading.table.rows, reading.cells()["id"][-1], reading.cells()["note"][-1]) == (10_000, 9_999, long)


def test_record_separator_between_cells_stays_a_delimiter(read: Read) -> None:
    assert read("".join("\x1e".join(row) + "\n" for row in ROWS)).raw() == ROWS


@pytest.mark.parametrize("rows", [2, 500])
def test_time_in_brackets_is_one_cell(read: Read, rows: int) -> None:
    line = '10.0.0.{} - frank [10/Oct/2000:13:55:{:02d} +0000] "GET /a?b=[1 2] HTTP/1.0" 200 {}\n'
    reading = read("".join(line.format(n % 9, n % 60, 2000 + n) for n in range(rows)), "access.log")
    first = reading.raw()[1]
    assert (first[3], first[4]) == ("[10/Oct/2000:13:55:00 +0000]", "GET /a?b=[1 2] HTTP/1.0")
    assert reading.cells()[reading.table.columns[3].name][1] == datetime(2000, 10, 10, 13, 55, 1, tzinfo=UTC)


def test_brackets_here_and_there_divide_as_before(read: Read) -> None:
    text = "name n k\n" + "".join(f"a{n} {n} [x\n" for n in range(5)) + "b [1 2]\n"
    assert read(text).raw()[1] == ["a0", "0", "[x"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("name   city     n\nAnn    Lyon    12\nBob    Nice     3\n", ["Bob", "Nice", "3"]),
        ("code  amount\nA1      12.5\nB2       7.0\n", ["B2", "7.0"]),
        ("ID   NAME      AMT\n00001ANN SMITH 0012\n00002BOB JONES 0300\n00003CID MOSS  0044\n", ["00003", "CID MOSS", "0044"]),
        ("DAY     CITY  AMT  \n20240101LYON  00012\n20240102NICE  00300\n20240104BREST 00051\n", ["20240104", "BREST", "00051"]),
    ],
)  # fmt: skip
def test_columns_of_fixed_width_with_few_rows_or_touching(read: Read, text: str, last: list[str]) -> None:
    assert read(text, "f.txt").raw()[-1] == last


def test_columns_that_touch_and_cannot_be_parted_are_one_and_said(read: Read) -> None:
    text = "ID   NAME      CITYNAME  AMT\n00001ANNASSMITHLONDONTOWN0012\n00002BOBBYJONESPARISVILLE0300\n"
    reading = read(text, "f.txt")
    assert reading.raw() == [[line] for line in text.splitlines()]
    assert "nothing tells where they part" in said(reading)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("x y n\na1 b2 13\na2 b4 15\na4 b5 17\na5 b6 18\n", ["a1", "b2", "13"]),
        ("id name n\n1 ann 5\n2 bob 6\n3 cid 7\n4 dan 8\n", ["1", "ann", "5"]),
    ],
)
def test_lines_that_only_look_so_are_divided_as_before(read: Read, text: str, row: list[str]) -> None:
    reading = read(text, "f.txt")
    assert reading.raw()[1] == row
    assert said(reading) == ""
