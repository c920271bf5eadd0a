"""What each function and each kind of plan computes: over tables so small that the results were worked out by hand.

Where a function is left without a golden result, `test_every_function_has_a_golden_result` fails: plans are executed here, and the
code that they become is checked by the validator as any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from services.nlq.planner.linking.schema import build
from services.nlq.planning import codegen
from services.nlq.planning.codegen.measures import measure_label
from services.nlq.planning.codegen.names import Scope
from services.nlq.planning.explain import explanation, measure_text
from services.nlq.planning.plan import (
    ColumnRef,
    Compare,
    Contrast,
    Correlation,
    Function,
    Group,
    Measure,
    Neighbour,
    Plan,
    Share,
    TableQuery,
    Trend,
)
from services.nlq.validation import validate

from .conftest import facts_of

FIVE_AND_FOUR = pd.DataFrame(
    {
        "shop": ["a", "a", "a", "a", "a", "b", "b", "b", "b"],
        "price": [1.0, 2.0, 2.0, 5.0, None, 10.0, 20.0, 30.0, 40.0],
        "width": ["1 cm", "2 cm", "2 cm", "5 cm", None, "10 cm", "20 cm", "30 cm", "40 cm"],
    }
)


def computed(plan: Plan, **frames: pd.DataFrame) -> Any:
    """The value of `result` after the plan's code has run."""
    schema = build(tuple(facts_of(name, frame) for name, frame in frames.items()))
    code = codegen.write(plan, schema)
    verdict = validate(
        code, {name: list(map(str, frame.columns)) for name, frame in frames.items()}, next(iter(frames))
    )
    assert verdict.ok, verdict.findings
    space: dict[str, Any] = {"pd": pd, "np": np, "tables": {name: frame.copy() for name, frame in frames.items()}}
    space["df"] = next(iter(space["tables"].values()))
    exec(code, space)
    return space["result"]


def ref(column: str, table: str = "prices") -> ColumnRef:
    return ColumnRef(table=table, column=column)


# Of shop a: 1, 2, 2, 5 and a gap; of shop b: 10, 20, 30, 40. Squares of the distances from the averages (2.5 and 25) add up to 9 and 500;
# quantiles lie between neighbours, at 1 + 0.75 and 2 + 0.25 of the way; skewness and kurtosis are the adjusted ones of samples.
GOLDEN: Mapping[Function, tuple[Any, Any]] = {
    "count": (4, 4),
    "nunique": (3, 4),
    "sum": (10.0, 100.0),
    "mean": (2.5, 25.0),
    "median": (2.0, 25.0),
    "min": (1.0, 10.0),
    "max": (5.0, 40.0),
    "std": (math.sqrt(3), math.sqrt(500 / 3)),
    "var": (3.0, 500 / 3),
    "skew": (4 / 6 * 12 / math.sqrt(3) ** 3, 0.0),
    "kurt": (20 / 6 * 44.25 / 9 - 13.5, -1.2),
    "range": (4.0, 30.0),
    "mode": ([2.0], [10.0, 20.0, 30.0, 40.0]),
    "iqr": (1.0, 15.0),
    "q1": (1.75, 17.5),
    "q3": (2.75, 32.5),
    "cv": (math.sqrt(3) / 2.5, math.sqrt(500 / 3) / 25),
}
TEXTS: Mapping[Function, tuple[str, str]] = {
    "count": ("count of price", "the number of price"),
    "nunique": ("distinct price", "the number of different price"),
    "sum": ("total price", "the total of price"),
    "mean": ("average price", "the average of price"),
    "median": ("median price", "the median of price"),
    "min": ("lowest price", "the lowest price"),
    "max": ("highest price", "the highest price"),
    "std": ("standard deviation of price", "the standard deviation of price"),
    "var": ("variance of price", "the variance of price"),
    "skew": ("skewness of price", "the skewness of price"),
    "kurt": ("kurtosis of price", "the kurtosis of price"),
    "range": ("range of price", "the range of price"),
    "mode": ("most common price", "the most common price"),
    "iqr": ("interquartile range of price", "the interquartile range of price"),
    "q1": ("first quartile of price", "the first quartile of price"),
    "q3": ("third quartile of price", "the third quartile of price"),
    "cv": ("coefficient of variation of price", "the coefficient of variation of price"),
}
FUNCTIONS: tuple[Function, ...] = get_args(Function)
IN_GROUPS = [function for function in FUNCTIONS if function != "mode"]  # several values may be the most common
OF_TEXT = [function for function in FUNCTIONS if function not in ("count", "nunique", "mode")]


