"""When the planner asks instead of guessing, and what it does with the choice."""

from __future__ import annotations

import pandas as pd
import pytest

from services.nlq.planning import Clarify, Decline, Planned

from .conftest import Asked


@pytest.fixture
def revenue() -> Asked:
    return Asked({"shops": pd.DataFrame({"shop": ["A", "B"], "gross_revenue": [10, 20], "net_revenue": [7, 12]})})


def test_a_word_that_two_columns_share_is_asked_about(revenue: Asked) -> None:
    found = revenue.outcome("What is the total revenue?")
    assert isinstance(found, Clarify)
    assert [o.label for o in found.options] == ["gross_revenue", "net_revenue"]


def test_the_chosen_column_is_used(revenue: Asked) -> None:
    found = revenue.outcome("What is the total revenue?")
    assert isinstance(found, Clarify)
    assert revenue.answer("What is the total revenue?", {found.slot: found.options[1].id}) == 19


def test_an_exact_name_is_not_asked_about(revenue: Asked) -> None:
    assert revenue.answer("What is the total net_revenue?") == 19
    assert revenue.answer("What is the total gross revenue?") == 30


def test_a_statistic_of_an_unnamed_column_is_not_taken_from_another(revenue: Asked) -> None:
    assert not isinstance(revenue.outcome("What is the average profit margin?"), Planned)


def test_a_value_in_two_columns_is_asked_about() -> None:
    frame = pd.DataFrame({"home": ["Ajax", "PSV"], "away": ["PSV", "Ajax"], "crowd": [10, 20]})
    found = Asked({"matches": frame}).outcome("What was the crowd for Ajax?")
    assert isinstance(found, Clarify)
    assert {o.label for o in found.options} == {"home", "away"}


def test_the_same_fact_in_two_tables_is_asked_about() -> None:
    country = pd.DataFrame({"code": ["AA", "BB"], "name": ["Aland", "Bland"], "population": [5, 6]})
    summary = pd.DataFrame({"code": ["AA", "BB"], "population": [7, 8]})
    asked = Asked({"country": country, "country_population": summary})
    found = asked.outcome("What is the total population?")
    assert isinstance(found, Clarify)
    chosen = next(o for o in found.options if "country_population" in o.label)
    assert asked.answer("What is the total population?", {found.slot: chosen.id}) == 15


@pytest.mark.parametrize(
    "question",
    [
        "Predict the amount for next year",
        "What is the weather like in Berlin?",
        "What is the average delivery time?",
        "How many customers have a loyalty card?",
        "Which city has the highest crime rate?",
        "why did amount fall in March?",
    ],
)
def test_a_question_about_what_is_not_there_is_never_answered(sales: Asked, question: str) -> None:
    assert not isinstance(sales.outcome(question), Planned)


def test_a_refusal_names_the_words_that_match_nothing(sales: Asked) -> None:
    found = sales.outcome("How many warehouses are there in Berlin?")
    assert isinstance(found, Decline)
    assert "Berlin" in found.reason or "warehouses" in found.reason
