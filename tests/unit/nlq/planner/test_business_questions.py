"""Questions as they are typed over the files of a business: each kind of phrase, and what must not be read into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.dataproc.evaluation.model import Rows
from services.nlq.planner.choosing.decide import Chosen
from services.nlq.planner.facts import Clarify, Turn
from services.nlq.planner.planner import read

from .asking import TODAY, Tables

LOANS = """
    loan_id,loaned_on,due_on,returned_on,desk,renewals,fee_planned,fee_charged,wait_seconds
    L1,2023-01-02,2023-01-20,2023-01-09,Main,0,2.5,2.5,30
    L2,2023-01-09,2023-02-02,2023-02-11,North,1,2.5,4.0,90
    L3,2023-02-06,2023-02-20,,Main,2,1.5,1.0,130
    L4,2024-02-07,2024-03-01,2024-03-30,Main,0,3.5,6.0,240
    L5,2024-03-03,2024-03-20,2024-03-06,North,0,1.5,1.5,60
    L6,2024-03-03,2024-03-20,,North,3,2.0,2.5,61
"""
MEMBERS = """
    member,category,joined,city
    Ada,Adult,2021-05-01,Riga
    Bo,Child,2022-02-01,Riga
    Cy,Child,2023-07-01,Oslo
    Di,Adult,2023-09-01,Oslo
    Ed,Adult,2022-11-01,Turku
"""


SHOP = """
    day,product,clicks,views,sold,wasted,price_shop,price_web,tax
    2024-01-02,bun,10,100,5,1,2.0,1.5,0.1
    2024-01-02,loaf,30,200,7,2,3.0,2.5,0.2
    2024-01-03,bun,20,100,4,-1,2.0,1.5,0.1
    2024-01-04,loaf,20,400,9,0,3.0,2.0,0.3
"""


@pytest.fixture
def shop(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"shop": SHOP})


@pytest.fixture
def loans(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"loans": LOANS})


@pytest.fixture
def members(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"members": MEMBERS})


def after(asked: Tables, *questions: str) -> str:
    """The best reading of the last of these questions, each of the others answered before it; empty, where there is none."""
    turns: list[Turn] = []
    facts = [t.facts for t in asked.loaded]
    for question in questions:
        best = read(question, facts, history=turns, today=TODAY).best
        plan = best[0].query.model_dump(mode="json") if best else None
        turns.append(Turn(question, None, None, plan))
    return best[0].sentence if best else ""


def likeliest(asked: Tables, question: str) -> list[tuple[object, ...]]:
    """What the best reading comes to, whether it is sure enough to be answered or not: that is the scorer's business."""
    best = asked.readings(question).best[0]
    found = asked.evaluator.evaluate([best.query], {t.facts.name: t.data for t in asked.loaded})[0]
    assert isinstance(found, Rows), found
    return [tuple(row.values()) for row in found.table.to_pylist()]


# Columns and units


def test_columns_that_differ_in_one_word_are_told_apart_by_it(loans: Tables) -> None:
    assert likeliest(loans, "How many loans charged more than planned?") == [(3,)]


def test_a_noun_that_two_columns_share_is_asked_about(loans: Tables) -> None:
    decided, _ = loans.decided("total fee")
    assert isinstance(decided, Clarify)
    assert {option.id for option in decided.options} == {"loans.fee_planned", "loans.fee_charged"}


def test_minutes_are_compared_with_a_column_in_seconds(loans: Tables) -> None:
    assert likeliest(loans, "How many loans have a wait longer than 2 minutes?") == [(2,)]


def test_how_many_never_sums_money(loans: Tables) -> None:
    decided, _ = loans.decided("how many fee charged")
    assert not isinstance(decided, Chosen)


def test_a_part_of_a_written_identifier_names_nothing(shop: Tables) -> None:
    assert likeliest(shop, "total price_shop") == [(10.0,)]


def test_a_minus_between_columns_is_no_punctuation(shop: Tables) -> None:
    assert likeliest(shop, "average price shop - price web") == [(pytest.approx(0.625),)]


def test_the_number_of_things_is_no_column_of_numbers(tmp_path: Path) -> None:
    parcels = Tables(
        tmp_path, {"parcels": "parcel_no,zone,area\nP1,Isle,4\nP2,Shore,5\nP4,Shore,5\nP7,Isle,6\nP9,Hill,7\n"}
    )
    readings = parcels.readings("Number of parcels whose zone is not Isle?").best
    assert not any(reading.sentence.startswith("The parcel_no") for reading in readings)


# Brackets, rates and refunds


def test_a_formula_in_brackets_is_what_the_name_before_it_means(shop: Tables) -> None:
    assert likeliest(shop, "overall click-through rate (clicks / views)") == [(pytest.approx(0.1),)]


