"""Preambles, headers, notes and further tables are told apart from the data."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read


def test_lines_above_the_header_are_left_out(read: Read) -> None:
    reading = read("Report of the year\nmade by Ann\n\ncity,amount\nLyon,1\nNice,2\n")
    assert reading.raw() == [["city", "amount"], ["Lyon", "1"], ["Nice", "2"]]
    assert reading.table.reading["preamble_rows"] == 2


def test_preamble_padded_with_delimiters_is_left_out(read: Read) -> None:
    text = "Ministry of Data,,,\nTravel of ministers,,,\nName,Day,City,Cost\nAnn,2020-01-02,Lyon,10\nBob,2020-01-03,Nice,20\n"
    assert read(text).raw()[0] == ["Name", "Day", "City", "Cost"]


def test_file_without_header_gets_generated_names(read: Read) -> None:
    reading = read("1,2.5,x\n2,3.5,y\n3,4.5,x\n")
    assert [c.name for c in reading.table.columns] == ["column_1", "column_2", "column_3"]
    assert reading.table.rows == 3


def test_group_labels_over_the_header_are_carried_to_the_right(read: Read) -> None:
    text = "control,,fire,\nX,Y,X,Y\n4.4,0.1,4.8,2.0\n4.6,-1.0,5.1,3.0\n4.8,-0.1,5.6,0.8\n"
    assert read(text).raw()[0] == ["control X", "control Y", "fire X", "fire Y"]


def test_header_repeated_over_several_rows_is_one_header(read: Read) -> None:
    reading = read("city,amount\ncity,amount\nLyon,1\nNice,2\n")
    assert reading.table.rows == 2


def test_years_as_column_names_are_a_header(read: Read) -> None:
    names = [c.name for c in read("country,2018,2019,2020,2021\nFR,1,2,3,4\nDE,5,6,7,8\n").table.columns]
    assert names == ["country", "2018", "2019", "2020", "2021"]


def test_header_only_is_a_table_without_rows(read: Read) -> None:
    table = read("city,amount,note\n").table
    assert (table.rows, len(table.columns)) == (0, 3)


def test_one_row_below_the_header_is_data(read: Read) -> None:
    assert read("city,amount\nLyon,1\n").raw() == [["city", "amount"], ["Lyon", "1"]]


def test_blank_lines_inside_and_after_the_data_are_no_rows(read: Read) -> None:
    assert read("a,b\n1,x\n\n2,y\n\n\n").table.rows == 2


def test_notes_below_the_table_are_left_out_and_said(read: Read) -> None:
    table = read("city,year,amount\nLyon,2020,1\nNice,2020,2\n\nSource: Ministry of Data\n").table
    assert table.rows == 2
    assert any("notes below" in warning for warning in table.warnings)


def test_total_rows_stay_in_the_table(read: Read) -> None:
    assert read("city,year,amount\nLyon,2020,1\nNice,2020,2\nTotal,,3\n").table.rows == 3


def test_two_tables_in_one_file_are_two_tables(read: Read) -> None:
    text = "city,amount\nLyon,1\nNice,2\nBrest,3\n\nname,age,height\nAnn,31,1.7\nBob,42,1.8\nCid,53,1.9\n"
    reading = read(text)
    assert [(t.rows, len(t.columns)) for t in reading.result.tables] == [(3, 2), (3, 3)]
    assert reading.raw(1)[0] == ["name", "age", "height"]


def test_repeated_and_empty_names_become_unique(read: Read) -> None:
    names = [c.name for c in read("a,a,,  b   c \n1,2,3,x\n4,5,6,y\n").table.columns]
    assert names == ["a", "a (2)", "column_3", "b c"]


def test_years_over_names_are_a_header_of_two_rows(read: Read) -> None:
    rows = read(b"region,2023,,2024,\n,sales,cost,sales,cost\nNorth,1,2,3,4\nSouth,5,6,7,8\nEast,1,1,1,1\n").raw()
    assert rows[:2] == [["region", "2023 sales", "2023 cost", "2024 sales", "2024 cost"], ["North", "1", "2", "3", "4"]]


def test_title_with_as_many_words_as_the_table_has_columns_stays_above_it(read: Read) -> None:
    reading = read(
        b"Report of sales\nCreated: 2024-01-01\n\nid;city;amount\n1;Paris;1.234,56\n2;Lyon;2,50\n3;Nice;3,00\n"
    )
    assert reading.raw()[:2] == [["id", "city", "amount"], ["1", "Paris", "1.234,56"]]
    assert reading.column("amount").type == "decimal"


def test_comments_are_left_out_and_counted_though_one_has_the_tables_width(read: Read) -> None:
    reading = read(b"# a comment, with, commas\n# another\nid,city,amount\n1,Paris,1.5\n# between\n2,Lyon,2.5\n")
    assert reading.raw() == [["id", "city", "amount"], ["1", "Paris", "1.5"], ["2", "Lyon", "2.5"]]
    assert reading.table.warnings == ("comment line left out: 3 × (line 1, 2, 5)",)


def test_words_that_begin_with_the_sign_of_comments_stay(read: Read) -> None:
    assert read(b"tag,uses,likes\n#cats,1,2\n#dogs,3,4\n#birds,5,6\n").raw()[1] == ["#cats", "1", "2"]


def test_numbers_of_a_row_that_is_too_long_do_not_become_another_number(read: Read) -> None:
    reading = read(b"a,b,c\n" + b"1,2,3\n" * 30 + b"6,7,8,9\n" + b"1,1,1\n" * 30)
    assert reading.raw()[31] == ["6", "7", "8, 9"]
    assert (reading.column("c").type, reading.cells()["c"][30]) == ("integer", None)
    assert "too many cells, joined in the last column: 1 × (line 32)" in reading.table.warnings
    assert any("'8, 9' (rows 31)" in warning for warning in reading.table.warnings)


def test_header_divided_by_blanks_over_values_divided_by_commas(read: Read) -> None:
    rows = read(
        b"day city amount price units\n" + b"".join(b"2024-01-%02d,Lyon,1,2.5,%d\n" % (n, n) for n in range(1, 20))
    ).raw()
    assert rows[0] == ["day", "city", "amount", "price", "units"]


def test_header_that_is_written_twice_has_its_labels_twice(read: Read) -> None:
    assert read(b"a,b\na,b\n1,2\n3,4\n5,6\n").raw()[0] == ["a a", "b b"]


@pytest.mark.parametrize("odd", ["absent", "call us", "1:59.13", "316148410X"])
@pytest.mark.parametrize("rows", [2, 30])
def test_odd_cell_in_the_first_row_makes_it_no_header(read: Read, odd: str, rows: int) -> None:
    reading = read(f"name,score\nAnn Lee,{odd}\n" + "".join(f"Bob {n} Ray,{n}\n" for n in range(2, rows + 1)))
    assert [c.name for c in reading.table.columns] == ["name", "score"]
    assert reading.table.rows == rows
    assert reading.raw()[1] == ["Ann Lee", odd]


def test_units_below_the_names_are_header_rows(read: Read) -> None:
    reading = read("town,mass,length\nname,kg,cm\nLyon,1.5,2\nNice,2.5,3\nMetz,3.5,4\n")
    assert [c.name for c in reading.table.columns] == ["town name", "mass kg", "length cm"]


FORM = ["Account:;DE12 3456", "From:;01.01.2024", "Balance:;1.234,56 EUR"]
BOOKED = "Day;Name;Text;Amount\n02.01.2024;Ann;rent;-1.200,00\n03.01.2024;Bob;chairs;99,50\n05.01.2024;Cid;lamp;12,00\n"


@pytest.mark.parametrize("padding", ["", ";;"])
def test_form_above_the_table_of_a_bank_and_the_balance_below_are_not_part_of_it(read: Read, padding: str) -> None:
    above = "".join(f"{line}{padding}\n" for line in FORM)
    reading = read(f"{above}\n{BOOKED}\nBalance on 31.01.2024:;1.234,56\n")
    assert [row[0] for row in reading.raw()] == ["Day", "02.01.2024", "03.01.2024", "05.01.2024"]
    assert (reading.table.reading["preamble_rows"], reading.table.reading["footer_rows"]) == (3, 1)


def test_small_table_above_a_wider_one_is_no_form(read: Read) -> None:
    reading = read("city,amount\nLyon,1\nNice,2\nBrest,3\n\nname,age,height\nAnn,31,1.7\nBob,42,1.8\nCid,53,1.9\n")
    assert [t.rows for t in reading.result.tables] == [3, 3]


def test_tables_below_titles_are_tables_of_their_own(read: Read) -> None:
    part = "city,day,amount\nLyon,2024-01-02,1\nNice,2024-01-03,2\nBrest,2024-01-04,3\n"
    reading = read(f"North\n{part}\nSouth\n{part}\nname,code\nAnn,x\nBob,y\nCid,z\n")
    assert [t.rows for t in reading.result.tables] == [3, 3, 3]
    assert reading.raw(1)[:2] == [["city", "day", "amount"], ["Lyon", "2024-01-02", "1"]]
    assert reading.raw(2)[0] == ["name", "code"]


@pytest.mark.parametrize("notes", ["Source: Ministry, 2024\n", "\nNotes\n1) Data are provisional.\n2) Rounded.\n", "\nMade on 2024-05-01 12:00\nPage 1 of 1\n",
                                   "---\n(c) 2024, Office\n"])  # fmt: skip
def test_notes_in_the_words_of_the_tables_delimiter_are_no_rows(read: Read, notes: str) -> None:
    table = "city,day,qty,amount\nLyon,2024-01-02,1,1.5\nNice,2024-01-03,2,2.5\nBrest,2024-01-04,3,3.5\n"
    reading = read(table + notes)
    assert reading.table.rows == 3
    assert any("notes below" in warning for warning in reading.table.warnings)


def test_header_that_comes_back_between_values_is_no_row(read: Read) -> None:
    part = "city,day,amount\nLyon,2024-01-02,1\nNice,2024-01-03,2\nBrest,2024-01-04,3\n"
    reading = read(part * 3)
    assert (reading.table.rows, reading.column("amount").type) == (9, "integer")
    assert reading.table.warnings == ("header repeated among the rows, left out: 2 × (line 5, 9)",)


def test_row_of_words_that_is_like_the_header_stays(read: Read) -> None:
    assert ["name", "city"] in read("name,city\nAnn,Lyon\nname,city\nBob,Nice\n").raw()[1:]


@pytest.mark.parametrize("sign", ["#", "%", "//", "--", "!"])
def test_comments_of_every_sign_are_left_out(read: Read, sign: str) -> None:
    text = f"{sign} made by a tool\n{sign} station: Lyon, 173 m\nid,city,amount\n1,Paris,1.5\n{sign} sensor replaced\n2,Lyon,2.5\n"
    reading = read(text)
    assert reading.raw()[1:] == [["1", "Paris", "1.5"], ["2", "Lyon", "2.5"]]
    assert reading.table.warnings == ("comment line left out: 3 × (line 1, 2, 5)",)


def test_dates_over_numbers_are_a_header(read: Read) -> None:
    assert read("station,01.01.2024,02.01.2024\nA,1,2\nB,3,4\nC,5,6\n").table.rows == 3


def test_numbers_that_count_the_columns_are_a_header(read: Read) -> None:
    assert read(",0,1,2,3\nA,11,2,7,x\nB,3,14,8,y\nC,5,16,9,z\n").table.rows == 3


def test_end_of_file_sign_is_no_row(read: Read) -> None:
    assert read("id,city\n1,Lyon\n2,Nice\n\x1a").table.rows == 2


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("milan,italy,euro\nlima,peru,sol\noslo,norway,krone\n", True),
        ("city,country,coin\nMilan,Italy,Euro\nLima,Peru,Sol\n", False),
        ("city,note\nmilan,in the north\nlima,at the sea\n", False),
        ("city,people\nmilan,5\nlima,6\n", False),
    ],
)
def test_first_row_of_words_like_those_below_is_said_to_be_doubtful(read: Read, text: str, doubtful: bool) -> None:
    reading = read(text)
    assert any("nothing tells whether the first row" in warning for warning in reading.table.warnings) is doubtful
    assert read(text, overrides={"header_rows": 0}).table.warnings == ()


@pytest.mark.parametrize("text", ["c,pop\na,1200*\nb,700\nc,450**\n", "city,rate\ncity,12.5 p\nland,1.1\n", "c,pop\nc,5 (b)\na,7\nd,9 (b)\n"])  # fmt: skip
def test_header_whose_word_comes_back_stays_over_numbers_with_marks(read: Read, text: str) -> None:
    reading = read(text)
    assert [c.name for c in reading.table.columns] == text.split("\n")[0].split(",")
    assert reading.table.columns[1].type.is_number


@pytest.mark.parametrize("text", ["Ann,12 a\nBob,13\nCid,14 b\n", "red,1*\nblue,2\nred,3*\n"])
def test_first_row_with_a_marked_number_is_no_header(read: Read, text: str) -> None:
    assert read(text).table.rows == 3


def test_first_of_codes_of_one_shape_is_no_header(read: Read) -> None:
    assert read("00001ANN0012\n00002BOB0300\n00003CID0044\n").table.rows == 3
