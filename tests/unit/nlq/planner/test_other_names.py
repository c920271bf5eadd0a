"""What is called by its unit, by its nation, or with a hyphen."""

from __future__ import annotations

from pathlib import Path

from services.nlq.planner.choosing.decide import Chosen
from services.nlq.planner.facts import Clarify

from .asking import Tables

LOADS = """
    load,supplier,country,gross_kg,tare_kg,price_per_tonne,re_sorted
    L1,Norda,Norway,300,20,90,yes
    L2,Norda,Norway,500,30,80,no
    L3,Huba,Hungary,200,10,85,no
"""
CHECKINS = """
    member,plan
    A,annual
    A,annual
    B,monthly
"""


def test_a_unit_stands_for_the_quantity_that_it_measures(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"loads": LOADS})
    assert over.answer("What is the total gross weight?") == [(1000,)]
    asked, _ = over.decided("What is the average weight?")
    assert isinstance(asked, Clarify)
    assert [option.id.split(".")[-1] for option in asked.options] == ["gross_kg", "tare_kg"]


def test_the_adjective_of_a_nation_means_its_country(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"loads": LOADS})
    assert over.answer("How many Norwegian loads are there?") == [(2,)]
    assert over.answer("What is the total gross kg of Hungarian loads?") == [(200,)]


def test_a_hyphen_divides_no_name(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"checkins": CHECKINS})
    assert sorted(over.answer("How many check-ins are there by plan?")) == [("annual", 2), ("monthly", 1)]


def test_a_description_of_a_column_asks_for_nothing_else(tmp_path: Path) -> None:
    films = "title,country,insured_value\nA,Mali,5\nB,Mali,9\nC,Peru,4\n"
    over = Tables(tmp_path, {"films": films})
    assert over.answer("What is the average of what was agreed on beforehand (insured_value)?") == [(6,)]
    assert not isinstance(over.decided("most precious film (insured) of each country")[0], Chosen)
