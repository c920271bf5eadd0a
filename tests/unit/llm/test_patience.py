"""All bounds fit into the question's deadline, whatever that is."""

from __future__ import annotations

import pytest

from services.llm.limits.patience import Patience
from shared.settings import QuestionSettings

DEFAULT = QuestionSettings().question_seconds


@pytest.mark.parametrize("left", [0.5, 3, 60, DEFAULT, 3600])
def test_a_slow_exchange_and_its_repair_leave_time_for_the_answer(left: float) -> None:
    first = Patience.of(left, is_repair=False)
    repair = Patience.of(left - first.exchange, is_repair=True)
    assert first.exchange + repair.exchange < left
    assert repair.exchange >= first.exchange
    assert max(first.silence, first.turn) < first.exchange


def test_a_slow_model_ends_within_the_default() -> None:
    first = Patience.of(DEFAULT - 5, is_repair=False)
    assert first.silence > 50
    assert first.exchange > 125
    assert Patience.of(DEFAULT - 5 - 125, is_repair=True).exchange > 125


def test_nothing_is_left_of_a_time_that_is_over() -> None:
    assert Patience.of(-3, is_repair=True) == Patience(0, 0, 0)
