"""Question sets over HTTP, against a server in memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from askframe import Askframe
from eval import over_stack
from eval.asking import Graded
from eval.questions import QuestionSet
from eval.verdicts import Verdict
from tests.fakes.askframe_server import FakeAskframe, ambiguous, answered, declined
from tests.unit.eval.test_asking import a_set

THREE = {"check": "scalar", "values": [3]}


def ask(fake: FakeAskframe, questions: QuestionSet) -> list[Graded]:
    connect = partial(Askframe, "http://fake", http=fake.transport(), sleep=lambda _: None)
    return list(over_stack.run([questions], connect, jobs=1))


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (answered(value=3), Verdict.RIGHT),
        (answered(value=4), Verdict.WRONG),
        (ambiguous("net", "gross"), Verdict.CLARIFIED),
        (declined(), Verdict.DECLINED),
        ({"state": "failed", "error": {"code": "code_failed", "message": "It broke."}}, Verdict.BROKEN),
    ],
)
def test_every_end_of_a_question_has_its_verdict(tmp_path: Path, end: dict[str, Any], verdict: Verdict) -> None:
    fake = FakeAskframe(answers=[end])
    (row,) = ask(fake, a_set(tmp_path, {"question": "q", "expect": THREE}))
    assert row.verdict is verdict
    assert fake.deleted_sessions == 1


def test_the_expected_choice_is_taken(tmp_path: Path) -> None:
    fake = FakeAskframe(answers=[ambiguous("net fee", "gross fee"), answered(value=3)])
    expect = {"check": "clarify", "between": ["gross fee", "net fee"], "answers": {"gross fee": 3}}
    (row,) = ask(fake, a_set(tmp_path, {"question": "q", "expect": expect}))
    assert row.verdict is Verdict.RIGHT and fake.choices == ["option-2"]


def test_a_preview_that_was_cut_is_fetched_whole(tmp_path: Path) -> None:
    preview = {"columns": ["n"], "rows": [[1]], "total_rows": 2}
    answer = {"text": "2 rows.", "kind": "table", "table_preview": preview}
    fake = FakeAskframe(answers=[answered() | {"answer": answer}], whole_result={"columns": ["n"], "rows": [[1], [2]]})
    (row,) = ask(fake, a_set(tmp_path, {"question": "q", "expect": {"check": "set", "values": [1, 2]}}))
    assert row.verdict is Verdict.RIGHT


def test_follow_ups_are_asked_in_one_conversation_and_single_questions_in_none(tmp_path: Path) -> None:
    fake = FakeAskframe()
    follow_up = {"question": "and now?", "expect": THREE}
    items = [{"question": "q", "expect": THREE, "follow_ups": [follow_up]}, {"question": "alone", "expect": THREE}]
    rows = ask(fake, a_set(tmp_path, *items))
    asked = {body["question"]: body.get("conversation_id") for body in fake.asked()}
    assert asked == {"q": "c1", "and now?": "c1", "alone": None}
    assert [row.turn for row in rows] == [0, 1, 0]


def test_a_file_that_is_refused_breaks_its_own_questions_only(tmp_path: Path) -> None:
    fake = FakeAskframe(file_end={"state": "failed", "code": "no_table", "reason": "It holds none."})
    (row,) = ask(fake, a_set(tmp_path, {"question": "q", "expect": THREE}))
    assert row.verdict is Verdict.BROKEN and "no_table" in row.got
