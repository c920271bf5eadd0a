"""Accounts of income and expenses, figures below a table, and words that are names elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = list[tuple[int, str | None]]
Find = Callable[[str], Found]

ACCOUNTS = "account,amount\nTickets,130\nBar,45\nTotal takings,175\nBand,80\nHall,47\nTotal costs,127\n"


def test_totals_of_two_rows_each_are_believed_together(found: Find) -> None:
    assert found(ACCOUNTS) == [(3, "Total takings"), (6, "Total costs")]
    assert found(f"{ACCOUNTS}Left for next year,48\n") == [(3, "Total takings"), (6, "Total costs")]


def test_teams_called_total_do_not_prove_one_another(found: Find) -> None:
    among = "club,goals\nLions,3\nTigers,4\nTotal Sport,7\nBears,9\nWolves,2\nTotal Stars,15\nFoxes,6\n"
    assert found(among) == []
    assert found("club,goals\nLions,3\nTigers,4\nTotal Sport,7\nBears,9\nWolves,2\nTotal Stars,11\nAll Foxes,5\nSum Cats,9\nOwls,1\n") == []  # fmt: skip


def test_a_total_names_the_head_under_which_its_rows_stand(found: Find) -> None:
    assert found("account,amount\nTakings,\nTickets,100\nBar,50\nTotal takings,150\nCosts,\nBand,60\nHall,40\nTotal costs,100\nLeft,70\n") == [(4, "Total takings"), (8, "Total costs")]  # fmt: skip


BEDS = "bed,plants\nNorth,10\nSouth,25\nEast,31\n"


@pytest.mark.parametrize(
    ("label", "figure"), [("Media", 22), ("Medel", 22), ("World", 66), ("Max", 31), ("Min", 10), ("Count", 3)]
)
def test_a_word_that_is_a_name_too_below_all_rows(found: Find, label: str, figure: int) -> None:
    assert found(f"{BEDS}{label},{figure}\n") == [(4, label)]
    assert found(f"{BEDS}{label},{figure + 1}\n") == []
    assert found(f"bed,plants,days\nNorth,10,7\nSouth,25,4\nEast,31,6\n{label},{figure},5.5\n") == []


def test_figures_below_a_table(found: Find) -> None:
    assert [row for row, _ in found(f"{BEDS}Count,3\nMax,31\nMin,10\nMedian,25\n")] == [4, 5, 6, 7]


def test_a_pupil_called_max_with_the_best_mark(found: Find) -> None:
    assert found("pupil,mark\nAnna,5\nMina,3\nPaul,4\nMax,5\n") == []
    assert found("pupil,mark\nAnna,93\nMina,100\nPaul,100\nMax,100\n") == []


@pytest.mark.parametrize("label", ["Net", "Saldo", "Balance", "Сальдо", "Closing balance"])
def test_what_is_left_is_the_sum_with_signs(found: Find, label: str) -> None:
    assert found(f"item,amount\nTickets,300\nBand,-100\n{label},200\n") == [(3, label)]


def test_a_net_price_is_no_balance(found: Find) -> None:
    assert found("price,amount\nGross,119\nVAT,19\nNet,100\n") == []
    assert found("gear,amount\nRod,100\nReel,50\nNet,150\n") == []


def test_a_name_of_words_beside_another_is_no_total(found: Find) -> None:
    assert found("team,budget\nAlpha,50000\nAll Hands,2000\nSum of Us,52000\n") == []
    assert found("team,budget\nAlpha,50000\nBeta,2000\nSum of teams,52000\n") == [(3, "Sum of teams")]
