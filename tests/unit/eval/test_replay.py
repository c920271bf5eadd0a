"""Recordings are found whatever the prompt's words are, and every deviation from what a case expects is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import anthropic
import duckdb
import pytest

from askframe import Askframe
from askframe.models import Query
from eval.replay.cases import DATA, MOST_ROWS, CaseSet, Shown, Turn, differences, read_sets, same, shown, write_set
from eval.replay.model import Recorder, Replayer
from eval.replay.recordings import Place, Recording, Recordings, place_of, read_recordings, write_recordings
from eval.replay.report import report
from eval.replay.running import run
from services.llm.context import read_context
from services.llm.prompt import build_prompt, request
from tests.fakes.askframe_server import FakeAskframe, answered
from tests.fakes.llm import context_document
from tests.fakes.messages_api import Failing, MessagesApi, Streamed, replied, said, several, wrote
from tests.fakes.prompts import TOTAL, step, steps_document

QUESTION = "How many?"
SETS = read_sets(DATA / "cases")
REPLY = ({"type": "tool_use", "name": "reply", "input": {"text": "Three."}},)


def sent(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A request as the house sends it."""
    done = steps_document(*steps) if steps else None
    prompt = build_prompt(read_context(context_document(question=QUESTION, **changes), done))
    return {"system": prompt.system, "messages": list(prompt.messages), "model": "m", "max_tokens": 100}


def test_place_is_the_question_its_step_and_its_tables() -> None:
    assert place_of(sent()) == Place(QUESTION, 1, ("orders",))
    assert place_of(sent(step(1, result=TOTAL), step(2, outcome="rejected", said=["No."]))) == Place(
        QUESTION, 3, ("orders",)
    )


def test_steps_of_earlier_turns_do_not_count() -> None:
    earlier = {"question": "And before?", "code": "result = 1", "answer": "One."}
    assert place_of(sent(history=[earlier])) == Place(QUESTION, 1, ("orders",))


def test_other_words_in_the_prompt_find_the_same_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    before = place_of(sent())
    monkeypatch.setattr(request, "SYSTEM", "Other rules.")
    assert place_of(sent(today="2031-01-01", unmatched=["many"])) == before


def test_tables_that_a_conversation_made_are_no_part_of_the_place() -> None:
    body = sent()
    listed = body["messages"][0]["content"][0]
    listed["text"] = listed["text"].replace("<tables>\n[", '<tables>\n[{"name": "answer_1"}, ')
    assert place_of(body) == Place(QUESTION, 1, ("orders",))


def test_request_for_a_title_stands_nowhere() -> None:
    assert place_of({"messages": [{"role": "user", "content": QUESTION}]}) is None


def test_what_is_not_recorded_is_refused_and_named() -> None:
    recordings = Recordings([Recording(QUESTION, ("orders",), (REPLY,))])
    assert isinstance(Replayer(recordings)(sent()), Streamed)
    refused = Replayer(recordings)(sent(step(1, result=TOTAL)))
    assert isinstance(refused, Failing) and "step 2" in refused.message
    assert recordings.missing == [Place(QUESTION, 2, ("orders",))]


def test_one_place_is_recorded_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Recordings([Recording(QUESTION, ("orders",), (REPLY,))] * 2)


async def test_recorded_replies_are_replayed_as_they_were(tmp_path: Path) -> None:
    first = several(said("Let me count."), wrote("result = len(df)", thinking="Hm."))
    async with MessagesApi(first, replied("Three.")).running() as api:
        recordings = Recordings()
        record = Recorder(recordings, anthropic.AsyncAnthropic(base_url=api.base_url, api_key="k", max_retries=0))
        passed_on = [await record(sent()), await record(sent(step(1, result=TOTAL)))]
    write_recordings(tmp_path / "own.json", [recordings.of(QUESTION, ("orders",))])
    replay = Replayer(read_recordings(tmp_path))
    assert [replay(sent()), replay(sent(step(1, result=TOTAL)))] == passed_on
    blocks = [data["content_block"] for _, data in passed_on[0].events if "content_block" in data]  # type: ignore[union-attr]
    assert [block["type"] for block in blocks] == ["text", "tool_use"]


def test_step_that_is_recorded_anew_ends_what_came_after_it() -> None:
    recordings = Recordings([Recording(QUESTION, ("orders",), (REPLY, REPLY))])
    recordings.keep(Place(QUESTION, 1, ("orders",)), REPLY)
    assert len(recordings.of(QUESTION, ("orders",)).replies) == 1


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (0.1 + 0.2, 0.3, True),
        (1, 1.0, True),
        (100, 101, False),
        (True, 1, True),
        ([1, "a"], (1, "a"), True),
        ([1], [1, 2], False),
        ({"x": [1.0]}, {"x": (1,)}, True),
        ({"x": 1}, {"y": 1}, False),
        ("ab", ["a", "b"], False),
        (None, 0, False),
    ],
)
def test_values_are_compared_as_people_see_them(one: Any, other: Any, are_same: bool) -> None:
    assert same(one, other) is are_same


