"""1.2K views are a thousand two hundred; 3b Elm Street is a house. What nothing shows to be an amount is never multiplied."""

from __future__ import annotations

import pytest

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.infer import infer
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion
from tests.unit.dataproc.reading.readings import Read


def values_of(name: str, cells: list[str]) -> list[object] | None:
    """The numbers of the column, None where it is text."""
    plan = infer(ValueCounts(name, dict.fromkeys(cells, 1)))
    return [plan.parse(cell) for cell in cells] if plan.type.is_number else None


@pytest.mark.parametrize(("name", "cells"), [
    ("nr", ["1", "3", "3b", "5"]), ("hausnummer", ["12", "12k", "14", "16m", "18b"]), ("door", ["1B", "2B", "17B"]),
    ("x", ["1B", "2B", "17B"]), ("x", ["4T", "5T", "11T"]), ("x", ["1M", "2M", "3M"]), ("shirt", ["36", "3M", "4M", "40"]),
    ("seat", ["1K", "2K", "30K"]), ("bus", ["5", "12", "5B", "N7"]), ("locker", ["10K", "20M", "30B"]), ("x", ["10", "12k", "7", "9T"]),
    ("room", ["12E4", "7", "12", "9"]), ("x", ["12E4", "7", "12", "9"]), ("part", ["1E3", "2E4", "5E5"]), ("x", ["84E71", "12E30", "99E10"]),
    ("x", [str(n) for n in range(1, 40)] + ["3b", "7b"]), ("x", [str(n) for n in range(1, 60)] + ["12E4", "13E4"]),
])  # fmt: skip
def test_codes_are_no_magnitudes(name: str, cells: list[str]) -> None:
    assert values_of(name, cells) is None


@pytest.mark.parametrize(("name", "cells", "values"), [
    ("x", ["1.2K", "3.4M", "870", "12"], [1200, 3_400_000, 870, 12]),
    ("x", ["1,2K", "3,4M", "870"], [1200, 3_400_000, 870]),
    ("x", ["1.5K", "870", "12", "3", "4"], [1500, 870, 12, 3, 4]),
    ("followers", ["10K", "870", "2M"], [10_000, 870, 2_000_000]),
    ("Market Cap", ["5B", "20B", "7B"], [5e9, 20e9, 7e9]),
    ("x", ["10K", "5M", "200K", "1B"], [10_000, 5_000_000, 200_000, 1e9]),
    ("salary", ["45k", "60k", "80k"], [45_000, 60_000, 80_000]),
    ("x", ["$3M", "$4M", "$12.5M"], [3e6, 4e6, 12.5e6]),
    ("dose", ["1E3", "5E4", "2E6"], [1000, 50_000, 2_000_000]),
    ("dose", ["1E+05", "5E+04", "2E+06"], [100_000, 50_000, 2_000_000]),
    ("dose", ["1.5e3", "2e4", "300"], [1500, 20_000, 300]),
    ("file size", ["512B", "1024B", "77B"], [512, 1024, 77]),
    ("depth", ["12 m", "15 m", "3 m"], [12, 15, 3]),
])  # fmt: skip
def test_amounts_stay_numbers(name: str, cells: list[str], values: list[float]) -> None:
    assert values_of(name, cells) == values


def test_whole_numbers_in_scientific_notation_are_whole() -> None:
    assert infer(ValueCounts("dose", dict.fromkeys(["1E+05", "2E+06", "3E+05"], 1))).type is ColumnType.INTEGER


