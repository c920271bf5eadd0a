"""What is said when a question is not answered: the word that stood in the way, what is near, and what would help."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from services.nlq.planner.choosing.decide import decide
from services.nlq.planner.choosing.suggest import suggestions
from services.nlq.planner.facts import ColumnFacts, Decline, TableFacts
from services.nlq.planner.planner import Readings, read
from shared.columns import ColumnType

READ = partial(
    read,
    tables=(
        TableFacts(
            "t_1",
            "shifts",
            60,
            (
                ColumnFacts("worker", "worker", ColumnType.CATEGORY, distinct=3, values=("kevin", "amy", "zoe")),
                ColumnFacts("hours", "hours", ColumnType.INTEGER, distinct=9, minimum=1, maximum=12),
                ColumnFacts("pay", "pay", ColumnType.TEXT, distinct=40, values=("12 €", "9.50 €", "11 €", "8 €")),
            ),
        ),
    ),
    today=date(2026, 11, 29),
)


def declined(readings: Readings) -> Decline:
    found = decide(readings, (), (), {})
    assert isinstance(found, Decline)
    return found


@pytest.mark.parametrize(
    ("question", "word"),
    [("total hours of kevib", "kevib"), ("total overtime of kevin", "overtime"), ("how many robots?", "robots")],
)
def test_a_word_that_nothing_explains_is_named(question: str, word: str) -> None:
    assert f"'{word}'" in declined(READ(question)).reason


def test_a_word_of_no_meaning_here_never_leaves_the_answer_as_it_was() -> None:
    assert READ("total hours").best
    for word in ("net", "overtime", "robot", "gross"):
        assert not READ(f"total {word} hours").best


def test_what_is_spelled_nearly_so_is_offered_as_a_ready_question() -> None:
    assert suggestions(READ("total hours of kevib"), READ)[0] == "total hours of kevin"


def test_every_question_that_is_offered_can_be_read() -> None:
    for question in ("total overtime of kevin", "average ours by worker", "how many hours by wroker"):
        offered = suggestions(READ(question), READ)
        assert offered
        assert all(READ(other).best for other in offered)


def test_texts_are_not_added_up_and_the_cleaning_that_helps_is_named() -> None:
    found = declined(READ("total pay"))
    assert "pay of shifts holds text" in found.reason
    assert found.cleaning == {"table": "shifts", "column": "pay", "step": "cast", "type": "decimal"}


def test_texts_that_are_no_numbers_are_offered_no_cleaning() -> None:
    found = declined(READ("average worker"))
    assert "cannot be averaged" in found.reason
    assert found.cleaning is None