def test_every_function_has_a_golden_result() -> None:
    assert set(GOLDEN) == set(TEXTS) == set(FUNCTIONS)


@pytest.mark.parametrize("shop", ["a", "b"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_of_all_rows(function: Function, shop: str) -> None:
    one = FIVE_AND_FOUR[FIVE_AND_FOUR["shop"] == shop].reset_index(drop=True)
    measure = Measure(function=function, column=ref("price"))
    result = computed(TableQuery(table="prices", measures=(measure,)), prices=one)
    golden = GOLDEN[function]["ab".index(shop)]
    if function == "mode":
        assert result[TEXTS["mode"][0]].tolist() == golden
    else:
        assert result == pytest.approx(golden)


@pytest.mark.parametrize("column", ["price", "width"])
@pytest.mark.parametrize("function", IN_GROUPS)
def test_function_of_each_group(function: Function, column: str) -> None:
    measure = Measure(function=function, column=ref(column), as_number=column == "width" and function in OF_TEXT)
    plan = TableQuery(table="prices", measures=(measure,), groups=(Group(column=ref("shop")),))
    result = computed(plan, prices=FIVE_AND_FOUR)
    label = TEXTS[function][0].replace("price", column)
    assert result["shop"].tolist() == ["a", "b"]
    assert result[label].tolist() == pytest.approx(list(GOLDEN[function]))


@pytest.mark.parametrize("function", OF_TEXT)
def test_function_of_numbers_in_texts(function: Function) -> None:
    one = FIVE_AND_FOUR[FIVE_AND_FOUR["shop"] == "b"].reset_index(drop=True)
    measure = Measure(function=function, column=ref("width"), as_number=True)
    assert computed(TableQuery(table="prices", measures=(measure,)), prices=one) == pytest.approx(GOLDEN[function][1])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_is_named_as_what_it_is(function: Function) -> None:
    schema = build((facts_of("prices", FIVE_AND_FOUR),))
    measure = Measure(function=function, column=ref("price"))
    assert (measure_label(measure, Scope(schema, "df")), measure_text(measure)) == TEXTS[function]


def test_rows_are_counted_with_their_gaps() -> None:
    rows = Measure(function="count")
    assert computed(TableQuery(table="prices", measures=(rows,)), prices=FIVE_AND_FOUR) == 9
    grouped = TableQuery(table="prices", measures=(rows,), groups=(Group(column=ref("shop")),))
    assert computed(grouped, prices=FIVE_AND_FOUR)["count"].tolist() == [5, 4]


def of_shop(shop: str, function: Function = "sum") -> TableQuery:
    condition = Compare(column=ref("shop"), op="==", value=shop)
    return TableQuery(table="prices", where=(condition,), measures=(Measure(function=function, column=ref("price")),))


@pytest.mark.parametrize(
    ("left", "right", "how", "golden"),
    [
        ("a", "b", "ratio", 0.1),
        ("b", "a", "ratio", 10.0),
        ("a", "b", "difference", 90.0),
        ("b", "a", "difference", 90.0),
        ("a", "b", "larger", "b"),
        ("b", "a", "larger", "b"),
        ("a", "b", "smaller", "a"),
        ("b", "a", "smaller", "a"),
    ],
)
def test_contrast_of_two_numbers(left: str, right: str, how: Any, golden: Any) -> None:
    plan = Contrast(left=of_shop(left), right=of_shop(right), how=how, labels=(left, right))
    assert computed(plan, prices=FIVE_AND_FOUR) == golden
    assert explanation(plan).startswith(how.capitalize())


@pytest.mark.parametrize(
    ("share", "golden"),
    [
        ({"of": ref("price")}, 100 * 10 / 110),
        ({"of": ref("price"), "scale": 1}, 10 / 110),
        ({}, 100 * 5 / 9),
        ({"scale": 1}, 5 / 9),
    ],
)
def test_share_of_some_rows_in_all(share: dict[str, Any], golden: float) -> None:
    part = (Compare(column=ref("shop"), op="==", value="a"),)
    plan = Share(whole=TableQuery(table="prices"), part=part, **share)
    assert computed(plan, prices=FIVE_AND_FOUR) == pytest.approx(golden)


@pytest.mark.parametrize(
    ("share", "label", "golden"),
    [
        ({"of": ref("price")}, "percentage", [100 / 11, 1000 / 11]),
        ({"of": ref("price"), "scale": 1}, "share", [1 / 11, 10 / 11]),
        ({}, "percentage", [500 / 9, 400 / 9]),
    ],
)
def test_share_of_each_group(share: dict[str, Any], label: str, golden: list[float]) -> None:
    plan = Share(whole=TableQuery(table="prices"), part=(), by=ref("shop"), **share)
    assert computed(plan, prices=FIVE_AND_FOUR)[label].tolist() == pytest.approx(golden)


# Within each half (z) x goes 1, 3 and 2, 4; y, less its average there, goes against it: 1, -1 and 2, -2.
FOUR = pd.DataFrame({"z": [0, 0, 1, 1], "x": [1.0, 3.0, 2.0, 4.0], "y": [3.0, 1.0, 9.0, 5.0]})


def correlation(*columns: str, **facts: Any) -> Correlation:
    return Correlation(table="four", columns=tuple(ref(c, "four") for c in columns), **facts)


def test_partial_correlation_keeps_its_sign() -> None:
    against = correlation("x", "y", controls=(ref("z", "four"),))
    assert computed(against, four=FOUR) == pytest.approx(-6 / math.sqrt(4 * 10))
    along = FOUR.assign(y=[1.0, 3.0, 5.0, 9.0])
    assert computed(against, four=along) == pytest.approx(6 / math.sqrt(4 * 10))


@pytest.mark.parametrize(
    ("method", "golden"),
    [("pearson", -1 / math.sqrt(5 * 35)), ("spearman", 0.0), ("kendall", 0.0)],
)
def test_correlation_of_two_columns(method: Any, golden: float) -> None:
    assert computed(correlation("x", "y", method=method), four=FOUR) == pytest.approx(golden)


def test_strongest_correlation_comes_first_whatever_its_sign() -> None:
    frame = pd.DataFrame({"goal": [1.0, 2.0, 3.0, 4.0], "weak": [1.0, 3.0, 2.0, 4.0], "against": [4.0, 3.0, 2.0, 1.0]})
    found = computed(correlation(strongest_with=ref("goal", "four")), four=frame)
    assert found["column"].tolist() == ["against", "weak"]
    assert found["correlation"].tolist() == pytest.approx([-1.0, 0.8])


def test_trend_is_the_line_of_y_over_x() -> None:
    plan = Trend(table="four", x=ref("x", "four"), y=ref("y", "four"))
    found = computed(plan, four=pd.DataFrame({"x": [0.0, 1.0, 2.0, None], "y": [5.0, 7.0, 9.0, 1.0]}))
    assert found.to_dict("records") == [{"slope": pytest.approx(2.0), "intercept": pytest.approx(5.0)}]


@pytest.mark.parametrize(("offset", "golden"), [(1, [30.0]), (-1, [10.0])])
def test_neighbour_stands_just_after_or_before(offset: Any, golden: list[float]) -> None:
    where = (Compare(column=ref("price"), op="==", value=20.0),)
    plan = Neighbour(table="prices", where=where, offset=offset, columns=(ref("price"),))
    assert computed(plan, prices=FIVE_AND_FOUR)["price"].tolist() == golden
