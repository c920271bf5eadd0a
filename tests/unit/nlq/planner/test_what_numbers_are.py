"""Numbers that name, numbers of several units, and numbers that are nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from services.dataproc.evaluation.model import Rows
from services.nlq.planner.choosing.decide import Chosen
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.planner.plan.mixing import mixes
from services.nlq.planner.plan.remarks import certain_remarks

from .asking import Tables

STAYS = "booking_ref,guest,nights,status\n" + "".join(
    f"{70010 + 7 * n},{'Ann' if n % 2 else 'Bo'},{n % 3 + 1},{'confirmed' if n % 4 else 'cancelled'}\n"
    for n in range(12)
)
PEOPLE = "respondent,age_group,smoker,city,income\n" + "".join(
    f"{1000 + 13 * n},{'18-29' if n % 2 else '30-49'},{'never' if n % 3 else 'daily'},{'Nice' if n % 2 else 'None'},{n * 100}\n"
    for n in range(9)
)
PARCELS = """
    parcel,depot,weight,unit
    A,North,450,g
    B,North,3.5,kg
    C,South,2.5,kg
    D,South,7,kg
"""
LOANS = """
    loan,member,fine
    A,Ann,0
    B,Bo,2.5
    C,Cy,
    D,Di,1
"""


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How many bookings were not cancelled?", 9),
        ("How many bookings were confirmed?", 9),
        ("How many bookings are there?", 12),
    ],
)
def test_numbers_that_name_rows_are_counted(tmp_path: Path, question: str, right: int) -> None:
    over = Tables(tmp_path, {"hotel": STAYS})
    decided, _ = over.decided(question)
    assert not isinstance(decided, Chosen) or over.answer(question) == [(right,)]


@pytest.mark.parametrize("question", ["average bookings per guest", "sum of booking ref", "total booking ref"])
def test_numbers_that_name_rows_are_not_reckoned_with(tmp_path: Path, question: str) -> None:
    over = Tables(tmp_path, {"hotel": STAYS})
    decided, _ = over.decided(question)
    assert not isinstance(decided, Chosen) or "count" in str(decided.reading.query)


@pytest.mark.parametrize("question", ["How many respondents are under 30?", "How many respondents are over 49?"])
def test_no_number_that_names_is_compared(tmp_path: Path, question: str) -> None:
    over = Tables(tmp_path, {"survey": PEOPLE})
    assert not isinstance(over.decided(question)[0], Chosen)


def test_non_is_no_cell(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"survey": PEOPLE})
    assert all("None" not in str(r.query) for r in over.readings("average income of non smokers").best)


def test_who_has_nothing_has_no_fine(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"loans": LOANS})
    decided, _ = over.decided("How many loans had a fine?")
    assert isinstance(decided, Clarify) or over.answer("How many loans had a fine?") == [(2,)]


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("What is the total weight?", True),
        ("What is the average weight by depot?", True),
        ("How many parcels have a weight over 5?", True),
        ("What is the total weight where depot is South?", False),
        ("What is the average weight by unit?", False),
        ("How many parcels are there?", False),
    ],
)
def test_numbers_of_several_units_are_not_taken_together(tmp_path: Path, question: str, several: bool) -> None:
    over = Tables(tmp_path, {"parcels": PARCELS})
    facts = [table.facts for table in over.loaded]
    data = {table.facts.name: table.data for table in over.loaded}
    plan = over.readings(question).best[0].query
    counts = over.evaluator.evaluate([mix.count for mix in mixes(plan, facts)], data)
    units = [table.table.column(0).to_pylist()[0] for table in counts if isinstance(table, Rows)]
    assert any(count > 1 for count in units) is several


AGENTS = "agent,staff_num,branch_code,calls\n" + "".join(
    f"{name},{staff},{branch},{calls}\n"
    for name, staff, branch, calls in zip(
        "ann bo cy di ed flo gil".split(),
        (7, 31, 480, 912, 66, 205, 18),
        (3, 3, 88, 4, 88, 120, 4),
        range(5, 40, 5),
        strict=True,
    )
)


@pytest.mark.parametrize(("question", "total"), [("total staff_num", 1719), ("what is the total branch_code", 310)])
def test_what_only_its_name_calls_a_key_is_added_up_and_that_is_told(tmp_path: Path, question: str, total: int) -> None:
    over = Tables(tmp_path, {"agents": AGENTS})
    decided, _ = over.decided(question)
    assert isinstance(decided, Chosen)
    assert over.answer(question) == [(total,)]
    (told,) = certain_remarks(decided.reading, over.readings(question))
    assert told.startswith(question.split()[-1])


def test_a_measure_is_added_up_without_a_word(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"agents": AGENTS})
    decided, _ = over.decided("total calls")
    assert isinstance(decided, Chosen)
    assert certain_remarks(decided.reading, over.readings("total calls")) == ()


@pytest.mark.parametrize(
    "numbers",
    [
        range(101, 108),  # given out in turn
        (1004, 2310, 4177, 5020, 5020, 7788, 9431),  # as wide as codes are
    ],
)
def test_numbers_whose_values_are_a_key_are_never_added_up(tmp_path: Path, numbers: Iterable[int]) -> None:
    rows = "\n".join(f"{name},{number}" for name, number in zip("abcdefg", numbers, strict=True))
    decided, _ = Tables(tmp_path, {"agents": f"agent,staff_code\n{rows}"}).decided("total staff_code")
    assert isinstance(decided, Decline)
    assert "staff_code" in decided.reason
    assert "key" in decided.reason
