"""Tables joined on a shared key."""

from __future__ import annotations

import pandas as pd
import pytest

from services.nlq.planning import Planned

from .conftest import Asked


def test_the_table_that_has_the_words_is_used(shop: Asked) -> None:
    assert shop.column("What is the country of Bob?", "country") == ["Spain"]


def test_a_filter_in_another_table_reaches_over_the_key(shop: Asked) -> None:
    assert shop.answer("What is the total of orders from France?") == 180.0


def test_a_group_of_another_table_does_not_count_rows_twice(shop: Asked) -> None:
    result = shop.answer("average total per country")
    assert dict(zip(result["country"], result["average total"], strict=True)) == {"France": 60.0, "Spain": 70.0}


def test_a_join_is_said_to_be_one(shop: Asked) -> None:
    found = shop.outcome("average total per country")
    assert isinstance(found, Planned)
    assert found.intent == "join"
    assert ("customers", "country") in found.columns


def test_a_sum_that_a_join_would_multiply_is_refused() -> None:
    a = pd.DataFrame({"team": ["x", "x", "y"], "bonus": [1, 2, 3]})
    b = pd.DataFrame({"team": ["x", "x", "y"], "city": ["Oslo", "Bergen", "Oslo"]})
    assert not isinstance(Asked({"a": a, "b": b}).outcome("total bonus in Oslo"), Planned)


def test_a_question_inside_a_question_is_answered_first() -> None:
    states = pd.DataFrame(
        {"state_name": ["Ohio", "Utah", "Iowa", "Maine", "Texas"], "population": [50, 10, 20, 30, 40]}
    )
    cities = pd.DataFrame(
        {"city_name": ["A", "B", "C", "D", "E"], "state_name": ["Ohio", "Ohio", "Utah", "Iowa", "Texas"]}
    )
    asked = Asked({"city": cities, "state": states})
    assert sorted(asked.column("what are the cities in the state with the largest population", "city_name")) == [
        "A",
        "B",
    ]


@pytest.mark.parametrize("order", [("orders", "customers"), ("customers", "orders")])
def test_the_order_of_the_tables_does_not_change_the_answer(shop: Asked, order: tuple[str, str]) -> None:
    turned = Asked({name: shop.frames[name] for name in order})
    assert turned.answer("What is the total of orders from France?") == 180.0