def test_a_rate_of_columns_is_that_of_their_totals_and_never_a_sum_of_quotients(shop: Tables) -> None:
    assert likeliest(shop, "waste rate (wasted divided by sold, totals) per product") == [
        ("bun", pytest.approx(0.0)),
        ("loaf", pytest.approx(2 / 16)),
    ]
    assert likeliest(shop, "click rate per product: clicks / views") == [
        ("bun", pytest.approx(30 / 200)),
        ("loaf", pytest.approx(50 / 600)),
    ]


def test_a_condition_in_brackets_explains_an_unknown_word(shop: Tables) -> None:
    assert likeliest(shop, "how many bestsellers (sold more than 6)?") == [(2,)]


def test_a_word_that_the_data_knows_is_not_explained_away_by_brackets(shop: Tables) -> None:
    assert likeliest(shop, "how many bun rows (sold more than 4)?") == [(1,)]


def test_corrections_are_the_rows_below_zero(shop: Tables) -> None:
    assert likeliest(shop, "how many corrections (negative wasted) are there?") == [(1,)]
    assert likeliest(shop, "total wasted ignoring negative numbers") == [(3,)]
    assert likeliest(shop, "total wasted, corrections included") == [(2,)]


def test_how_dates_are_written_is_no_condition(loans: Tables) -> None:
    assert likeliest(loans, "loans loaned in Feb 2024 (dates are day/month/year), how many?") == [(1,)]


# Dates


def test_a_period_without_a_column_is_of_the_date_that_is_called_as_the_table_is(loans: Tables) -> None:
    assert likeliest(loans, "how many loans were there in 2024?") == [(3,)]


def test_weekdays_have_names_and_come_in_their_order(loans: Tables) -> None:
    assert likeliest(loans, "loans per weekday") == [("Monday", 3), ("Wednesday", 1), ("Sunday", 2)]


def test_what_is_still_not_done_has_no_date(loans: Tables) -> None:
    assert likeliest(loans, "How many loans are still not returned?") == [(2,)]


def test_never_done_is_none_of_a_count(loans: Tables) -> None:
    assert likeliest(loans, "how many loans were never renewed") == [(3,)]


def test_an_average_per_day_is_that_of_the_days(loans: Tables) -> None:
    assert likeliest(loans, "average fee charged per loaned on day") == [(pytest.approx(17.5 / 5),)]


def test_an_average_per_group_is_one_for_each_group(loans: Tables) -> None:
    assert likeliest(loans, "average renewals per desk") == [
        ("Main", pytest.approx(2 / 3)),
        ("North", pytest.approx(4 / 3)),
    ]


# Ranks


def test_the_most_expensive_by_a_column_that_is_named(loans: Tables) -> None:
    assert [row[:2] for row in likeliest(loans, "2 most expensive loans by fee charged")] == [(6.0, "L4"), (4.0, "L2")]
    assert likeliest(loans, "cheapest loan by fee charged")[0][:2] == (1.0, "L3")


# Follow-ups


def test_another_period_takes_the_place_of_the_one_before(loans: Tables) -> None:
    said = after(loans, "how many loans at desk Main in 2023", "and 2024?")
    assert said == "Number of rows of loans where desk is Main and loaned_on is in 2024."


def test_a_follow_up_to_what_was_not_understood_is_declined(loans: Tables) -> None:
    assert (
        after(loans, "how many loans at desk Main", "frobnicate the sprockets", "how many of those were renewed") == ""
    )


def test_those_are_the_rows_of_the_question_before_and_no_others(loans: Tables) -> None:
    said = after(loans, "how many loans at desk Main", "what was the total fee charged of those")
    assert said == "Total fee_charged of loans where desk is Main."


def test_irregular_plurals_name_cells(members: Tables) -> None:
    said = after(members, "how many adult members are there?", "and children?")
    assert said == "Number of rows of members where category is Child."


def test_the_worst_waiting_time_is_the_longest(loans: Tables) -> None:
    said = after(loans, "average wait_seconds by desk", "which is the worst one?")
    assert said.endswith("the highest by average wait_seconds.")


def test_the_other_end_is_of_what_was_ranked(loans: Tables) -> None:
    said = after(loans, "cheapest loan by fee charged", "and the most expensive?")
    assert said.endswith("the highest by fee_charged.")


def test_the_first_question_is_not_the_one_that_was_narrowed_since(loans: Tables) -> None:
    said = after(
        loans,
        "average wait_seconds by desk",
        "which one is highest?",
        "same as the first but the sum instead of the average",
    )
    assert said == "Total wait_seconds of loans, by desk."


def test_overall_takes_the_groups_away(loans: Tables) -> None:
    said = after(loans, "how many loans per desk?", "average wait_seconds for these, overall")
    assert said == "Average wait_seconds of loans."
