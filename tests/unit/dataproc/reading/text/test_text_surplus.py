"""Rows with more cells than the header has names: a trailing delimiter, an unquoted one inside a cell, names of rows; always said."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read, Reading


def said(reading: Reading) -> str:
    return "; ".join(reading.table.warnings)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("rows", [3, 250])
def test_delimiter_at_the_end_of_every_row_shifts_nothing(read: Read, sign: str, rows: int) -> None:
    lines = ["sku,aisle,pieces", *(f"lamp {n},{n % 7},{n + 100}," for n in range(rows))]
    reading = read("\n".join(lines).replace(",", sign) + "\n")
    cells = reading.cells()
    assert (cells["sku"][2], cells["aisle"][2], cells["pieces"][2]) == ("lamp 2", 2, 102)
    assert "behind the delimiter that ends the rows" in said(reading)


def test_delimiter_at_the_end_of_every_row_shifts_nothing_in_a_large_file(read: Read) -> None:
    lines = ["sku,aisle,pieces", *(f"a lamp of the kind number {n},{n % 7},{n + 100}," for n in range(150_000))]
    reading = read("\n".join(lines) + "\n")
    assert reading.column("pieces").type.is_number
    assert reading.cells()["pieces"][-1] == 150_099
    assert "behind the delimiter that ends the rows" in said(reading)


@pytest.mark.parametrize(
    ("text", "column", "wanted", "others"),
    [
        ("no,street,rent\n1,Torget 5, Oslo,900\n2,Havna 6, Moss,800\n", "street", "Torget 5, Oslo", {"no": 1, "rent": 900}),
        ("no,street,rent\n1,Torget 5,Oslo,900\n2,Havna 6,Moss,800\n", "street", "Torget 5,Oslo", {"no": 1, "rent": 900}),
        ("shop;sold;when\nA;5;Mon; 4 March\nB;6;Tue; 5 March\n", "when", "Mon; 4 March", {"shop": "A", "sold": 5}),
        ("who,what\nAda,tea, milk, sugar\nEve,rum, lime, ice\n", "what", "tea, milk, sugar", {"who": "Ada"}),
    ],
)  # fmt: skip
def test_text_that_an_unquoted_delimiter_divides_in_every_row_is_joined_and_said(
    read: Read, text: str, column: str, wanted: str, others: dict[str, object]
) -> None:
    reading = read(text)
    first = {name: cells[0] for name, cells in reading.cells().items()}
    assert first == {column: wanted} | others
    assert f"column {column!r}, joined again" in said(reading)


@pytest.mark.parametrize(
    ("rows", "revenue", "units"),
    [
        (["x,1,234,5", "y,2,500,6", "z,13,900,7"], [1234, 2500, 13900], [5, 6, 7]),
        (["x,1,234,567,5", "y,12,045,6", "z,999,7"], [1234567, 12045, 999], [5, 6, 7]),
        (["x,1,234.50,5", "y,12,000.00,6", "z,999.25,7"], [1234.5, 12000, 999.25], [5, 6, 7]),
    ],
)
def test_unquoted_thousands_are_one_number(read: Read, rows: list[str], revenue: list[float], units: list[int]) -> None:
    reading = read("\n".join(["item,revenue,units", *rows]) + "\n")
    assert reading.cells() == {"item": ["x", "y", "z"], "revenue": revenue, "units": units}
    assert "column 'revenue', joined again" in said(reading)


def test_numbers_that_happen_to_have_three_digits_are_not_thousands_for_long(read: Read) -> None:
    lines = ["weight,power,year", *(f"car {n},{n % 9 + 1},{n + 101},{1950 + n}" for n in range(60))]
    assert read("\n".join(lines) + "\n").cells()["power"][0] == 101


def test_names_are_left_out_where_several_cells_can_be_divided(read: Read) -> None:
    reading = read("name,city,rent\nAda,Oslo,Norway,900\nEve,Rome,Italy,800\nIda,Bern,Swiss,700\n")
    assert [column.name for column in reading.table.columns] == ["column_1", "column_2", "column_3", "rent"]
    assert "columns 1 to 3 have no names" in said(reading)


@pytest.mark.parametrize(
    "text",
    [
        '"mpg","cyl","disp"\n"Mazda",21,6,160\n"Datsun",22.8,4,108\n"Hornet",21.4,6,258\n',
        "mpg\tcyl\tdisp\nMazda\t21\t6\t160\nDatsun\t22.8\t4\t108\nHornet\t21.4\t6\t258\n",
        '"mpg" "cyl" "disp"\n"1" 21.0 6 160\n"2" 22.8 4 108\n"3" 18.7 8 258\n',
    ],
)
def test_names_of_rows_as_r_writes_them_are_kept_and_said(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.cells()["disp"] == [160, 108, 258]
    assert "names of rows" in said(reading)


@pytest.mark.parametrize(
    "text",
    [
        "day,a,b\n2024-01-01,1,234\n2024-01-02,2,345\n2024-01-03,3,100\n",
        "id, name, v\n1, ada, 5\n2, eve, 6\n3, ida, 7\n",
        "name,city,v\nada,Oslo,5\neve,Rome,6\nida,Bern,7\n",
        "name;note;v;\nada;x;5;\neve;;6;\n",
    ],
)
def test_rows_as_wide_as_the_header_stay_as_they_are_and_nothing_is_said(read: Read, text: str) -> None:
    reading = read(text)
    divided = ", " if ", " in text else "," if "," in text else ";"
    assert reading.raw() == [line.split(divided) for line in text.splitlines()]
    assert reading.table.warnings == ()


@pytest.mark.parametrize(
    ("late", "wanted"),
    [("951,Foo, Inc", "Foo, Inc"), ("951,Foo,Bar,Inc", "Foo,Bar,Inc"), ("951,pear", "pear")],
)
@pytest.mark.parametrize("before", [40, 199, 200, 250, 900])
def test_the_first_wider_row_may_come_late(read: Read, before: int, late: str, wanted: str) -> None:
    rows = [f"{n},shop {n}" for n in range(before)]
    assert read("\n".join(["id,name", *rows, late, "952,last"]) + "\n").cells()["name"][-2:] == [wanted, "last"]


@pytest.mark.parametrize("late", ["9,8,7,6,more", "9,8,7,1.234,50", "9,8,7,1,50"])
def test_a_late_row_of_numbers_with_a_cell_too_many_is_said(read: Read, late: str) -> None:
    rows = [f"{n},{n % 7},{n % 5},{n % 3}" for n in range(250)]
    reading = read("\n".join(["a,b,c,d", *rows, late]) + "\n")
    assert reading.table.rows == 251
    assert "line 252" in said(reading)


def text_of(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("header", "rows", "last"),
    [
        ("mpg,cyl,disp", ["Mazda RX4,21,6,160", "Fiat 128,32,4,147", "Datsun 710,23,4,108"], [160, 147, 108]),
        ("mpg,cyl,disp", [f"car {n},{n % 9 + 15},{n % 3 * 2 + 4},{n * 7 + 120}" for n in range(32)], [n * 7 + 120 for n in range(32)]),
        ("height,weight", ["Ann,170,650", "Bob,180,720"], [650, 720]),
        ("x,y", ["r1,100,200", "r2,110,220", "r3,120,240"], [200, 220, 240]),
        ("a,b,c", ["1,5,6,700", "2,6,7,800", "3,7,8,900"], [700, 800, 900]),
    ],
)  # fmt: skip
def test_names_of_rows_are_not_joined_to_thousands_where_no_group_begins_with_zero(
    read: Read, header: str, rows: list[str], last: list[int]
) -> None:
    reading = read(text_of(header, rows))
    assert reading.cells()[header.split(",")[-1]] == last
    assert "names of rows" in said(reading)


@pytest.mark.parametrize(
    ("header", "rows", "numbers"),
    [
        ("town,people", ["Oslo,709,137", "Moss,49,273"], [709137, 49273]),
        ("plant,seeds", ["fir,1,045", "oak,2,310"], [1045, 2310]),
        ("plant,seeds", ["fir,1,345", "oak,310"], [1345, 310]),
        ("plant,seeds", ["fir,1,345,210", "oak,2,310,123"], [1345210, 2310123]),
        ("week,visits", ["1,2,340", "2,2,410", "3,1,980"], [2340, 2410, 1980]),
        ("day,visits", ["2024-01-01,1,234", "2024-01-02,1,310"], [1234, 1310]),
    ],
)
def test_thousands_are_joined_where_a_zero_a_shorter_row_or_the_first_name_tells(
    read: Read, header: str, rows: list[str], numbers: list[int]
) -> None:
    reading = read(text_of(header, rows))
    assert reading.cells()[header.split(",")[-1]] == numbers
    assert "joined again" in said(reading)


def test_names_are_left_out_where_prices_may_be_divided_under_a_name_of_things(read: Read) -> None:
    reading = read("sku,price,stock\nA1,1,50,3\nA2,2,75,4\n")
    assert [column.name for column in reading.table.columns] == ["sku", "column_2", "column_3", "column_4"]
    assert "have no names" in said(reading)


def test_a_remark_behind_the_last_delimiter_of_few_rows_is_a_column_of_its_own(read: Read) -> None:
    rows = ["1,Ann,Oslo,", "2,Bob,Moss,", "3,Cid,Rome,", "4,Dee,Pau,moved"]
    reading = read(text_of("id,name,city", rows))
    assert reading.cells()["city"] == ["Oslo", "Moss", "Rome", "Pau"]
    assert reading.cells()["column_4"] == [None, None, None, "moved"]
    assert "the last have none" in said(reading)


def test_a_column_that_is_seldom_empty_ends_no_rows(read: Read) -> None:
    rows = ["1,Torget 5,Oslo,900", "2,Havna 6,Moss,", "3,Gata 7,Skien,700"]
    assert read(text_of("no,street,rent", rows)).cells()["street"] == ["Torget 5,Oslo", "Havna 6,Moss", "Gata 7,Skien"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("ends", [2, 3, 6])
@pytest.mark.parametrize(
    ("header", "rows"),
    [("a,b,c", ["1,2,3", "4,5,6"]), ("name,age,city", ["Ann,33,Oslo", "Bob,44,Moss"]), ("name,city", ["Ann,Oslo", "Bob,Moss"]),
     ("a,b,c", ["1,2,", "3,4,"])],
)  # fmt: skip
def test_several_delimiters_at_the_end_of_every_row_leave_the_header(
    read: Read, sign: str, ends: int, header: str, rows: list[str]
) -> None:
    text = text_of(header, [row + ends * "," for row in rows]).replace(",", sign)
    reading = read(text)
    assert [column.name for column in reading.table.columns][: len(header.split(","))] == header.split(",")
    assert reading.table.rows == 2
    assert "behind the delimiter that ends the rows" in said(reading)


@pytest.mark.parametrize("text", ["Sales,2024\nname,city,sold,,\nAnn,Oslo,5,,\nBob,Moss,6,,\n", "The sales,of all,shops\nname,city,sold,,\nAnn,Oslo,5,,\nBob,Moss,6,,\n"])  # fmt: skip
def test_a_title_above_a_header_that_ends_as_its_rows_do_is_no_header(read: Read, text: str) -> None:
    assert [column.name for column in read(text).table.columns][:3] == ["name", "city", "sold"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("2022,2023\nOslo,120,340\nMoss,130,350\n", {"2022": [120, 130], "2023": [340, 350]}),
        ("2022,2023\nOslo,12,34\nMoss,13,35\nRome,14,36\n", {"2022": [12, 13, 14], "2023": [34, 35, 36]}),
        ("2010;2020\nwheat;1.5;2.5\nrye;0.5;1.75\n", {"2010": [1.5, 0.5], "2020": [2.5, 1.75]}),
    ],
)
def test_two_years_name_the_columns_beside_names_of_rows(read: Read, text: str, cells: dict[str, list[float]]) -> None:
    reading = read(text)
    assert {name: reading.cells()[name] for name in cells} == cells
    assert "names of rows" in said(reading)


@pytest.mark.parametrize("text", ["2022,2023\n2019,5\n2020,6\n", "2022,2023,x\nOslo,12,y\nMoss,13,z\n"])
def test_years_among_values_name_nothing(read: Read, text: str) -> None:
    assert read(text).table.rows == 3


@pytest.mark.parametrize(
    "text",
    [
        "city,remark,score\nOslo,good, but cold,4\nPau,ok, fine, maybe,3\n",
        "id,remark,score\n1,good,but cold,4\n2,ok,fine,maybe,3\n3,nice,5\n",
        "day;remark;score\n2024-01-01;good;but cold;4\n2024-01-02;ok;fine;maybe;3\n",
    ],
)
def test_one_text_between_others_takes_what_rows_have_more(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.cells()["score"][:2] == [4, 3]
    assert [cell.count(",") + cell.count(";") for cell in reading.cells()["remark"]][:2] == [1, 2]
    assert "column 'remark', joined again" in said(reading)


@pytest.mark.parametrize(
    "text",
    [
        "city,remark,score\nOslo,good,but cold,4\nPau,ok,fine,maybe,3\n",
        "id,name,city\n1,Ann,Oslo\n2,Bob,Moss,late\n3,Cid,Rome\n",
        "id,name\n1,Ann\n2,Bob,late\n3,Cid,late,again\n",
        "id,name,score\n1,Ann,5\n2,Bob,6,late\n3,Cid,7\n",
    ],
)
def test_nothing_is_joined_where_two_columns_or_a_remark_behind_can_take_what_rows_have_more(
    read: Read, text: str
) -> None:
    assert "joined again" not in said(read(text))
