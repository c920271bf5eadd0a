"""Numbers in several units stay numbers, and are said to be; flags, footnotes, sides of an account and guards leave the number."""

from __future__ import annotations

import pytest

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from shared.open_choices import OpenQuestion
from tests.unit.dataproc.reading.readings import Read


def plan_of(cells: list[str], name: str = "x") -> ColumnPlan:
    return infer(ValueCounts(name, {cell: cells.count(cell) for cell in cells}))


def values_of(plan: ColumnPlan, cells: list[str]) -> list[object]:
    return [None if plan.is_null(cell) else plan.parse(cell) for cell in cells]


@pytest.mark.parametrize(("cells", "unit", "options", "values"), [
    (["€2,220.56", "1349.84", "12.10", "7.00"], None, ("EUR", ""), [2220.56, 1349.84, 12.1, 7]),
    (["$5.00", "$6.50", "7.25"], "USD", ("USD", ""), [5, 6.5, 7.25]),
    (["€5.00", "$6.50", "€7.25"], None, ("EUR", "USD", ""), [5, 6.5, 7.25]),
    (["2 kg", "500 g", "3 kg"], None, ("kg", "g", ""), [2, 500, 3]),
    (["32.8 km", "900 m", "1.5 km", "4"], None, ("km", "m", ""), [32.8, 900, 1.5, 4]),
    (["12 kg", "15", "13 kg"], "kg", ("kg", ""), [12, 15, 13]),
])  # fmt: skip
def test_units_that_are_mixed_or_missing_are_left_open(
    cells: list[str], unit: str | None, options: tuple[str, ...], values: list[float]
) -> None:
    plan = plan_of(cells)
    assert plan.open_choice is not None
    assert (plan.open_choice.question, plan.open_choice.options) == (OpenQuestion.UNIT, options)
    assert (plan.unit, values_of(plan, cells)) == (unit, values)
    assert "on 1 cells" in plan.evidence or "on 2 cells" in plan.evidence


@pytest.mark.parametrize("cells", [
    ["12 m", "15", "3 m"], ["12a", "13b", "5c"], ["3 l", "4", "5"], ["12 x", "13 y", "14"],
])  # fmt: skip
def test_letters_that_could_be_anything_are_no_units(cells: list[str]) -> None:
    assert plan_of(cells).type.is_text


@pytest.mark.parametrize(
    "cells", [["12.5 kg", "13 kg", "0"], ["€5", "€6", "0"], ["12.5 %", "3 %"], ["5 520", "12 870"], ["+ 3", "- 4", "5"]]
)
def test_ordinary_units_leave_nothing_open(cells: list[str]) -> None:
    plan = plan_of(cells)
    assert (plan.type.is_number, plan.open_choice) == (True, None)


