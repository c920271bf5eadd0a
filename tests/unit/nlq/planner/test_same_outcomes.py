"""Results that say the same, however their columns are written."""

from __future__ import annotations

import pytest

from services.nlq.planner.choosing.outcomes import say_the_same
from shared.plan.result import Result

MONTHS = ["2013-01-01", "2013-02-01", "2013-03-01"]


def table(**columns: list[object]) -> Result:
    return Result.of_columns(list(columns), list(columns.values()))


@pytest.mark.parametrize(
    ("labels", "others"),
    [
        (MONTHS, [1, 2, 3]),
        (["2013-01-01", "2013-04-01", "2013-07-01"], [1, 2, 3]),
        (["2011-01-01", "2012-01-01", "2013-01-01"], [2011, 2012, 2013]),
    ],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_months_of_one_year_are_their_first_days(labels: list[object], others: list[object], ordered: bool) -> None:
    days, numbers = table(month=labels, mean=[1.5, 2.5, 0.5]), table(month=others, mean=[1.5, 2.5, 0.5])
    assert say_the_same(days, numbers, ordered=ordered) and say_the_same(numbers, days, ordered=ordered)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (table(month=MONTHS, mean=[1, 2, 3]), table(month=[1, 2, 3], mean=[1, 3, 2])),
        (table(month=["2013-01-01", "2014-01-01"], mean=[1, 2]), table(month=[1, 2], mean=[1, 2])),
        (table(month=["2013-01-01", "2014-01-01"], mean=[1, 2]), table(month=[1], mean=[1.5])),
        (table(day=["2013-05-01"]), table(n=[5])),
        (table(day=["2013-05-01"], n=[3]), table(m=[5], n=[3])),
        (table(a=[1, 2], b=[3, 4]), table(a=[1, 2], b=[4, 3])),
    ],
)
def test_others_are_different(left: Result, right: Result) -> None:
    assert not say_the_same(left, right, ordered=False)


def test_a_further_column_beside_the_answer_is_no_other_answer() -> None:
    assert say_the_same(table(n=[1, 2]), table(name=["a", "b"], n=[1, 2]), ordered=False)
