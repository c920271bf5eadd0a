"""How people go on from an answer, and how they say what is missing, why, and of whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from .conftest import World
from .worlds import SCANS

Worlds = Callable[[Mapping[str, str]], World]
Case = tuple[str | tuple[str, ...], list[tuple[Any, ...]]]

RENTALS = {
    "rentals": """
        rental_no,bike_no,bike_kind,hired_on,returned_on,rent,repair_fee,helmet,settlement,fault,outcome
        1,B1,tandem,2023-01-04,2023-01-06,20,0,yes,card,,accepted
        2,B2,racer,2023-02-10,,35,15,no,cash,puncture,rejected
        3,B1,tandem,2024-03-01,2024-03-02,22,0,yes,card,,accepted
        4,B3,cargo,2024-03-05,,50,5,no,invoice,chain,
        5,B2,racer,2024-03-09,2024-03-12,35,25,yes,card,puncture,rejected
        6,B1,tandem,2024-05-01,2024-05-02,18,0,no,cash,,accepted
    """
}
TENANTS = {
    "leases": """
        lease_no,tenant,starts,ends,birth_year,first_flat,present_flat,quit,telephone,refund
        11,Ada,2022-01-01,2022-12-31,1984,A,A,2022-12-20,0551,yes
        12,Bo,2022-06-01,2023-05-31,1991,A,C,,,no
        13,Cy,2023-02-01,2024-01-31,1988,B,B,2023-07-02,0557,yes
        14,Di,2023-03-01,2025-02-28,1979,C,A,,0559,no
    """
}

GOING_ON: list[Case] = [
    (("how many rentals were settled by card?", "what about cash"), [(2,)]),
    (("how many rentals were settled by card?", "list their bike kinds"), [("tandem",), ("racer",)]),
    (("how many rentals were settled by card?", "what is their total rent?"), [(77,)]),
    (("how many rentals have a rent over 30", "and over 40?"), [(1,)]),
    (("how many rentals have a rent over 30", "and 20?"), [(4,)]),
    (("how many rentals were settled by card?", "break that down by bike kind"), [("racer", 1), ("tandem", 2)]),
    (("how many tandem rentals are there?", "what share of them were with helmet?"), [(200 / 3,)]),
]
SAID_OTHERWISE: list[Case] = [
    ("how many rentals are due to a puncture?", [(2,)]),
    ("how many bikes were hired in both 2023 and 2024?", [(2,)]),
    ("rejection rate among returned rentals", [(25,)]),
    ("average repair fee among those who paid more than 0 for it", [(15,)]),
    ("racers with helmet", [(5, "B2", "racer")]),
    ("what share of rentals was with helmet, by settlement", [("card", 100), ("cash", 0), ("invoice", 0)]),
    ("acceptance rate, only counting those with an outcome", [(60,)]),
]
OF_LEASES: list[Case] = [
    ("how many leases were in force on 15 June 2022?", [(2,)]),
    ("how many tenants were born in the 1980s", [(2,)]),
    ("how many tenants have the same present flat as their first flat", [(2,)]),
    ("how many leases left no telephone number", [(1,)]),
    ("how many tenants quit", [(2,)]),
    ("how many leases are still not refunded?", [(2,)]),
    ("how many tenants have not quit?", [(2,)]),
    (("how many tenants quit", "in 2023"), [(1,)]),
]

OF_SCANS: list[Case] = [
    ("how many different badges were scanned?", [(3,)]),
    ("how many badges were scanned more than 2 times", [(1,)]),
]


def _rows(answer: Any) -> Any:
    if isinstance(answer, str):
        return answer
    return sorted(
        tuple(float(v) if isinstance(v, int | float) and not isinstance(v, bool) else v for v in r) for r in answer
    )


def _check(world: World, case: Case) -> None:
    asked, wanted = case
    found = _rows(world.ask(*((asked,) if isinstance(asked, str) else asked)))
    assert not isinstance(found, str), found
    for row, expected in zip(found, _rows(wanted), strict=True):
        assert row[: len(expected)] == pytest.approx(expected)


@pytest.mark.parametrize("case", [*GOING_ON, *SAID_OTHERWISE], ids=str)
def test_rentals(world: Worlds, case: Case) -> None:
    _check(world(RENTALS), case)


@pytest.mark.parametrize("case", OF_LEASES, ids=str)
def test_leases(world: Worlds, case: Case) -> None:
    _check(world(TENANTS), case)


@pytest.mark.parametrize("case", OF_SCANS, ids=str)
def test_scans(world: Worlds, case: Case) -> None:
    _check(world(SCANS), case)


def test_claims_in_small_numbers_are_rows(world: Worlds) -> None:
    claims = {
        "claims": """
            claim_no,holder,amount_claimed
            1,Ada,3
            2,Ada,900
            3,Bo,70
        """
    }
    assert world(claims).ask("holders with at least 2 claims") == [("Ada", 2)]
