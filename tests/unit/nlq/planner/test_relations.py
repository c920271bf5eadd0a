"""Questions over several tables: what names what, questions within conditions, and tables that have nothing to do with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eval.tables import Table
from tests.unit.nlq.planner.asked import Asker, asker

COUNTRY = """
    country_name,area,population,capital
    Arland,500,90,Arl City
    Bregen,300,400,Bree
    Corvia,900,150,Corv
    Dunmark,120,60,Dun
    Estria,80,75,Estri
    Farosia,40,5,Faro
"""
BORDERS = """
    country_name,border
    Arland,Bregen
    Arland,Corvia
    Bregen,Arland
    Bregen,Corvia
    Bregen,Dunmark
    Corvia,Arland
    Corvia,Bregen
    Dunmark,Bregen
    Dunmark,Estria
    Estria,Dunmark
"""
CITY = """
    city_name,inhabitants,country_name
    Arl City,20,Arland
    Milsted,3,Arland
    Bree,55,Bregen
    Oldham,31,Bregen
    Quell,12,Bregen
    Corv,18,Corvia
    Milsted,2,Corvia
    Dun,9,Dunmark
    Estri,8,Estria
    Faro,1,Farosia
    Sandby,4,Estria
"""
RIVER = """
    river_name,length,traverse
    Long,900,Arland
    Long,900,Bregen
    Long,900,Corvia
    Arland,210,Bregen
    Arland,210,Dunmark
    Short,70,Estria
    Short,70,Dunmark
    Brook,400,Corvia
    Brook,400,Arland
"""
HEIGHTS = """
    country_name,highest_point,highest_elevation
    Arland,Mount Arl,2100
    Bregen,Bree Top,900
    Corvia,Great Corv,3300
    Dunmark,Dun Hill,140
    Estria,Estri Rock,410
    Farosia,Lighthouse,60
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with asker(tmp_path_factory.mktemp("asked")) as made:
        yield made


@pytest.fixture(scope="module")
def lands(ask: Asker) -> tuple[Table, ...]:
    return ask.tables(borders=BORDERS, city=CITY, heights=HEIGHTS, river=RIVER, country=COUNTRY)


LANDS: dict[str, tuple[str, set[object]]] = {
    "a value of the thing itself, not of rows that name it": ("what is the population of Bregen", {400}),
    "the table that is about it": ("which country has the largest population", {"Bregen"}),
    "a role that is said": ("what countries border Dunmark", {"Bregen", "Estria"}),
    "a role in other words": ("which countries are adjacent to Estria", {"Dunmark"}),
    "things that are in others": ("what cities are in Bregen", {"Bree", "Oldham", "Quell"}),
    "a thing that bears two names, by where it is": ("what rivers run through Arland", {"Long", "Brook"}),
    "what rows name of a thing": ("what countries does the Long run through", {"Arland", "Bregen", "Corvia"}),
    "what rows name of one that bears two names": ("which countries does the Arland river run through", {"Bregen", "Dunmark"}),
    "one of several rows for each thing": ("what is the longest river", {"Long"}),
    "a superlative within a condition": ("what is the capital of the smallest country", {"Faro"}),
    "a superlative of a joined table": ("what is the highest point of the country with the largest area", {"Great Corv"}),
    "things that border a superlative": ("what countries border the country with the most cities", {"Arland", "Corvia", "Dunmark"}),
    "a description within a condition": ("which rivers run through countries bordering Estria", {"Arland", "Short"}),
    "values of things described": ("what are the capitals of countries that border Estria", {"Dun"}),
    "the greatest of those described": ("what is the largest country bordering Dunmark", {"Bregen"}),
    "what stands behind a superlative narrows first": ("what is the length of the longest river that runs through Dunmark", {210}),
    "most of a relation": ("which country borders the most countries", {"Bregen"}),
    "most of a relation by name": ("which river runs through the most countries", {"Long"}),
    "none of a relation": ("which countries border no other countries", {"Farosia"}),
    "none of its rows": ("what rivers do not run through Corvia", {"Arland", "Short"}),
    "the country of a city": ("what country is Oldham in", {"Bregen"}),
    "where something is": ("where is Oldham", {"Bregen"}),
}  # fmt: skip


@pytest.mark.parametrize("case", LANDS)
def test_things_are_found_across_tables(case: str, ask: Asker, lands: tuple[Table, ...]) -> None:
    question, wanted = LANDS[case]
    answer = ask.answer(question, lands)
    assert not isinstance(answer, str), answer
    assert any({row[at] for row in answer} == wanted for at in range(len(answer[0]))), answer


def test_a_city_of_two_countries_is_in_both(ask: Asker, lands: tuple[Table, ...]) -> None:
    answer = ask.answer("what country is Milsted in", lands)
    assert {row[0] for row in answer} == {"Arland", "Corvia"}
