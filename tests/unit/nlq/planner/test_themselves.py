"""Rows that name others of their own table: managers of employees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from eval.tables import Table
from services.nlq.planner.planner import read
from tests.unit.nlq.planner.asked import Asker, asker

STAFF = """
    employee_id,name,department,salary,manager_id
    E1,Ana Ruiz,Sales,5000,
    E2,Bo Lind,Sales,4000,E1
    E3,Cy Tran,Sales,5200,E1
    E4,Di Marsh,Tech,6000,E1
    E5,Ed Pohl,Tech,6500,E4
    E6,Flo Kern,Tech,3000,E4
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with asker(tmp_path_factory.mktemp("themselves")) as made:
        yield made


@pytest.fixture(scope="module")
def staff(ask: Asker) -> tuple[Table, ...]:
    return ask.tables(employee=STAFF)


CASES = {
    "one's own": ("which employees earn more than their manager", {"Cy Tran", "Di Marsh", "Ed Pohl"}),
    "by the column": ("employees with a higher salary than their manager", {"Cy Tran", "Di Marsh", "Ed Pohl"}),
    "less": ("which employees earn less than their manager", {"Bo Lind", "Flo Kern"}),
    "whose": ("employees whose manager is Di Marsh", {"Ed Pohl", "Flo Kern"}),
    "a name beside the key": ("who is the manager of Bo Lind", {"Ana Ruiz"}),
    "counted": ("how many employees earn more than their manager", {3}),
}


@pytest.mark.parametrize("case", CASES)
def test_rows_are_told_beside_those_that_they_name(case: str, ask: Asker, staff: tuple[Table, ...]) -> None:
    question, wanted = CASES[case]
    answer = ask.answer(question, staff)
    assert not isinstance(answer, str), answer
    assert any({row[at] for row in answer} == wanted for at in range(len(answer[0]))), answer


def test_the_reading_says_whose_value_is_meant(staff: tuple[Table, ...]) -> None:
    question, today = "which employees earn more than their manager", date(2026, 11, 29)
    best, *_ = read(question, [t.facts for t in staff], today=today).best
    assert "with employee as manager where salary is more than salary of manager" in best.sentence
