"""A set of questions over real files, asked of an engine that says what the test wants."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval import conversations, tables
from eval.asking import Graded, ask_item
from eval.conversations import EngineConversation
from eval.engines import ENGINES, Answered, Outcome
from eval.figures import figures
from eval.grading import Result
from eval.questions import NoQuestions, QuestionSet, read_set, sample
from eval.tables import Table, load
from eval.verdicts import Verdict
from services.nlq.planner.facts import Clarify, Decline, Option, Turn

BACK = Clarify("Which?", (Option("o1", "net fee"), Option("o2", "fee (gross)")), "other", {}, "slot")
NO = Decline("No.", "Ask something else.", "other")


def answer(value: object) -> Answered:
    return Answered({"is": "a plan"}, "result = …", Result.of(value))


class Scripted:
    """Says what the script says for a question, and after a choice what it says for the chosen id."""

    def __init__(self, script: Mapping[str, Outcome | Exception]) -> None:
        self.script = script
        self.heard: list[tuple[str, int]] = []

    def ask(
        self, question: str, tables: Sequence[Table], history: Sequence[Turn], choices: Mapping[str, str]
    ) -> Outcome:
        self.heard.append((question, len(history)))
        said = self.script[choices.get("slot", question)]
        if isinstance(said, Exception):
            raise said
        return said


def a_set(folder: Path, *items: dict[str, Any]) -> QuestionSet:
    (folder / "tables").mkdir()
    (folder / "tables/fees.csv").write_text("region,fee\nNorth,10\nSouth,\nNorth,5\n", encoding="utf-8")
    lines = (json.dumps({"id": str(i), "tables": ["fees.csv"], **item}) for i, item in enumerate(items))
    (folder / "items.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return read_set(folder, folder)


def graded(folder: Path, script: Mapping[str, Outcome | Exception], *items: dict[str, Any]) -> list[Graded]:
    questions = a_set(folder, *items)
    return [
        row
        for item in questions.items
        for row in ask_item(EngineConversation(Scripted(script), ()), item, questions.name)
    ]


@pytest.mark.parametrize(
    ("expect", "said", "verdict"),
    [
        ({"check": "scalar", "values": [3]}, answer(3), Verdict.RIGHT),
        ({"check": "scalar", "values": [3]}, answer(4), Verdict.WRONG),
        ({"check": "scalar", "values": [3]}, BACK, Verdict.CLARIFIED),
        ({"check": "scalar", "values": [3]}, NO, Verdict.DECLINED),
        ({"check": "scalar", "values": [3]}, ValueError("no"), Verdict.BROKEN),
        ({"check": "refuse"}, NO, Verdict.RIGHT),
        ({"check": "refuse"}, BACK, Verdict.RIGHT),
        ({"check": "refuse"}, answer(3), Verdict.WRONG),
        ({"check": "either", "of": [{"check": "scalar", "values": [3]}], "asked_ok": True}, BACK, Verdict.RIGHT),
        ({"check": "either", "of": [{"check": "scalar", "values": [3]}], "asked_ok": True}, NO, Verdict.DECLINED),
        ({"check": "either", "of": [{"check": "scalar", "values": [3]}], "declined_ok": True}, NO, Verdict.RIGHT),
        (
            {"check": "either", "of": [{"check": "scalar", "values": [3]}], "declined_ok": True},
            answer(4),
            Verdict.WRONG,
        ),
        ({"check": "clarify", "between": ["net fee"]}, answer(3), Verdict.WRONG),
        ({"check": "clarify", "between": ["net fee"]}, NO, Verdict.DECLINED),
    ],
)
def test_what_came_is_measured_against_what_was_expected(
    tmp_path: Path, expect: dict[str, Any], said: Outcome | Exception, verdict: Verdict
) -> None:
    (row,) = graded(tmp_path, {"q": said}, {"question": "q", "expect": expect})
    assert row.verdict is verdict


@pytest.mark.parametrize(
    ("between", "after", "verdict"),
    [
        (["net fee", "fee gross"], answer(7), Verdict.RIGHT),
        (["net fee", "fee gross"], answer(8), Verdict.WRONG),
        (["net fee", "fee gross"], BACK, Verdict.WRONG),
        (["net fee", "tax"], answer(7), Verdict.WRONG),
        (["et fee"], answer(7), Verdict.WRONG),
    ],
)
def test_a_question_back_names_the_choices_and_choosing_leads_to_the_answer(
    tmp_path: Path, between: list[str], after: Outcome, verdict: Verdict
) -> None:
    expect = {"check": "clarify", "between": between, "answers": {"net fee": 7}}
    (row,) = graded(tmp_path, {"q": BACK, "o1": after}, {"question": "q", "expect": expect})
    assert row.verdict is verdict


def test_follow_ups_come_in_one_conversation_and_unscored_turns_are_left_out(tmp_path: Path) -> None:
    follow_up = {"question": "and now?", "expect": {"check": "scalar", "values": [2]}}
    questions = a_set(tmp_path, {"question": "q", "expect": {"check": "none"}, "follow_ups": [follow_up]})
    engine = Scripted({"q": answer(1), "and now?": answer(2)})
    rows = ask_item(EngineConversation(engine, ()), questions.items[0], "s")
    assert engine.heard == [("q", 0), ("and now?", 1)]
    assert [(row.turn, row.verdict) for row in rows] == [(1, Verdict.RIGHT)]


def test_a_question_that_does_not_end_is_broken_and_the_next_one_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def ask(self, question: str, *_: object) -> Outcome:
            time.sleep(5 if question == "slow" else 0)
            return answer(1)

    monkeypatch.setattr(conversations, "SECONDS", 1)
    expect = {"check": "scalar", "values": [1]}
    item = {"question": "slow", "expect": expect, "follow_ups": [{"question": "q", "expect": expect}]}
    rows = ask_item(EngineConversation(Slow(), ()), a_set(tmp_path, item).items[0], "s")
    assert [row.verdict for row in rows] == [Verdict.BROKEN, Verdict.RIGHT]


def test_the_figures_count_as_the_words_say(tmp_path: Path) -> None:
    three = {"check": "scalar", "values": [3]}
    script = {"a": answer(3), "b": answer(4), "c": BACK, "d": NO, "e": NO, "f": answer(9)}
    either = {"check": "either", "of": [three], "declined_ok": True}
    items = [
        {"question": q, "expect": e} for q, e in zip("abcdef", [three] * 4 + [{"check": "refuse"}, either], strict=True)
    ]
    found = figures(graded(tmp_path, script, *items))
    expected = {
        "accuracy": 2 / 6,
        "precision": 1 / 3,
        "answered": 2 / 4,
        "wrong": 2 / 6,
        "asked": 1 / 6,
        "over_asked": 1 / 4,
        "refuse": 1.0,
    }
    assert {key: found[key] for key in expected} == {key: round(value, 4) for key, value in expected.items()}


def test_a_table_is_read_as_the_product_reads_it_and_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = a_set(tmp_path, {"question": "q", "expect": {"check": "none"}})
    (table,) = load(questions.items[0].tables, tmp_path / "cache")
    assert [(c.name, str(c.type), c.nullable) for c in table.facts.columns] == [
        ("region", "text", False),
        ("fee", "integer", True),
    ]
    assert table.facts.columns[0].values == ("North", "South")
    monkeypatch.setattr("eval.tables.read_file", None)
    tables._read_once.cache_clear()
    assert load(questions.items[0].tables, tmp_path / "cache")[0].frame()["fee"].sum() == 15


def test_tables_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (file,) = a_set(tmp_path, {"question": "q", "expect": {"check": "none"}}).items[0].tables
    assert [table.facts.name for table in load([file, file], tmp_path / "cache")] == ["fees", "fees_2"]


def test_the_planner_answers_in_this_process(tmp_path: Path) -> None:
    (file,) = a_set(tmp_path, {"question": "q", "expect": {"check": "none"}}).items[0].tables
    engine = next(iter(ENGINES.values()))(date(2026, 1, 1))
    said = engine.ask("What is the highest fee?", load([file], tmp_path / "cache"), (), {})
    assert isinstance(said, Answered)
    assert said.rows.rows == ((10,),)


def test_a_set_without_its_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoQuestions, match=r"other\.csv"):
        a_set(tmp_path, {"question": "q", "tables": ["other.csv"], "expect": {"check": "none"}})


def test_a_sample_is_always_the_same(tmp_path: Path) -> None:
    items = a_set(tmp_path, *({"question": "q", "expect": {"check": "none"}} for _ in range(9))).items
    assert [i.id for i in sample(items, 3)] == [i.id for i in sample(items[::-1], 3)]
