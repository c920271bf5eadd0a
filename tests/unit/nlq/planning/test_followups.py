"""Questions that lean on the one before."""

from __future__ import annotations

from .conftest import Asked


def test_another_cell_takes_the_place_of_the_earlier_one(sales: Asked) -> None:
    assert sales.answer("What is the total amount in Paris?") == 150.5
    assert sales.answer("and for Lyon?") == 90.0


def test_a_cut_keeps_the_groups(sales: Asked) -> None:
    sales.answer("total amount by city")
    assert sales.column("only the top 2", "city") == ["Paris", "Lyon"]


def test_another_grouping_keeps_the_measure(sales: Asked) -> None:
    sales.answer("total amount by city")
    result = sales.answer("by month instead")
    assert list(result["total amount"]) == [200.5, 105.5, 40.0]


def test_a_whole_new_question_forgets_the_old_one(sales: Asked) -> None:
    sales.answer("What is the total amount in Paris?")
    assert sales.answer("How many rows are there?") == 6
