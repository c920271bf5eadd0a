"""What a run tells of its joins: rows without a partner, and rows that are repeated."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pandas.core.reshape import merge as pandas_merge

from services.dataproc.jail.execution import execute
from services.dataproc.jail.model import JoinSeen

ORDERS = {"city": ["Paris", "Paris", "Lyon", "Oslo"], "amount": [1.0, 2.0, 3.0, 4.0]}
CITIES = {"city": ["Paris", "Lyon", "Rome"], "country": ["FR", "FR", "IT"]}


def joins_of(code: str, **tables: Any) -> tuple[JoinSeen, ...]:
    frames = {"orders": ORDERS, "cities": CITIES, **tables}
    return execute(code, {name: pd.DataFrame(cells) for name, cells in frames.items()}).joins


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("result = tables['orders'].merge(tables['cities'], on='city')", 3),
        ("result = pd.merge(tables['orders'], tables['cities'], on='city', how='left')", 4),
        ("result = tables['orders'].merge(tables['cities'], on='city', how='outer')", 5),
        ("result = tables['orders'].join(tables['cities'].set_index('city'), on='city')", 4),
        ("result = tables['orders'].set_index('city').join(tables['cities'].set_index('city'), how='inner')", 3),
        ("result = tables['cities'].merge(tables['orders'], on='city', how='right')", 4),
    ],
)
def test_rows_without_a_partner_are_counted_however_the_join_is_written(code: str, rows: int) -> None:
    (join,) = joins_of(code)
    alone = {join.left: join.left_alone, join.right: join.right_alone}
    assert alone == {4: 1, 3: 1}
    assert (join.rows, join.many_to_many) == (rows, False)


def test_rows_that_both_sides_repeat_are_told() -> None:
    twice = {"city": ["Paris", "Paris", "Lyon"], "mayor": ["A", "B", "C"]}
    (join,) = joins_of("result = tables['orders'].merge(tables['mayors'], on='city')", mayors=twice)
    assert (join.many_to_many, join.rows, join.keys) == (True, 5, ("city",))


def test_join_that_looks_for_partners_itself_is_not_told() -> None:
    assert joins_of("result = tables['orders'].merge(tables['cities'], on='city', how='left', indicator=True)") == ()


def test_empty_sides_are_counted() -> None:
    (join,) = joins_of("result = tables['orders'].merge(tables['cities'].head(0), on='city', how='left')")
    assert (join.left_alone, join.right, join.rows) == (4, 0, 4)


def test_pandas_is_as_it_was_after_a_run() -> None:
    operation = vars(pandas_merge)["_MergeOperation"]
    before = operation._get_join_info
    joins_of("result = tables['orders'].merge(tables['cities'], on='city')")
    assert operation._get_join_info is before
