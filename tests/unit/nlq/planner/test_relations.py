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


CUSTOMERS = """
    customer_id,name,city,segment
    C1,Acme,Berlin,Retail
    C2,Globex,Paris,Wholesale
    C3,Initech,Berlin,Retail
    C4,Nova,Rome,Wholesale
"""
PRODUCTS = """
    product_id,product,category,price
    1,Laptop,Electronics,900
    2,Desk,Furniture,250
    3,Pen,Office,2
    4,Tablet,Electronics,400
"""
ORDERS = """
    order_id,order_date,customer_id,product_id,quantity,net_amount
    501,2022-01-05,C1,1,2,1800
    502,2022-03-10,C2,3,100,200
    503,2022-07-19,C1,2,1,250
    504,2023-02-01,C1,3,50,100
    505,2023-02-11,C3,2,4,1000
    506,2023-05-30,C3,1,1,900
    507,2022-05-30,C2,2,3,750
    508,2023-06-30,C9,3,10,20
"""
UNRELATED = """
    star,constellation,magnitude,distance
    Sirius,Canis Major,-1.46,8.6
    Vega,Lyra,0.03,25.0
    Rigel,Orion,0.13,860.0
    Deneb,Cygnus,1.25,2600.0
"""
SHOP: dict[str, tuple[str, set[object]]] = {
    "across three tables": ("Which customers bought a Laptop?", {"Acme", "Initech"}),
    "both": ("Which customers bought both a Laptop and a Desk?", {"Acme", "Initech"}),
    "both, though each of them by others, too": ("Which customers bought both a Pen and a Desk?", {"Acme", "Globex"}),
    "in one year only": ("Which customers ordered in 2022 but not in 2023?", {"Globex"}),
    "never": ("Which customers have never ordered?", {"Nova"}),
    "never such a thing": ("Which customers never bought a Desk?", {"Nova"}),
    "nobody's": ("Which products have never been sold?", {"Tablet"}),
    "a value of a group's table": ("Total net amount by product category", {2700, 2000, 320}),
    "the greatest by another table, with its name": ("Which product has the highest total quantity?", {"Pen"}),
    "a condition on a partner": ("How many orders were placed by customers from Berlin?", {5}),
    "a condition on a partner and a period": ("Total net amount for Retail customers in 2023", {2000}),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(ask: Asker) -> tuple[Table, ...]:
    return ask.tables(orders=ORDERS, customers=CUSTOMERS, products=PRODUCTS)


@pytest.fixture(scope="module")
def crowded(ask: Asker) -> tuple[Table, ...]:
    """The shop among tables that have nothing to do with it."""
    return ask.tables(
        stars=UNRELATED, river=RIVER, orders=ORDERS, heights=HEIGHTS, customers=CUSTOMERS, products=PRODUCTS
    )


@pytest.mark.parametrize("case", SHOP)
def test_rows_that_name_others_are_joined(case: str, ask: Asker, shop: tuple[Table, ...]) -> None:
    question, wanted = SHOP[case]
    answer = ask.answer(question, shop)
    assert not isinstance(answer, str), answer
    assert any({row[at] for row in answer} == wanted for at in range(len(answer[0]))), answer


@pytest.mark.parametrize("case", SHOP)
def test_unrelated_tables_change_no_answer(
    case: str, ask: Asker, shop: tuple[Table, ...], crowded: tuple[Table, ...]
) -> None:
    question, _ = SHOP[case]
    assert ask.answer(question, crowded) == ask.answer(question, shop)