def test_all_that_a_person_sees_is_taken_from_the_servers_answer() -> None:
    table = {"columns": ["city", "n"], "rows": [["Oslo", 1]], "total_rows": 1}
    encoding = {"x": {"field": "city"}, "y": {"field": "n", "type": "quantitative"}}
    answer = {
        "text": "Oslo has one.", "kind": "table", "table_preview": table, "suggestions": ["And Paris?"],
        "chart": {"mark": {"type": "bar"}, "encoding": encoding},
        "results": [{"name": "all", "kind": "scalar", "value": 7}, {"name": "same", "kind": "table", "table_preview": table}],
    }  # fmt: skip
    steps = [
        {"step": 1, "attempt": 1, "outcome": "unreadable"},
        {"step": 1, "attempt": 2, "outcome": "ok", "purpose": "look"},
    ]
    document = {
        "query_id": "q",
        "state": "answered",
        "engine": "claude",
        "answer": answer,
        "warnings": ["Few."],
        "steps": steps,
    }
    assert shown(Query.model_validate(document)) == Shown(
        kind="table",
        columns=("city", "n"),
        rows=(("Oslo", 1),),
        total_rows=1,
        text="Oslo has one.",
        chart={"mark": "bar", "x": "city", "y": "n"},
        suggestions=("And Paris?",),
        results={"all": 7, "same": (("Oslo", 1),)},
        warnings=("Few.",),
        steps=("reply unreadable", "look ok"),
    )


@pytest.mark.parametrize("field", sorted(Shown.model_fields))
def test_every_field_that_deviates_is_told(field: str) -> None:
    wanted = Shown()
    assert differences(wanted, wanted.model_copy(update={field: ("something else",)})).keys() == {field}


def test_report_names_what_broke_and_how(tmp_path: Path) -> None:
    three = {"engine": "offline", "kind": "scalar", "value": 3, "text": "There are 3 rows."}
    turns = [{"question": "q1", "expect": three}, {"choose": "net", "expect": three}]
    fake = FakeAskframe(answers=[answered(), answered(value=4)])
    connect = partial(Askframe, "http://fake", http=fake.transport(), sleep=lambda _: None)
    told = report(run([a_set(tmp_path, turns)], connect, jobs=1), [Place("q3", 2, ("orders",))])
    assert "q1" not in told
    assert "BROKEN own/case#1: → net\n   value: wanted 3\n             got 4\n" in told
    assert "not recorded: step 2 of 'q3' over orders" in told
    assert told.endswith("1 not as expected")


def test_turn_without_an_end_is_told_with_its_reason(tmp_path: Path) -> None:
    fake = FakeAskframe()
    connect = partial(Askframe, "http://fake", http=fake.transport(), sleep=lambda _: None)
    (only,) = run([a_set(tmp_path, [{"choose": "net", "expect": {}}])], connect, jobs=1)
    assert only.differences == {"end": ("one", "there is nothing to answer")}


def a_set(folder: Path, turns: Sequence[dict[str, Any]]) -> CaseSet:
    table = folder / "orders.csv"
    table.write_text("a\n1\n")
    case = {"id": "case", "about": "anything", "turns": turns}
    return CaseSet.model_validate({"name": "own", "tables": [str(table)], "cases": [case]})


def test_set_is_written_as_it_is_read(tmp_path: Path) -> None:
    for cases in SETS:
        write_set(cases, tmp_path)
    assert read_sets(tmp_path) == SETS


def test_every_question_is_recorded_and_every_recording_is_asked_for() -> None:
    for cases in SETS:
        tables = sorted(Path(name).stem for name in cases.tables)
        recorded = json.loads((DATA / "recordings" / f"{cases.name}.json").read_text(encoding="utf-8"))
        assert {one["question"] for one in recorded} == set(cases.questions), cases.name
        assert all(one["tables"] == tables for one in recorded), cases.name


WITH_SQL = [
    pytest.param(cases, turn, id=f"{cases.name}-{case.id}")
    for cases in SETS
    for case in cases.cases
    for turn in case.turns
    if turn.sql
]


@pytest.mark.parametrize(("cases", "turn"), WITH_SQL)
def test_what_is_expected_is_right_by_a_second_computation(cases: CaseSet, turn: Turn) -> None:
    """Expected values are written by people, or taken over from what came."""
    rows = [tuple(map(_cell, row)) for row in _asked(cases, turn.sql or "")]
    if turn.expect.kind == "scalar":
        assert same(rows, [[turn.expect.value]])
        return
    wanted = list(turn.expect.rows)
    if "ORDER BY" not in (turn.sql or ""):
        rows, wanted = sorted(rows), sorted(wanted)
    assert same(rows[:MOST_ROWS], wanted)
    assert len(rows) == turn.expect.total_rows


def _asked(cases: CaseSet, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        for file in cases.files:
            read = database.read_json(str(file)) if file.suffix == ".jsonl" else database.read_csv(str(file))
            read.create(file.stem)
        return database.execute(sql).fetchall()


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def test_most_answers_are_computed_twice() -> None:
    computed = [turn for cases in SETS for case in cases.cases for turn in case.turns if turn.expect.kind == "scalar"]
    assert sum(turn.sql is not None for turn in computed) > 0.8 * len(computed)
