"""Words of many languages open the check of a total, large enough sums do so without a word, and what chance may do is data."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

Found = list[tuple[int, str | None]]
Find = Callable[[str], Found]
Profile = Callable[[str], Any]

FERRIES = "line,cars\nA,10\nB,23\nC,31\nD,17\n"


@pytest.mark.parametrize(
    "label",
    [
        "Totalsumma", "Общий итог", "Sveukupno", "Kopsumma", "Samtals", "I alt", "Complessivo", "Totale complessivo", "計", "Végösszeg", "Mindösszesen",
        "รวมทั้งหมด", "ยอดรวม", "مجموع", "کل", "كل", "جمع کل", "الإجمالى", "כולל", "סה״כ", "कुल", "कुल योग", "योग", "মোট", "மொத்தம்", "Guztira", "Cyfanswm",
        "Iomlán", "Kabuuan", "Jumla", "Ʃ", "Cumul", "GENEL TOPLAM", "ΣΥΝΟΛΟ", "総数", "Загальний підсумок", "ＴＯＴＡＬ", "Ընդամենը",
    ],
)  # fmt: skip
def test_words_for_a_total(found: Find, label: str) -> None:
    assert found(f"{FERRIES}{label},81\n") == [(5, label)]


@pytest.mark.parametrize("label", ["Medeltal", "Keskmine", "平均値", "میانگین", "औसत", "Átlag"])
def test_words_for_a_mean(found: Find, profile: Profile, label: str) -> None:
    assert found(f"{FERRIES}{label},20.25\n") == [(5, label)]
    assert any(
        f"row 5 is called {label!r}, but is not the mean" in w for w in profile(f"{FERRIES}{label},21.25\n")["warnings"]
    )


def test_a_word_that_names_things_too_proves_more(found: Find) -> None:
    channels = "channel,spent\nPosters,104.37\nRadio,220.75\nPress,{press}\nMedia,{media}\n"
    assert found(channels.format(press=97.11, media=140.74)) == [(4, "Media")]
    assert found("channel,spent\nPosters,1\nRadio,3\nPress,5\nMedia,3\n") == []


@pytest.mark.parametrize("place", ["first", "last"])
def test_the_world_is_the_sum_of_its_continents(found: Find, place: str) -> None:
    parts = [
        f"{name},{people}\n"
        for name, people in [
            ("Africa", 1426736614),
            ("Asia", 4778004143),
            ("Europe", 743058577),
            ("America", 1037140000),
        ]
    ]
    whole = "World,7984939334\n"
    rows = [whole, *parts] if place == "first" else [*parts, whole]
    assert found("area,people\n" + "".join(rows)) == [(1 if place == "first" else 5, "World")]


def test_large_sums_need_no_word(found: Find) -> None:
    assert found("land,people\nTyrol,771304\nStyria,1265198\nCarinthia,568984\nVienna,1982442\nAustria,4587928\n") == [
        (5, "Austria")
    ]
    assert found("land,people\nAustria,4587928\nTyrol,771304\nStyria,1265198\nCarinthia,568984\nVienna,1982442\n") == [
        (1, "Austria")
    ]


@pytest.mark.parametrize(
    "ordinary",
    [
        "fruit,crates\nPears,1\nPlums,2\nFigs,3\nLimes,4\nKiwis,10\n",
        "item,price\nlaptop,1200\nphone,800\ntablet,450\nscreen,350\nbundle,2800\n",  # multiples of 50
        "item,price,cents\nlaptop,1249,124900\nphone,830,83000\ntablet,451,45100\nbundle,2530,253000\n",  # the same in cents
        "item,net,gross\npen,1,2\nink,2,4\npad,3,6\nset,6,12\n",
        "item,a,b\npen,0,0\nink,0,0\npad,0,0\nset,0,0\n",
        "year,sold,kept\n2019,1021,2207\n2020,1340,3118\n2021,1411,2050\n2022,3772,7375\n",  # a year is no total
        "who,town,won,lost\nAnn,Graz,1021,2207\nBob,Linz,1340,3118\nCy,Wels,1411,2050\nDee,Hall,3772,7375\n",  # has a town of her own
    ],
)
def test_a_last_row_that_is_a_sum_by_chance_is_data(found: Find, ordinary: str) -> None:
    assert found(ordinary) == []


def test_a_brand_called_total_among_others_is_data(found: Find, profile: Profile) -> None:
    among = "brand,litres\nEsso,3\nShell,4\nTotal,7\nAral,9\nAgip,2\n"
    assert found(among) == []
    (said,) = [w for w in profile(among)["warnings"] if "Total" in w]
    assert said == "row 3 is called 'Total' and agrees with other rows, as it may by chance: it is counted as data"
    assert found("brand,seat,litres\nShell,London,13\nAral,Bochum,18\nTotal,Paris,31\n") == []
    assert found("brand,litres\nEsso,0\nTotal,0\nAral,9\nAgip,2\n") == []


def test_subtotals_without_a_grand_total_are_found(found: Find) -> None:
    assert found("land,people\nHall,14\nSchwaz,13\nSubtotal,27\nLeoben,24\nWeiz,11\nSubtotal,35\n") == [
        (3, "Subtotal"),
        (6, "Subtotal"),
    ]
    assert found("land,people\nHall,0\nSchwaz,0\nSubtotal,0\nLeoben,24\nWeiz,11\nSubtotal,35\n") == [
        (3, "Subtotal"),
        (6, "Subtotal"),
    ]
    assert found(
        "land,town,people\nTyrol,Hall,14\nTyrol,Schwaz,13\nTyrol,Total,27\nStyria,Leoben,24\nStyria,Weiz,11\n"
    ) == [(3, "Total")]


def test_a_missing_name_is_no_total(found: Find) -> None:
    assert found("who,goals\nAnn,1\nBob,2\n,3\n") == []
    assert found("who,goals\nAnn,1\nBob,2\nDee,3\n,6\nCy,8\n") == []
    assert found("who,goals\nAnn,10\nBob,20\nDee,30\n,60\n") == [(4, None)]


@pytest.mark.parametrize("highest", [1, 2, 5])
def test_a_word_between_others_is_no_mean_however_often_it_agrees_with_one(found: Find, highest: int) -> None:
    """Small whole numbers agree with any mean, once that is rounded as they are."""
    pick = random.Random(7)
    people = (
        f"P{n},{pick.choice(['Healthy', 'Average', 'Poor'])},{pick.randint(0, highest)},{pick.randint(18, 90)}\n"
        for n in range(600)
    )
    assert found("person,diet,habits,age\n" + "".join(people)) == []


def test_a_mean_below_each_of_many_blocks_is_found(found: Find) -> None:
    pick, lines, means = random.Random(7), ["name,score"], []
    for block in range(12):
        scores = [pick.randint(100, 999) for _ in range(4)]
        lines += [f"N{block}{n},{score}" for n, score in enumerate(scores)]
        lines.append(f"Average,{sum(scores) / 4}")
        means.append((len(lines) - 1, "Average"))
    assert found("\n".join(lines) + "\n") == means
