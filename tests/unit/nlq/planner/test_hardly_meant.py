"""Readings that are whole, and that nobody means: they are not answered; where the right one is easy, it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.nlq.planner.asking import Tables

BIRDS = """
    sighting,species,count,site,ringed
    1,owl,2,Marsh,yes
    2,heron,1,Marsh,no
    3,owl,8,Lake,no
    4,heron,3,Lake,yes
    5,heron,4,Wood,no
"""
STAYS = """
    stay,guest,guests,room,nights,breakfast,pets,deposit,category_rank
    s10,Roy,2,suite,3,included,none,0,1
    s27,Roy,1,single,1,not included,cat,,2
    s31,Una,3,suite,5,,none,20,3
    s44,Wes,2,single,2,included,dog,0,1
    s58,Una,1,double,2,not included,none,,2
"""
ORDERS = """
    order_id,customer_id,product,quantity,unit_price,discount_pct,channel,refunded,paid_on
    1001,C1,Cake,2,18,0,web,yes,2024-03-02
    1002,C2,Cake,6,18,5,shop,no,2024-04-01
    1003,C1,Rye,5,4,10,web,yes,
    1004,C2,Cake,1,18,0,phone,no,2024-03-09
    1005,C1,Tart,7,7,0,web,no,2024-05-01
    1006,C1,Tart,2,7,0,,yes,2024-05-03
"""
CUSTOMERS = """
    customer_id,name
    C1,Ann
    C2,Bo
    C3,Cy
"""
AGENTS = """
    agent,team,office
    Zed,Blue,Rome
    Xia,Blue,Oslo
    Xia,Red,Oslo
    Wim,Green,Lima
"""
BILLS = """
    bill,line,article,pieces
    b1,1,bolt,40
    b1,2,nut,-4
    b2,1,bolt,15
    b2,2,washer,-90
    b2,3,nut,25
"""
INVOICES = """
    invoice,shop,amount,tax,items
    i1,Alpha,100,20,1
    i2,Alpha,50,10,4
    i3,Beta,30,6,4
"""
ENERGY = """
    year,month,cost
    2023,Jan,90
    2023,Feb,50
    2024,Jan,95
    2024,Feb,60
"""
BAKED = """
    day,product,baked,sold
    2024-03-01,bun,20,18
    2024-03-02,bun,30,25
    2024-03-02,rye,9,9
"""
PARCELS = """
    parcel,weight,unit
    p1,200,g
    p2,3,kg
    p3,7,kg
"""


@pytest.fixture
def ask(tmp_path: Path) -> Tables:
    sheets = {"birds": BIRDS, "stays": STAYS, "orders": ORDERS, "customers": CUSTOMERS, "agents": AGENTS}
    return Tables(
        tmp_path, sheets | {"bills": BILLS, "invoices": INVOICES, "energy": ENERGY, "baking": BAKED, "parcels": PARCELS}
    )


def over(ask: Tables, *names: str) -> Tables:
    return Tables(ask.folder, {name: ask.sheets[name] for name in names})


@pytest.mark.parametrize(
    ("table", "question", "answer"),
    [
        ("birds", "how many herons", 8),
        ("birds", "how many owls at Lake", 8),
        ("birds", "how many sightings", 5),
        ("orders", "how many cakes were sold", 9),
        ("orders", "how many Cake orders", 3),
        ("baking", "how many buns did we sell", 43),
        ("stays", "how many stays with breakfast", 2),
        ("stays", "how many stays without pets", 3),
        ("agents", "how many agents in Oslo", 1),
        ("invoices", "combined amount and tax", 216),
        ("invoices", "amount and tax together", 216),
    ],
)
def test_the_right_one_is_answered(ask: Tables, table: str, question: str, answer: float) -> None:
    assert over(ask, table).likeliest(question) == [answer]


def test_a_share_is_of_those_that_are_described(ask: Tables) -> None:
    (found,) = over(ask, "orders").likeliest("what percentage of refunded orders came from the web")
    assert found == pytest.approx(200 / 3)


def test_per_item_divides_by_the_items(ask: Tables) -> None:
    (found,) = over(ask, "invoices").likeliest("average amount per item")
    assert found == pytest.approx(180 / 9)


@pytest.mark.parametrize(
    ("tables", "question"),
    [
        ("birds", "how many birds at Lake"),  # rows, or what they count
        ("birds", "most common species"),
        ("stays", "how many guests"),
        ("stays", "how many guests booked a suite and a single"),
        ("stays", "stays without a deposit"),  # missing, or 0
        ("stays", "how many stays without breakfast"),
        ("stays", "total category rank"),
        ("orders", "total discount"),
        ("orders", "total unit price"),
        ("orders", "how many orders of at least 5 tarts"),
        ("orders", "how many orders were not paid in March"),
        ("orders customers", "how many customers ordered without a channel"),
        ("energy", "how many months cost more than 80"),
        ("parcels", "total weight in kg"),
        ("bills", "total line"),  # the place of each within its bill
        ("birds", "highest count birds"),
    ],
)
def test_what_is_hardly_meant_is_not_answered(ask: Tables, tables: str, question: str) -> None:
    assert not over(ask, *tables.split()).is_answered(question)


def test_an_average_of_places_may_be_asked_for(ask: Tables) -> None:
    assert over(ask, "stays").likeliest("average category rank") == [pytest.approx(1.8)]
