"""Delimiters, quotes and escapes are found from the content."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.unit.dataproc.reading.readings import Read

ROWS = [
    ["name", "city", "amount"],
    ["Ann", "Lyon, FR", "12.5"],
    ["Bob", "Nice", "7.25"],
    ["Cid", 'the "old" port', "3"],
]


def written(rows: list[list[str]], **dialect: Any) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", **dialect).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(read: Read, delimiter: str) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text

    text = "\n".join(delimiter.join(map(cell, row)) for row in ROWS)
    assert read(text).raw() == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end", "end twice"])
def test_line_ends_and_final_newlines_do_not_matter(read: Read, end: str, last: str) -> None:
    text = end.join(["a,b", "1,x", "2,y"]) + {"": "", "end": end, "end twice": end * 2}[last]
    assert read(text).raw() == [["a", "b"], ["1", "x"], ["2", "y"]]


def test_blank_after_each_delimiter_is_not_part_of_the_cells(read: Read) -> None:
    assert read('id, name, note\n1, Ann, "a, b"\n2, Bob, "c"\n').raw()[1] == ["1", "Ann", "a, b"]


def test_single_quotes_are_quotes_when_they_enclose_delimiters(read: Read) -> None:
    text = "id,name,day\n1,'Lyon, FR',2020-01-01\n2,'Nice, FR',2020-01-02\n3,'Brest, FR',2020-01-03\n"
    assert read(text).raw()[1] == ["1", "Lyon, FR", "2020-01-01"]


def test_apostrophes_inside_words_are_not_quotes(read: Read) -> None:
    assert read("id,name\n1,O'Neil\n2,D'Arcy\n3,Ann\n").raw()[1:3] == [["1", "O'Neil"], ["2", "D'Arcy"]]


def test_backslash_escapes_a_quote(read: Read) -> None:
    text = 'id,note\n1,"a \\"b\\", c"\n2,"d"\n3,"e, f"\n'
    assert read(text).raw()[1] == ["1", 'a "b", c']


def test_backslashes_that_escape_nothing_stay(read: Read) -> None:
    assert read('id,path\n1,"C:\\temp, x"\n2,"D:\\data"\n').raw()[1] == ["1", "C:\\temp, x"]


def test_quoted_cell_runs_over_hundreds_of_lines(read: Read) -> None:
    note = "\n".join(f"line {n}, still the same cell" for n in range(400))
    rows = read(f'id,note\n1,"{note}"\n2,short\n').raw()
    assert rows == [["id", "note"], ["1", note], ["2", "short"]]


def test_tab_text_with_literal_quotes_is_not_quoted(read: Read) -> None:
    lines = [f'{n}\t"{n}" is a title\t{n * 2}' for n in range(30)]
    assert read("id\ttitle\tpages\n" + "\n".join(lines)).raw()[1] == ["0", '"0" is a title', "0"]


def test_sep_line_of_a_spreadsheet_program_sets_the_delimiter(read: Read) -> None:
    assert read("sep=;\na;b\n1;2,5\n3;4,5\n").raw() == [["a", "b"], ["1", "2,5"], ["3", "4,5"]]


def test_names_of_two_words_stay_one_column(read: Read) -> None:
    table = read("name\nAnn Smith\nBob Jones\nCid Brown\nDee White\n").table
    assert [c.name for c in table.columns] == ["name"]


def test_decimal_commas_do_not_divide_cells(read: Read) -> None:
    reading = read("city;amount\nLyon;1,5\nNice;2,25\nBrest;3,75\n")
    assert reading.cells()["amount"] == [1.5, 2.25, 3.75]


def test_quoted_cell_over_hundreds_of_lines_that_look_like_rows(read: Read) -> None:
    note = "\n".join(f"line {number}, with a comma" for number in range(900))
    rows = [["id", "note", "n"], *[[str(n), note if n == 12 else f"short {n}", str(n)] for n in range(30)]]
    assert read(written(rows)).raw() == rows


def test_every_cell_quoted_and_quotes_escaped_by_backslash(read: Read) -> None:
    rows = [["id", "name", "n"], *[[str(n), f'say "hi", number {n}', str(n)] for n in range(20)]]
    assert read(written(rows, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL)).raw() == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_unquoted_cells_whose_delimiters_are_escaped_by_backslash(read: Read, delimiter: str) -> None:
    rows = [["id", "name", "n"], *[[str(n), f'last{delimiter} first "{n}"', str(n)] for n in range(20)]]
    assert (
        read(written(rows, delimiter=delimiter, doublequote=False, escapechar="\\", quoting=csv.QUOTE_NONE)).raw()
        == rows
    )


def test_backslash_that_ends_a_cell_is_an_ordinary_character(read: Read) -> None:
    rows = [["id", "folder", "n"], *[[str(n), f"C:\\data\\{n}\\", str(n)] for n in range(20)]]
    assert read(written(rows)).raw() == rows


@pytest.mark.parametrize("cell", ["{} janvier 2015 00:17", "{} January 2015 10:00", "Tue Mar {} 10:00:00 2020"])
def test_blanks_and_colons_of_moments_do_not_divide_cells(read: Read, cell: str) -> None:
    reading = read("id,moment\n" + "".join(f"{n},{cell.format(n)}\n" for n in range(10, 29)))
    assert [(c.name, c.type) for c in reading.table.columns] == [("id", "integer"), ("moment", "datetime")]


def test_quoted_cell_over_tens_of_thousands_of_lines(read: Read) -> None:
    rows = [
        ["id", "note", "n"],
        *[[str(n), "line, of text\n" * 20_000 if n == 12 else "short", str(n)] for n in range(20)],
    ]
    assert read(written(rows)).raw() == rows


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_backslashes_inside_json_of_quoted_cells_are_its_own(read: Read, delimiter: str) -> None:
    rows = [
        ["id", "payload"],
        *[[str(n), json.dumps({"a": n, "said": 'the "big" one', "b": ["x", "y"]})] for n in range(9)],
    ]
    assert read(written(rows, delimiter=delimiter)).raw() == rows


def test_backslashes_inside_json_of_unquoted_cells_are_its_own(read: Read) -> None:
    rows = [["id", "payload"], *[[str(n), json.dumps({"a": n, "said": 'the "big" one'})] for n in range(9)]]
    assert read("".join("\t".join(row) + "\n" for row in rows)).raw() == rows


def test_delimiter_is_found_where_most_lines_are_inside_quoted_cells(read: Read) -> None:
    rows = [
        ["id", "name", "payload"],
        *[[str(n), "Ann", json.dumps({"a": n, "b": ["x", "y"]}, indent=1)] for n in range(9)],
    ]
    assert read(written(rows, delimiter="|")).raw() == rows


def test_backslash_escapes_itself_beside_delimiters_outside_quotes(read: Read) -> None:
    rows = [["id", "path", "n"], *[[str(n), ["C:\\dir\\", "a, b", "plain"][n % 3], str(n)] for n in range(12)]]
    lines = [",".join(cell.replace("\\", "\\\\").replace(",", "\\,") for cell in row) for row in rows]
    assert read("\n".join(lines)).raw() == rows


def test_decimal_commas_below_a_single_name_are_one_column(read: Read) -> None:
    reading = read("amount\n1,5\n-2,25\n1.003,5\n")
    assert reading.raw() == [["amount"], ["1,5"], ["-2,25"], ["1.003,5"]]
    assert reading.column("amount").type == "decimal"


def test_running_text_is_one_column_of_lines(read: Read) -> None:
    lines = [
        "He came late, and left.",
        "She stayed.",
        "Then rain, wind, and again rain, all night.",
        "Nothing else happened.",
        "Or so, it seemed.",
    ] * 3
    assert [row[0] for row in read("\n".join(lines), "upload.txt").raw()] == lines


def test_lines_of_a_log_stay_whole(read: Read) -> None:
    lines = [
        f"2024-01-01 12:{n:02}:05.123 INFO [main] {['started', 'asked: x=1; y=2', 'ended, at last'][n % 3]}"
        for n in range(20)
    ]
    assert [row[-1] for row in read("\n".join(lines), "app.log").raw()][1:] == lines
