"""Rows that sum up others are found by their arithmetic, wherever they stand and whatever language says so."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.cleaning.suggestions import may_hold_totals
from services.dataproc.reading.reader import read_file

Found = list[tuple[int, str | None]]
Find = Callable[[str], Found]


Profile = Callable[[str], Any]

STALLS = "stall,crates,kilos\nPears,4,81.5\nPlums,6,40.25\nQuinces,9,72\n"


@pytest.mark.parametrize(
    "label",
    [
        "Total", "TOTAL:", "Grand total (kg)", "Sub-total", "Sum", "∑", "All", "All stalls", "Overall", "Market Total", "Total Market",
        "Gesamt", "Summe", "Insgesamt", "Gesamtsumme", "Totale", "Totaal", "Итого", "Всего по рынку", "Razem", "Celkem", "Összesen",
        "合計", "总计", "小计", "합계", "Sous-total", "Total général", "Suma", "Toplam", "Σύνολο", "Yhteensä", "المجموع", "Both",
    ],
)  # fmt: skip
def test_labels(found: Find, label: str) -> None:
    assert found(f"{STALLS}{label},19,193.75\n") == [(4, label)]


@pytest.mark.parametrize("label", ["Total", "All", "Summe", "合計", "Total Market"])
def test_what_is_called_so_and_does_not_add_up_is_data(found: Find, profile: Profile, label: str) -> None:
    assert found(f"{STALLS}{label},20,11\n") == []


def test_a_bare_total_that_is_none_is_said(profile: Profile) -> None:
    (said,) = [w for w in profile(f"{STALLS}Total,20,194.75\n")["warnings"] if "Total" in w]
    assert said == "row 4 is called 'Total', but is not the sum of other rows: it is counted as data"


def test_what_is_left_out_is_said(profile: Profile) -> None:
    (said,) = [w for w in profile(f"{STALLS}Total,19,193.75\n")["warnings"] if "Total" in w]
    assert said == "row 4 'Total' = sum of 3 rows; questions leave it out"


@pytest.mark.parametrize(
    ("label", "crates", "kilos"),
    [("Average", 6.33, 64.58), ("Mittelwert", 6.33, 64.58), ("Median", 6, 72), ("Minimum", 4, 40.25), ("Maximum", 9, 81.5), ("Ø", 6.33, 64.58)],
)  # fmt: skip
def test_other_figures(found: Find, label: str, crates: float, kilos: float) -> None:
    assert found(f"{STALLS}{label},{crates},{kilos}\n") == [(4, label)]


def test_a_total_and_a_mean_below_it(found: Find) -> None:
    assert found(f"{STALLS}Total,19,193.75\nMean,6.33,64.58\nMax,9,81.5\n") == [(4, "Total"), (5, "Mean"), (6, "Max")]


def test_somebody_who_is_called_max(found: Find) -> None:
    assert found("child,age,height\nAnna,6,118\nMina,7,120\nMax,9,131\n") == []


OUTLINE = """\
land,town,people,area
Tyrol,Hall,14,5
Tyrol,Schwaz,13,20
Tyrol Total,,27,25
Styria,Leoben,24,107
Styria,Weiz,11,5
Styria Total,,35,112
Grand Total,,62,137
"""


def test_groups_and_their_total(found: Find) -> None:
    assert found(OUTLINE) == [(3, "Tyrol Total"), (6, "Styria Total"), (7, "Grand Total")]


def test_groups_that_do_not_stand_together(found: Find) -> None:
    scattered = "land,people\nTyrol,14\nStyria,24\nTyrol,13\nStyria,11\nTotal Tyrol,27\nTotal Styria,35\nTotal,62\n"
    assert found(scattered) == [(5, "Total Tyrol"), (6, "Total Styria"), (7, "Total")]


def test_a_total_of_totals_only(found: Find) -> None:
    assert found("land,people\nTyrol Total,27\nStyria Total,35\nGrand Total,62\n") == [(3, "Grand Total")]


def test_totals_on_top(found: Find) -> None:
    assert found("stall,crates\nTotal,19\nPears,4\nPlums,6\nQuinces,9\n") == [(1, "Total")]
    assert found("land,people\nTyrol total,27\nHall,14\nSchwaz,13\nStyria total,35\nLeoben,24\nWeiz,11\n") == [(1, "Tyrol total"), (4, "Styria total")]  # fmt: skip


def test_a_blank_label_at_the_end(found: Find) -> None:
    assert found("day,visits\n2024-05-13,100\n2024-05-14,110\n2024-05-15,120\n,330\n") == [(4, None)]


def test_a_blank_label_that_does_not_add_up_is_data(found: Find) -> None:
    assert found("day,visits\n2024-05-13,100\n2024-05-14,110\n2024-05-15,120\n,90\n") == []


def test_cells_of_the_total_may_be_missing_and_rates_need_not_add_up(found: Find) -> None:
    text = "stall,crates,price,share\nPears,4,2.5,21.1\nPlums,6,3.1,31.6\nQuinces,9,,47.4\nTotal,19,2.8,100.0\n"
    assert found(text) == [(4, "Total")]
    assert found("stall,crates,price\nPears,4,2.5\nPlums,6,3.1\nTotal,10,\n") == [(3, "Total")]


def test_rounded_addends(found: Find) -> None:
    assert found("stall,share\nPears,33.3\nPlums,33.3\nQuinces,33.3\nTotal,100\n") == [(4, "Total")]
    assert found("stall,crates\nPears,10\nPlums,20\nQuinces,30\nTotal,61\n") == []


def cube(*, all_of: str = "All") -> str:
    lands, sexes = {"Chad": 3, "Mali": 5, "Togo": 11}, {"f": 17, "m": 23}
    cells = {(land, sex): a * b for (land, a), (sex, b) in product(lands.items(), sexes.items())}
    rows = []
    for year, land, sex in product((2021, 2022), [*lands, all_of], [*sexes, all_of]):
        total = sum(n for (at, who), n in cells.items() if land in (at, all_of) and sex in (who, all_of))
        rows.append(f"{year},{land},{sex},{total}")
    return "year,land,sex,cases\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("label", ["All", "Total", "Both sexes"])
def test_a_member_of_every_dimension(found: Find, profile: Profile, label: str) -> None:
    assert len(found(cube(all_of=label))) == 2 * 6
    told = profile(cube(all_of=label))["totals"]["told_by"]
    assert [[cell["column"] for cell in cells] for cells in told] == [["sex"], ["land"]]


def test_films_for_all_are_data(found: Find) -> None:
    films = "".join(
        f"Film {n},{rating},{7 * n % 13},{3 * n}\n"
        for n, rating in enumerate(["All", "12", "All", "16", "All", "18"] * 4)
    )
    assert found("title,admits,copies,days\n" + films) == []


def test_a_row_that_happens_to_be_a_sum(found: Find) -> None:
    assert found("stall,crates,kilos\nPears,1,5\nPlums,2,6\nQuinces,3,11\nFigs,9,2\n") == []
    assert found("stall,crates\nPears,1\nPlums,2\nQuinces,3\n") == []


def test_the_last_row_is_one_where_several_columns_say_so(found: Find) -> None:
    text = "land,people,area,towns\nTyrol,27,25,2\nStyria,35,112,3\nCarinthia,12,9,1\nAustria,74,146,6\n"
    assert found(text) == [(4, "Austria")]


def test_brands_and_people_that_are_called_so(found: Find) -> None:
    assert found("brand,litres\nTotal,31\nShell,20\nAral,18\n") == []
    assert found("film,year,minutes\nTotal Recall,1990,113\nHeat,1995,170\nAll About Eve,1950,138\n") == []


def test_a_label_of_ordinary_rows_is_told_by_more_cells(profile: Profile) -> None:
    totals = profile("brand,kind,litres\nTotal,diesel,31\nShell,diesel,20\nTotal,petrol,18\nTotal,,69\n")["totals"]
    assert [row["row"] for row in totals["rows"]] == [4]
    assert totals["told_by"] == [[{"column": "brand", "value": "Total"}, {"column": "kind", "value": None}]]


def test_a_long_table_with_a_total_in_its_last_row(found: Find) -> None:
    rows = "".join(f"parcel {n},{n % 97},{n % 13 / 10}\n" for n in range(210_000))
    total = f"Total,{sum(n % 97 for n in range(210_000))},{sum(n % 13 for n in range(210_000)) / 10:.1f}\n"
    assert found("parcel,weight,volume\n" + rows + total) == [(210_001, "Total")]


def test_a_step_that_drops_totals_is_suggested_only_where_rows_sum_up_others(profile: Profile) -> None:
    assert may_hold_totals(profile(f"{STALLS}Total,19,193.75\n"))
    assert not may_hold_totals(profile(f"{STALLS}Total,20,11\n"))


def test_numbers_whose_sum_is_beyond_a_double_say_nothing(found: Find) -> None:
    assert found("stall,far\nPears,1.5e308\nPlums,1.5e308\nQuinces,1e308\nTotal,1.7e308\n") == []


def test_rows_are_labelled_by_days_beyond_any_calendar_of_python(tmp_path: Path) -> None:
    path = tmp_path / "far.parquet"
    far = pa.array([0, 10**17, 2 * 10**17, 3 * 10**17], pa.timestamp("us"))  # years up to 11,476
    pq.write_table(pa.table({"at": far, "a": [1, 2, 3, 6], "b": [2, 3, 4, 9]}), path)
    (table,) = read_file(path, filename=path.name, into=tmp_path / "read").tables
    assert table.rows == 4