def test_mixed_units_of_a_long_file_are_read_in_batches_and_one_by_one_alike(read: Read) -> None:
    cells = ["€12.50", "7.25", "$3.00"] * 500
    reading = read("k,price\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    assert reading.cells()["price"] == [12.5, 7.25, 3] * 500
    assert reading.table.warnings == ()


@pytest.mark.parametrize(("cells", "values", "said"), [
    (["12.3", "45.1 e", ": c", "20.0"], [12.3, 45.1, None, 20], "'e' 1×"),
    (["11.8 b", "9.9", ":", "4.0 p", "3.1 bp"], [11.8, 9.9, None, 4, 3.1], "'bp' 1×"),
    (["120 p", "130 p", "140", "150"], [120, 130, 140, 150], "'p' 2×"),
    (["1,234*", "2,345[1]", "3,456†", "4,567"], [1234, 2345, 3456, 4567], "'[1]' 1×"),
    (["12 (b)", "13", "14(e)"], [12, 13, 14], "'(b)' 1×"),
    (["12.5¹", "13.5²", "14.5"], [12.5, 13.5, 14.5], "'¹' 1×"),
])  # fmt: skip
def test_marks_leave_the_number_and_are_counted(cells: list[str], values: list[float | None], said: str) -> None:
    plan = plan_of(cells)
    assert values_of(plan, cells) == values
    assert said in plan.evidence


@pytest.mark.parametrize(
    "cells", [["12a", "13", "14"], ["12 a", "13", "15"], ["x (b)", "y (b)", "z"], ["12 (3)", "13 (4)", "14 (9)"]]
)
def test_ordinary_cells_have_no_marks(cells: list[str]) -> None:
    assert plan_of(cells).type.is_text


@pytest.mark.parametrize(("cells", "values"), [
    (["1,234.50 CR", "200.00 DR", "3.10 CR"], [1234.5, -200, 3.1]),
    (["1,234.50", "200.00DR", "3.10"], [1234.5, -200, 3.1]),
    (["1,234.50", "200.00 cr", "3.10"], [1234.5, -200, 3.1]),
    (["1.234,50 S", "200,00 H", "3,10 H"], [-1234.5, 200, 3.1]),
    (["\u22121,234.50", "(12.00)", "7.10-"], [-1234.5, -12, -7.1]),
])  # fmt: skip
def test_negative_balances(cells: list[str], values: list[float]) -> None:
    assert values_of(plan_of(cells), cells) == values


def test_guarded_cells_are_what_stands_between(read: Read) -> None:
    reading = read('a;b;c\n="00123";="1.234,50";x\n="00456";="12,00";y\n')
    assert reading.cells() == {"a": ["00123", "00456"], "b": [1234.5, 12], "c": ["x", "y"]}
    assert "spreadsheet" in reading.column("b").evidence


def test_single_formula_is_kept_as_it_is(read: Read) -> None:
    assert read('a,b\n="x",1\nword,2\nother,3\n').cells()["a"] == ['="x"', "word", "other"]


def test_marks_of_direction_around_numbers_and_days_go(read: Read) -> None:
    reading = read(
        "a,b,c\n\u200f12.5,\u202a2024-01-31\u202c,\u200fשלום\n\u200e13.5,\u20662024-02-01\u2069,\u200fעולם\n"
    )
    assert reading.cells()["a"] == [12.5, 13.5]
    assert [day.isoformat() for day in reading.cells()["b"]] == ["2024-01-31", "2024-02-01"]
    assert reading.cells()["c"][0] == "\u200fשלום"


@pytest.mark.parametrize("cell", ["\u200b5", "5\u00ad", "\u200e5\u200f", "\ufeff5", "\u20605"])
def test_marks_that_nobody_sees_do_not_make_numbers_text(read: Read, cell: str) -> None:
    reading = read(f"id,v\n1,{cell}\n2,6\n3,7\n")
    assert reading.cells()["v"] == [5, 6, 7]
    assert "nobody sees" in reading.column("v").evidence


@pytest.mark.parametrize("cell", ["\u00ad5", "20\u00ad5"])
def test_soft_hyphen_that_may_be_a_minus_leaves_the_column_text(read: Read, cell: str) -> None:
    assert cell in read(f"id,v\n1,{cell}\n2,6\n3,7\n").cells()["v"]


def test_names_have_no_marks_that_nobody_sees(read: Read) -> None:
    table = read("\u200eid,v\u200f,w\u200bx,نام\u200cها\n1,5,6,7\n2,6,7,8\n").table
    assert [column.source_name for column in table.columns] == ["id", "v", "wx", "نام\u200cها"]


def test_joiners_in_words_stay(read: Read) -> None:
    assert read("id,w\n1,می\u200cخواهم\n2,خوب\n").cells()["w"][0] == "می\u200cخواهم"


def test_numbers_without_marks_say_nothing_of_them(read: Read) -> None:
    assert "nobody sees" not in read("id,v\n1,5\n2,6\n").column("v").evidence
