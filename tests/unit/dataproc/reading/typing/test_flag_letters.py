"""Letters at the digits and signs before them: flags of offices and laboratories leave the number; houses, flats, pence and degrees do not."""

from __future__ import annotations

import pytest

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.infer import infer
from tests.unit.dataproc.reading.readings import Read


def plan_of(cells: list[str], name: str = "x") -> ColumnPlan:
    return infer(ValueCounts(name, {cell: cells.count(cell) for cell in cells}))


@pytest.mark.parametrize(("cells", "values", "said"), [
    (["12.5p", "3.1", "7.7p"], [12.5, 3.1, 7.7], "'p' 2×"),
    (["120p", "130", "145p", "150r", "110"], [120, 130, 145, 150, 110], "'r' 1×"),
    (["12.5p", "3.1", "8.0e"], [12.5, 3.1, 8], "'e' 1×"),
    (["1.204,5p", "12,0", "7,7r"], [1204.5, 12, 7.7], "'r' 1×"),
    (["12.5 H", "3.1 L", "7.7"], [12.5, 3.1, 7.7], "'L' 1×"),
    (["12.5E", "13.1A", "..", "F", "9.9B"], [12.5, 13.1, None, None, 9.9], "'A' 1×"),
    (["*12.5", "3.1", "*7.7"], [12.5, 3.1, 7.7], "'*' 2×"),
    (["† 12.5", "13.5", "† 14"], [12.5, 13.5, 14], "'†' 2×"),
    (["**120", "130", "145"], [120, 130, 145], "'**' 1×"),
])  # fmt: skip
def test_flags_leave_the_number_and_are_counted(cells: list[str], values: list[float | None], said: str) -> None:
    plan = plan_of(cells)
    assert plan.type.is_number, plan.evidence
    assert [None if plan.is_null(cell) else plan.parse(cell) for cell in cells] == values
    assert "marks beside the numbers left out" in plan.evidence
    assert said in plan.evidence


@pytest.mark.parametrize(("name", "cells"), [
    ("x", ["3b", "4", "5", "6a", "7"]), ("x", ["12b", "13", "14b", "15", "16c"]), ("flat", ["1B", "2B", "3B"]), ("room", ["120p", "130", "145p"]),
    ("x", ["50p", "75p", "1.20", "2.50"]), ("price", ["50p", "75p", "120"]), ("x", ["12.5 L", "3.1 L", "7"]), ("x", ["12.5 H", "3.1 H", "7"]),
    ("x", ["20.5C", "68.1F", "15.0C"]), ("x", ["12.5c", "13", "14.5c"]), ("x", ["*67", "*69", "*82", "411"]), ("x", ["#12", "13", "#14"]),
])  # fmt: skip
def test_houses_units_and_codes_keep_their_letters(name: str, cells: list[str]) -> None:
    assert plan_of(cells, name).type.is_text


def test_flags_of_a_long_file_are_read_in_batches_and_one_by_one_alike(read: Read) -> None:
    cells = ["12.5p", "7.25", "*3.5"] * 500
    reading = read("k,rate\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    assert reading.cells()["rate"] == [12.5, 7.25, 3.5] * 500
    assert reading.table.warnings == ()


def test_a_letter_that_flags_apart_is_none_at_the_digits() -> None:
    plan = plan_of(["12 p", "13 p", *map(str, range(100, 140))])
    assert plan.parse("14 p") == 14
    with pytest.raises(ValueError, match="14p"):
        plan.parse("14p")
