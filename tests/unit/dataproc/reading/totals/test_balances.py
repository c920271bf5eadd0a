"""What is left of totals, with or without signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Found = list[tuple[int, str | None]]
Find = Callable[[str], Found]
Profile = Callable[[str], Any]

ACCOUNTS = "account,amount\nTickets,130\nBar,45\nTotal takings,175\nBand,80\nHall,47\nTotal costs,127\n"


@pytest.mark.parametrize("label", ["Net income", "Net", "Balance", "Profit", "Saldo", "Überschuss"])
def test_one_total_less_the_other(found: Find, profile: Profile, label: str) -> None:
    text = f"{ACCOUNTS}{label},48\n"
    assert found(text) == [(3, "Total takings"), (6, "Total costs"), (7, label)]
    last = profile(text)["totals"]["rows"][-1]
    assert (last["figure"], last["sums"], last["check"]) == (
        "difference",
        "rows 3 and 6",
        "difference of rows 3 and 6 in amount",
    )


def test_what_is_not_the_difference_is_data(found: Find) -> None:
    assert found(f"{ACCOUNTS}Net income,49\n") == [(3, "Total takings"), (6, "Total costs")]
    assert found("price,amount\nGross,119\nVAT,19\nNet,100\n") == []
    assert found(f"{ACCOUNTS}Safety nets,48\n") == [(3, "Total takings"), (6, "Total costs")]


def test_a_net_profit_that_starts_from_a_gross_profit(found: Find) -> None:
    chain = f"{ACCOUNTS}Gross profit,48\nWages,21\nPower,7\nTotal overheads,28\nNet profit,20\n"
    assert [row for row, _ in found(chain)] == [3, 6, 7, 10, 11]


def test_over_several_years(found: Find) -> None:
    years = "account,2022,2023\nTickets,130,140\nBar,45,52\nTotal takings,175,192\nBand,80,83\nHall,47,200\nTotal costs,127,283\nNet,48,-91\n"
    assert [row for row, _ in found(years)] == [3, 6, 7]
    assert [row for row, _ in found(years.replace("Net,48,-91", "Net,48,91"))] == [3, 6]
