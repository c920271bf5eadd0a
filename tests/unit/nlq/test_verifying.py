"""When a second computation agrees, and what is said where it does not."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.nlq.answers.verifying import verify
from shared.plan.result import Result


def table(names: str, *rows: tuple[object, ...]) -> Result:
    columns = names.split()
    return Result.of_columns(columns, [[row[place] for row in rows] for place in range(len(columns))])


def value(of: object) -> Result:
    return Result.of_value(of)


REGIONS = table("region total", ("North", 120.5), ("South", 80.0), ("West", None))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (value(120.5), value(120.5)),
        (value(3), value(3.0)),
        (value(0.1 + 0.2), value(0.3)),
        (value(None), value(None)),
        (value("Oslo"), value("Oslo")),
        (value(True), value(True)),
        (value(120.5), table("s", (120.5,))),
        (REGIONS, table("region total", ("West", None), ("North", 120.5), ("South", 80))),
        (REGIONS, table("r sum_total", ("North", 120.5), ("South", 80.0), ("West", None))),
        (REGIONS, table("total region", (120.5, "North"), (80.0, "South"), (None, "West"))),
        (table("mean sum", (2.0, 8.0)), table("b a", (8.0, 2.0))),
        (table("a b c", (1, "x", 2), (3, "y", 4)), table("p q r", (4, 3, "y"), (2, 1, "x"))),
        (table("a"), table("b")),
        (table("a A", (1, 2)), table("a b", (1, 2))),
    ],
)
def test_names_and_order_say_nothing_about_numbers(first: Result, second: Result) -> None:
    assert verify(first, second).outcome == "agrees"


def test_a_rounded_number_agrees_to_its_decimals_and_this_is_said() -> None:
    found = verify(value(118.55), value(118.5499))
    assert (found.outcome, "to 2 decimals" in found.sentence) == ("agrees", True)
    regions = table("r mean", ("North", 1.333), ("South", 2.5))
    assert verify(regions, table("r mean", ("South", 2.5), ("North", 4 / 3))).outcome == "agrees"


@pytest.mark.parametrize(("first", "second"), [(120.5, 120.46), (3, 3.4), (118.55, 118.56), (100.0, 100.4)])
def test_a_number_that_may_be_exact_is_not_taken_for_a_rounded_one(first: float, second: float) -> None:
    assert verify(value(first), value(second)).outcome == "differs"


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (value(120.5), value(118.5), "The second computation, in SQL, gives 118.5 where the code gives 120.5."),
        (value(1234567), value(7), "The second computation, in SQL, gives 7 where the code gives 1,234,567."),
        (value("Oslo"), value("Rome"), "The second computation, in SQL, gives Rome where the code gives Oslo."),
        (value(None), value(7), "The second computation, in SQL, gives 7 where the code gives no value."),
        (value(1.00000001), value(1.00000002), "The second computation, in SQL, gives 1.00000002 where the code gives 1.00000001."),
        (REGIONS, table("r t", ("North", 120.5), ("South", 81.0), ("West", None)),
         "The second computation, in SQL, gives 81 where the code gives 80 for South."),
        (table("city mean n", ("Oslo", 2.5, 4), ("Rome", 1.5, 2)), table("city mean n", ("Rome", 1.5, 3), ("Oslo", 2.5, 4)),
         "The second computation, in SQL, gives 3 where the code gives 2 as n for Rome."),
        (REGIONS, table("r t", ("North", 1)), "The second computation, in SQL, gives 1 row where the code gives 3."),
        (table("a b", (1, 2), (3, 4)), table("a b", (1, 2), (3, 5)), "The second computation, in SQL, gives 5 where the code gives 4 as b."),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_both_values(first: Result, second: Result, sentence: str) -> None:
    found = verify(first, second)
    assert (found.outcome, found.sentence) == ("differs", sentence)


def test_figures_exchanged_between_columns_of_the_same_names_differ() -> None:
    """Without the names these are the same numbers: what they are called is all that tells them apart."""
    first, second = table("mean sum", (2.0, 8.0)), table("sum mean", (2.0, 8.0))
    assert verify(first, second).outcome == "differs"
    assert verify(first, table("x y", (8.0, 2.0))).outcome == "agrees"
    assert verify(first, table("Sum y", (8.0, 2.0))).outcome == "agrees"


def test_figures_exchanged_between_labels_differ() -> None:
    exchanged = table("region total", ("North", 80.0), ("South", 120.5), ("West", None))
    assert verify(REGIONS, exchanged).outcome == "differs"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (value(1), table("a b", (1, 2)), "2 columns"),
        (REGIONS, table("r t", ("N", 120.5), ("S", 80.0), ("W", None)), "named in another way"),
        (table("m t", ("2024-01", 5.0)), table("m t", ("January", 6.0)), "named in another way"),
        (REGIONS.within(1, 1), REGIONS, "too large"),
    ],
)
def test_what_cannot_be_compared_is_told_with_the_reason(first: Result, second: Result, reason: str) -> None:
    found = verify(first, second)
    assert (found.outcome, reason in found.sentence) == ("not_compared", True)


def test_a_large_result_is_compared_in_no_time() -> None:
    """Every pairing of its columns would take a minute."""
    rows = [(f"row {at}", *(float(at * factor) for factor in range(1, 7))) for at in range(4_000)]
    names = "label a b c d e f"
    started = time.process_time()
    assert verify(table(names, *rows), table(names, *reversed(rows))).outcome == "agrees"
    assert verify(table(names, *rows), table("l u v w x y z", *((*row[:6], 0.5) for row in rows))).outcome == "differs"
    assert time.process_time() - started < 20


CELLS = st.one_of(
    st.none(), st.integers(-10_000, 10_000), st.floats(-1e6, 1e6), st.sampled_from(["Oslo", "Rome", "Turin"])
)


@given(st.data(), st.integers(1, 4), st.integers(0, 6), st.randoms(use_true_random=False))
def test_any_result_agrees_with_itself_in_any_order(
    data: st.DataObject, width: int, rows: int, chance: random.Random
) -> None:
    columns = [data.draw(st.lists(CELLS, min_size=rows, max_size=rows)) for _ in range(width)]
    first = Result.of_columns([f"a{place}" for place in range(width)], columns)
    order = chance.sample(range(rows), rows)
    places = chance.sample(range(width), width)
    second = Result.of_columns([f"b{p}" for p in places], [[columns[p][at] for at in order] for p in places])
    assert verify(first, second).outcome == "agrees"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.data())
def test_a_changed_number_never_agrees(numbers: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(numbers) - 1))
    changed = [*numbers]
    changed[place] += data.draw(st.sampled_from([1.0, -3.5, 250.0]))
    labels = [f"row {at}" for at in range(len(numbers))]
    found = verify(Result.of_columns(("r", "n"), (labels, numbers)), Result.of_columns(("r", "n"), (labels, changed)))
    assert found.outcome == "differs"
