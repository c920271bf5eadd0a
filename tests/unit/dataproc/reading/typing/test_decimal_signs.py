"""Is 59.913 a number of degrees or nearly sixty thousand? A column in which it is clear decides for its neighbours; nothing else does."""

from __future__ import annotations

import pytest

from services.dataproc.reading import Column
from services.dataproc.tables.overrides import ColumnChange, keep_convention
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion
from tests.unit.dataproc.reading.readings import Read, Reading


def column_of(read: Read, name: str, cells: list[str], delimiter: str = ";") -> Reading:
    rows = "".join(f"k{n}{delimiter}{cell}\n" for n, cell in enumerate(cells))
    return read(f"key{delimiter}{name}\n{rows}", "t.tsv" if delimiter == "\t" else "t.csv")


@pytest.mark.parametrize(("name", "cells", "values"), [
    ("depth", ["12.125", "4.250", "77.875"], [12.125, 4.25, 77.875]),
    ("abweichung", ["-2.117", "3.408", "-1.900"], [-2.117, 3.408, -1.9]),
    ("residents", ["4.500", "12.700", "38.150"], [4500, 12700, 38150]),
    ("stock", ["4.512", "870", "12.007", "95"], [4512, 870, 12007, 95]),
    ("budget", ["4.500", "12.700", "38.100"], [4500, 12700, 38100]),
    ("mass", ["4.512", "8701", "2.007"], [4.512, 8701, 2.007]),
])  # fmt: skip
def test_semicolons_alone_decide_nothing(read: Read, name: str, cells: list[str], values: list[float]) -> None:
    reading = column_of(read, name, cells)
    choice = reading.column(name).open_choice
    assert choice is not None
    assert choice.question is OpenQuestion.POINT_MEANING
    assert reading.cells()[name] == values


@pytest.mark.parametrize(("name", "values"), [("height", [1.875, 2.5]), ("population", [1875, 2500])])
def test_comma_among_semicolons_is_a_guess_too(read: Read, name: str, values: list[float]) -> None:
    reading = column_of(read, name, ["1,875", "2,500"])
    choice = reading.column(name).open_choice
    assert choice is not None
    assert choice.question is OpenQuestion.COMMA_MEANING
    assert reading.cells()[name] == values


@pytest.mark.parametrize(("clear", "values"), [
    ("0,75", [4512, 8701]), ("1.204,5", [4512, 8701]), ("1.204.500", [4512, 8701]),
    ("0.75", [4.512, 8.701]), ("12.5", [4.512, 8.701]), ("1,204.5", [4.512, 8.701]),
])  # fmt: skip
def test_neighbour_in_which_it_is_clear_decides(read: Read, clear: str, values: list[float]) -> None:
    reading = read(f"a;b\n4.512;{clear}\n8.701;{clear}\n")
    assert reading.column("a").open_choice is None
    assert reading.cells()["a"] == values


def test_neighbours_that_contradict_each_other_decide_nothing(read: Read) -> None:
    assert read("a;b;c\n4.512;0,75;0.75\n8.701;1,25;1.25\n").column("a").open_choice is not None


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_no_latitude_is_sixty_thousand_degrees(read: Read, delimiter: str) -> None:
    rows = [("48.210", "0,5"), ("47.803", "1,5")]
    text = f"Lat{delimiter}w\n" + "".join(f"{lat}{delimiter}{weight}\n" for lat, weight in rows)
    reading = read(text, "t.csv" if delimiter == ";" else "t.tsv")
    assert reading.column("Lat").open_choice is None
    assert reading.cells() == {"Lat": [48.21, 47.803], "w": [0.5, 1.5]}


@pytest.mark.parametrize(("name", "cells"), [
    ("weight_kg", ["1.125", "1.500", "1.875", "2.250"]), ("level_m", ["12.345", "11.870", "12.001"]), ("usdjpy", ["148.112", "148.249"]),
    ("price", ["1.789", "1.799", "1.812"]), ("offset", ["-2.117", "3.408"]),
])  # fmt: skip
def test_point_among_cells_divided_by_commas_is_a_decimal_sign(read: Read, name: str, cells: list[str]) -> None:
    reading = column_of(read, name, cells, ",")
    assert reading.column(name).open_choice is None
    assert "comma divides the cells" in reading.column(name).evidence
    assert reading.cells()[name] == list(map(float, cells))
    assert column_of(read, name, cells, ";").column(name).open_choice is not None


@pytest.mark.parametrize(("name", "cells"), [
    ("population", ["4.512", "12.007"]), ("stock", ["4.512", "870", "12.007", "95"]), ("revenue", ["4.500", "12.700", "38.100"]),
    ("x", ['"4.512"', '"12.007"']),
])  # fmt: skip
def test_points_that_spreadsheets_write_for_thousands_are_still_asked_for(
    read: Read, name: str, cells: list[str]
) -> None:
    choice = column_of(read, name, cells, ",").column(name).open_choice
    assert choice is not None
    assert choice.question is OpenQuestion.POINT_MEANING


def test_quoted_decimal_commas_of_a_neighbour_outweigh_the_divider(read: Read) -> None:
    assert read('a,b\n4.512,"0,75"\n8.701,"1,25"\n').cells()["a"] == [4512, 8701]


@pytest.mark.parametrize(("cells", "values"), [
    (['"1,200"', "350", "90"], [1200, 350, 90]), (['"$1,234"', "$350", "$90"], [1234, 350, 90]),
])  # fmt: skip
def test_commas_that_group_are_decided(read: Read, cells: list[str], values: list[int]) -> None:
    reading = column_of(read, "x", cells, ",")
    assert reading.column("x").open_choice is None
    assert reading.cells()["x"] == values


@pytest.mark.parametrize(("name", "delimiter", "cells"), [
    ("x", ",", ['"1,875"', '"2,500"']), ("x", ",", ['"1,234"', '"2,500"', '"12,345"']), ("x", ",", ['"1,875"', "3", "1200"]), ("x", ",", ['"1,875"', "3"]), ("x", ";", ["1,875", "12,500", "3", "7"]),
    ("latitude", ",", ['"59,913"', '"5,392"']), ("x", "\t", ["1,875", "12,500", "3", "7"]), ("x", ";", ["$1,234", "$350", "$90"]),
])  # fmt: skip
def test_commas_that_may_be_decimal_signs_are_still_asked_for(
    read: Read, name: str, delimiter: str, cells: list[str]
) -> None:
    choice = column_of(read, name, cells, delimiter).column(name).open_choice
    assert choice is not None
    assert choice.question is OpenQuestion.COMMA_MEANING


@pytest.mark.parametrize("cells", [["12.5", "3.25"], ["12,5", "3,25"], ["1.234,50", "12,00"], ["120", "7"]])
def test_ordinary_numbers_leave_nothing_open(read: Read, cells: list[str]) -> None:
    column = column_of(read, "x", cells).column("x")
    assert (column.open_choice, column.type.is_number) == (None, True)


def test_another_type_of_number_keeps_the_decimal_sign_that_a_neighbour_told() -> None:
    column = Column("a", "a", ColumnType.INTEGER, False, None, "", "1.234,5")
    assert keep_convention(ColumnChange(type=ColumnType.DECIMAL), column).format == "1.234,5"
    assert keep_convention(ColumnChange(type=ColumnType.DECIMAL, format="1,234.5"), column).format == "1,234.5"
    assert keep_convention(ColumnChange(type=ColumnType.TEXT), column).format is None
