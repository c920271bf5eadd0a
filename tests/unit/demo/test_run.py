"""The demo counts as right only what is right."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from askframe import Askframe
from deploy.demo.checks import has_value
from deploy.demo.questions import Question
from deploy.demo.run import ask_all, load_tables
from tests.fakes.askframe_server import FakeAskframe, ambiguous, answered, declined

PLAIN = Question("count", "How many rows are there?", ("sales",), lambda query, _: has_value(query, 3))
TWO_READINGS = Question(
    "ambiguous", "What is the total?", ("sales",), lambda query, _: has_value(query, 3), choose="net"
)


def outcome(answers: list[dict[str, Any]], question: Question) -> tuple[int, str, list[str]]:
    """How many were right, what was shown, what was chosen."""
    fake, console = FakeAskframe(answers=answers), Console(file=io.StringIO(), width=120)
    client = Askframe("http://fake", http=fake.transport())
    client.create_session()
    right = ask_all(client, [question], {"sales": "t1"}, {}, console)
    assert isinstance(console.file, io.StringIO)
    return right, console.file.getvalue(), fake.choices


def test_a_right_answer_is_shown_with_its_code_and_counted() -> None:
    right, shown, _ = outcome([answered(value=3)], PLAIN)
    assert right == 1
    assert "result = len(df)" in shown
    assert " ms" in shown


@pytest.mark.parametrize("answer", [answered(value=4), declined(), ambiguous("net", "gross")])
def test_anything_else_is_not(answer: dict[str, Any]) -> None:
    assert outcome([answer], PLAIN)[0] == 0


def test_a_question_back_is_shown_and_the_option_with_the_column_chosen() -> None:
    right, shown, chosen = outcome(
        [ambiguous("gross (table sales)", "net (table sales)"), answered(value=3)], TWO_READINGS
    )
    assert (right, chosen) == (1, ["option-2"])
    assert "Which one do you mean?" in shown


@pytest.mark.parametrize("answer", [answered(value=3), ambiguous("gross", "tax")])
def test_to_answer_an_ambiguous_question_without_asking_is_wrong_even_when_the_number_is_right(
    answer: dict[str, Any],
) -> None:
    assert outcome([answer], TWO_READINGS)[0] == 0


def test_the_files_of_the_demo_become_tables() -> None:
    fake = FakeAskframe()
    client = Askframe("http://fake", http=fake.transport())
    client.create_session()
    tables = load_tables(client, Console(file=io.StringIO()))
    assert sorted(tables) == ["airlines", "airports", "flights", "planes"]
    assert len(set(tables.values())) == 4
