"""Numbers in prose: what stands in a result passes however it is written, and what stands nowhere, or by another name, does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.prose import Grounds, ShownResult, filled, sentences, unfounded, ungrounded

BY_REGION = ShownResult(("region", "total", "share"), (("North", 1234567.891, 0.6138), ("South", 776543.2, 0.3862)), 2)
SALES = Grounds((BY_REGION,), texts=("Which region sold most in 2024?",))
MONTHS = Grounds((ShownResult(("month", "orders"), (("2024-01-01", 120), ("2024-02-01", 95)), 2),))
CHANGE = Grounds((ShownResult(("change",), ((-4.25,),), 1),))


@pytest.mark.parametrize(
    ("grounds", "sentence"),
    [
        (SALES, "North sold 1,234,567.89."),
        (SALES, "North sold 1.234.567,89 €."),
        (SALES, "North sold $1.23 million, which is 61.4%."),
        (SALES, "North sold 1,235 thousand."),
        (SALES, "About 1,200,000 come from North."),
        (SALES, "South has 38.6 percent, North 61.4 percent."),
        (SALES, "61.4% fall to North and 38.6% to South."),
        (SALES, "In 2024, two regions sold something."),
        (SALES, "There are 2 regions."),
        (SALES, "One of them, North, leads."),
        (CHANGE, "Shall we say that it went down?"),
        (MONTHS, "In January 2024 there were 120 orders."),
        (MONTHS, "It fell from 120 in January to 95 in February."),
        (CHANGE, "It fell by 4.25."),
        (CHANGE, "The change is -4.3."),
    ],
)
def test_what_stands_in_the_result_passes_however_it_is_written(grounds: Grounds, sentence: str) -> None:
    assert ungrounded(sentence, grounds) == []


@pytest.mark.parametrize(
    ("grounds", "sentence", "missing"),
    [
        (SALES, "North sold 1,234,568.89.", ["1,234,568.89"]),
        (SALES, "North sold 776,543.2.", ["776,543.2"]),  # South did
        (SALES, "61.4% fall to South and 38.6% to North.", ["61.4%", "38.6%"]),
        (SALES, "North sold 1.24 million.", ["1.24 million"]),
        (SALES, "North sold 12.3 million.", ["12.3 million"]),
        (SALES, "North sold half of it.", ["half"]),
        (SALES, "Three regions sold something.", ["Three"]),
        (SALES, "North sold 37% more than South.", ["37%"]),
        (SALES, "In 2023, North led.", ["2023"]),
        (MONTHS, "In March 2024 there were 120 orders.", ["March 2024"]),
        (CHANGE, "It rose by 4.25.", ["4.25"]),
    ],
)
def test_what_stands_nowhere_or_by_another_name_is_found(grounds: Grounds, sentence: str, missing: list[str]) -> None:
    assert ungrounded(sentence, grounds) == missing


def test_sentences_end_where_they_end() -> None:
    assert sentences("North sold 1.5 million. South, e.g. in 2024, less!\nEast none.") == [
        "North sold 1.5 million.",
        "South, e.g. in 2024, less!",
        "East none.",
    ]


@given(st.floats(-1e12, 1e12).filter(lambda value: abs(value) >= 1), st.integers(0, 4))
def test_any_number_passes_in_any_rounding(value: float, digits: int) -> None:
    grounds = Grounds((ShownResult(("value",), ((value,),), 1),))
    shown = f"{value:,.{digits}f}"
    assert ungrounded(f"It comes to {shown}.", grounds) == []
    assert ungrounded(f"It comes to {value:.{digits}f}.", grounds) == []


@given(st.integers(10, 10**9), st.integers(1, 9))
def test_any_other_digit_is_found(value: int, shift: int) -> None:
    digits = str(value)
    at = value % len(digits)
    other = digits[:at] + str((int(digits[at]) + shift) % 10) + digits[at + 1 :]
    if other[0] == "0":
        return
    grounds = Grounds((ShownResult(("value",), ((value,),), 1),))
    assert ungrounded(f"It comes to {int(other):,} in all.", grounds) == (
        [] if int(other) == 1 else [f"{int(other):,}"]
    )


NAMES = ("Lyon", "Paris", "Oslo", "Cork", "Rome", "Graz", "Bonn", "Nice", "Bath", "Vigo")
TELLING = (
    "{a} sold {x:,.2f} and {b} {y:,.2f}.",
    "{a}: {x:,.1f}, {b}: {y:,.1f}.",
    "{x:,.0f} were sold in {a} and {y:,.0f} in {b}.",
    "The best is {a} with {x:,.2f}, followed by {b} with {y:,.2f}.",
    "{a} ({x:,.2f}) leads {b} ({y:,.2f}).",
    "With {x:,.2f}, {a} is ahead of {b}, which has {y:,.2f}.",
    "{a} made {x:,.0f}, while {b} made only {y:,.0f}.",
    "We see {x:,.1f} for {a} and {y:,.1f} for {b}.",
)


def answers() -> Iterator[tuple[Grounds, str, dict[str, Any]]]:
    """200 results of made-up shops, each with a way to tell it."""
    chance = random.Random(16)
    for number in range(200):
        names = chance.sample(NAMES, 4)
        amounts = [round(chance.uniform(100, 900_000), 2) for _ in names]
        grounds = Grounds((ShownResult(("city", "amount"), tuple(zip(names, amounts, strict=True)), 4),))
        yield grounds, TELLING[number % len(TELLING)], {"a": names[0], "b": names[1], "x": amounts[0], "y": amounts[1]}


def test_200_honest_answers_pass() -> None:
    assert [telling for grounds, telling, told in answers() if ungrounded(telling.format(**told), grounds)] == []


def test_of_200_tampered_answers_none_with_a_number_of_its_own_passes() -> None:
    chance = random.Random(17)
    passed = []
    for grounds, telling, told in answers():
        name = chance.choice("xy")
        tampered = {**told, name: told[name] * chance.choice([1.1, 0.9, 10, 0.1, 1.01, -1]) + chance.choice([0, 3])}
        if not ungrounded(telling.format(**tampered), grounds):
            passed.append(telling.format(**tampered))
    assert passed == []


def test_figures_that_changed_places_are_caught() -> None:
    """At least nine of ten; the ways of telling in which they are missed stand here."""
    missed = [
        telling
        for grounds, telling, told in answers()
        if not ungrounded(telling.format(**{**told, "x": told["y"], "y": told["x"]}), grounds)
    ]
    assert sorted(set(missed)) == []
    assert len(missed) <= 20


def test_several_results_carry_one_answer() -> None:
    shares = ShownResult(("city", "share"), (("Lyon", 0.25), ("Oslo", 0.75)), 2, name="shares")
    both = Grounds((ShownResult(("city", "amount"), (("Lyon", 120.0), ("Oslo", 360.0)), 2), shares))
    assert unfounded("Oslo sold 360, which is 75%. Lyon sold 120 (25%).", both) == []
    assert unfounded("Oslo sold 360. Lyon has 75%.", both) == ["75%"]


def test_slots_are_filled_with_values_and_unknown_ones_are_told() -> None:
    total = ShownResult.of_document({"kind": "scalar", "value": 1234.5}, "total")
    cities = ShownResult(("city", "net.amount"), (("Lyon", 120.0), ("Oslo", 360.25)), 40, name="by_city")
    said = "{total} in {by_city.rows} cities; {by_city.city.2} leads with {by_city.net.amount.2}."
    assert filled(said, (total, cities)).text == "1,234.5 in 40 cities; Oslo leads with 360.25."
    wrong = "{mean}, {by_city}, {by_city.city.3}, {by_city.city.0}, {by_city.name.1}, {by_city.city.١}"
    assert filled(wrong, (total, cities)).unknown == tuple(wrong.split(", "))
    assert filled(wrong, (total, cities)).text == wrong


SMALL = Grounds(
    (ShownResult(("group", "p_value", "mean"), (("student", 9.08070914884435e-06, 22.1), ("doctor", 0.5, 63.1)), 2),)
)


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The p-value of students is 9.08e-06.", []),
        ("For students p is 9.08070914884435e-6 and for doctors 0.5.", []),
        ("For students p is 9.08e-05.", ["9.08e-05"]),
        ("For students p is 9.08e-60.", ["9.08e-60"]),
        ("The mean is highest among doctors, at 63.1, and lowest among students, at 22.1.", []),
        ("The mean is highest among students, at 63.1.", ["63.1"]),
        ("The two-sample test gives 0.5 for doctors.", []),
    ],
)
def test_small_numbers_and_names_in_the_plural(sentence: str, missing: list[str]) -> None:
    assert ungrounded(sentence, SMALL) == missing


def test_a_word_of_the_question_may_be_repeated() -> None:
    once = Grounds(
        (ShownResult.of_document({"kind": "scalar", "value": False}, "twice"),), ("Is any order there twice?",)
    )
    assert unfounded("No order is there twice.", once) == []
    assert unfounded("One order is there three times.", once) != []