@pytest.mark.parametrize(("name", "cells"), [
    ("chapter", ["1.1", "1.2", "1.9", "1.10", "2.1"]), ("room", ["1.10", "1.9", "2.1"]), ("x", ["1.1", "1.2", "1.10", "2.1"]),
    ("chapter", ["1", "1.1", "1.2", "1.10", "2"]), ("interpreter", ["3.8", "3.9", "3.10", "3.11", "3.12"]),
    ("os", ["10.14", "10.15", "10.9"]), ("Android version", ["9", "10", "4.4"]), ("build", ["1.0", "1.5", "2.0", "2.10"]), ("room", ["1.01", "1.10", "2.20"]),
    ("x", ["10.14", "10.15", "10.9", "10.10"]), ("hash", ["1e10", "2e20", "3e30"]), ("commit", ["7e5", "1e2"]),
    ("hs", ["0101.10", "0101.21", "8471.30"]), ("shelf", ["005.13", "813.54", "641.50"]),
    ("x", [f"1.{n}" for n in range(1, 13)] * 2 + [f"2.{n}" for n in range(1, 11)] * 2),
])  # fmt: skip
def test_numbered_parts_keep_what_is_written(name: str, cells: list[str]) -> None:
    counts = {cell: cells.count(cell) for cell in cells}
    assert infer(ValueCounts(name, counts)).type.is_text


@pytest.mark.parametrize(("name", "cells"), [
    ("price", ["2.5", "2.50", "3.10", "4"]), ("x", ["1.10", "1.25", "2.40"]), ("x", ["1.5", "2.25", "3.125"]), ("x", ["0.1", "0.10", "0.1", "0.7"]),
    ("x", ["10.5", "10.50", "11", "12.75"]), ("x", ["3.8", "3.9", "3.95", "3.10"]), ("cost", ["3.8", "3.9", "3.10", "3.11", "3.12"]),
    ("rating", ["4.5", "4.50", "3.2"]), ("seat price", ["1.10", "2.20", "1.01"]), ("weight", ["10.9", "10.10", "10.14"]), ("size", ["1.50", "2.20", "1.10"]),
    ("os share", ["45.10", "38.5", "9.25"]), ("android revenue", ["1.5", "2.10"]), ("section", ["1.25", "2.75"]), ("api", ["31.1", "28.4"]),
    ("amount", ["0120.50", "0007.25"]), ("x", ["0.50", "0.75", "12.5"]), ("room temperature", ["21.5", "20.25", "19.75"]),
])  # fmt: skip
def test_ordinary_decimals_are_numbers(name: str, cells: list[str]) -> None:
    counts = {cell: cells.count(cell) for cell in cells}
    assert infer(ValueCounts(name, counts)).type is ColumnType.DECIMAL


@pytest.mark.parametrize(("cells", "kind"), [
    (["10.14", "10.15", "10.9", "10.10"], ColumnType.IDENTIFIER), (["1.5", "1.10", "1.9"], ColumnType.DECIMAL), (["0.9", "0.10", "0.15"], ColumnType.DECIMAL),
])  # fmt: skip
def test_what_may_be_parts_or_numbers_is_left_open(cells: list[str], kind: ColumnType) -> None:
    plan = infer(ValueCounts("x", dict.fromkeys(cells, 3)))
    assert plan.type is kind
    assert plan.open_choice == OpenChoice(OpenQuestion.PART_NUMBERS, ("identifier", "decimal"), kind)


@pytest.mark.parametrize(
    "cells", [["10.5", "10.50", "12.75"], ["1.10", "2.20", "1.01"], ["2.5", "3.1"], ["1", "2", "10"]]
)
def test_ordinary_numbers_leave_nothing_open(cells: list[str]) -> None:
    assert infer(ValueCounts("x", dict.fromkeys(cells, 3))).open_choice is None


def test_a_string_of_json_is_no_power_of_ten(read: Read) -> None:
    rows = read('[{"a": "1e5", "b": 1e5}, {"a": "2e3", "b": 2e3}]', "t.json").cells()
    assert rows == {"a": ["1e5", "2e3"], "b": [100_000.0, 2_000.0]}


def test_json_and_text_of_the_same_cells_are_read_alike(read: Read) -> None:
    cells = ["1", "2", "3b", "4"]
    text = read("no,v\n" + "".join(f"{cell},{n}\n" for n, cell in enumerate(cells)))
    json = read("[" + ",".join(f'{{"no": "{cell}", "v": {n}}}' for n, cell in enumerate(cells)) + "]", "t.json")
    assert text.cells()["no"] == json.cells()["no"] == cells
