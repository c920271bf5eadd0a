"""Rounds with a model: it looks, computes, reads what came of it, and is told of each step what it has to know."""

from __future__ import annotations

from collections import Counter

import pytest

from services.nlq.domain import Question
from services.nlq.views import view
from shared.events import QueryClassified, QueryEvent, QueryGenerated, QueryValidated
from tests.fakes.nlq import House
from tests.fakes.rounds import REFUSED, SUM, Rounds

LOOK = "result = df['city'].unique()"


@pytest.fixture
async def rounds() -> Rounds:
    return await Rounds.begin(House(engine="claude"))


async def test_model_looks_computes_and_writes(rounds: Rounds) -> None:
    looked = await rounds.looks(LOOK, kind="series", columns=["city"], rows=[["Paris"], ["Lyon"]], total_rows=2)
    assert (looked.state, looked.step, looked.attempt) == ("classified", 2, 1)
    computed = await rounds.computes("total", value=1350.0)
    assert (computed.state, computed.step, computed.attempt) == ("classified", 3, 1)
    done = await rounds.writes("All in all 1,350.", result="total", suggestions=["And per city?"])
    assert done.state == "answered"
    assert done.answer == {
        "text": "All in all 1,350.",
        "kind": "scalar",
        "value": 1350.0,
        "suggestions": ["And per city?"],
    }
    assert (done.code, done.engine, done.model) == (SUM, "claude", "m")


async def test_what_a_look_gives_is_no_part_of_the_answer(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    await rounds.looks(LOOK, value="Paris, Lyon")
    done = await rounds.writes("All in all 1,350.")
    assert done.answer == {"text": "All in all 1,350.", "kind": "scalar", "value": 1350.0}
    assert "Lyon" not in str(done.receipt)


async def test_model_is_told_of_each_step_what_it_was_and_where_its_result_lies(rounds: Rounds) -> None:
    assert await rounds.told() is None, "nothing before the first"
    await rounds.generates(LOOK, purpose="look", reply_key="first")
    ran = await rounds.ran(kind="series", columns=["city"], rows=[[None]], total_rows=1)
    await rounds.house.use.answer.executed(ran)
    await rounds.generates(SUM, name="total", reply_key="second")
    await rounds.runs(value=1350.0)
    told = await rounds.told()
    assert told is not None
    first, second = told["steps"]
    assert first == {
        "step": 1,
        "attempt": 1,
        "outcome": "ok",
        "reply_key": "first",
        "purpose": "look",
        "name": "result_1",
        "code": LOOK,
        "said": [],
        "result_key": ran.result_key,
        "absent": [],
        "warnings": ["The column city of the result has no values."],
    }
    assert (second["step"], second["reply_key"], second["purpose"], second["name"]) == (2, "second", "compute", "total")


async def test_context_is_written_once_and_named_in_every_step(rounds: Rounds) -> None:
    await rounds.looks()
    await rounds.computes("total", value=1)
    first, *others = rounds.house.bus.of(QueryClassified)
    assert first.context_key is not None
    assert [event.context_key for event in others] == [first.context_key] * 2
    assert first.steps_key is None
    assert len({event.steps_key for event in others}) == 2, "each step has a document of its own"


async def test_every_event_says_its_step_and_has_an_id_of_its_own(rounds: Rounds) -> None:
    await rounds.looks()
    await rounds.generates(REFUSED)
    await rounds.is_refused()
    await rounds.computes("total", value=1)
    await rounds.computes("total", value=2)
    await rounds.writes("2.")
    events = [event for event in rounds.house.bus.events if isinstance(event, QueryEvent)]
    assert max(Counter(event.event_id() for event in events).values()) == 1
    classified = [(event.step, event.attempt) for event in events if isinstance(event, QueryClassified)]
    assert classified == [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2)]
    validated = [(event.step, event.attempt) for event in events if isinstance(event, QueryValidated)]
    assert validated == [(1, 1), (2, 2), (3, 2)]
    assert (events[-1].step, events[-1].attempt) == (4, 2)


async def test_result_that_is_delivered_again_changes_nothing_and_is_told_again(rounds: Rounds) -> None:
    await rounds.generates()
    ran = await rounds.ran(value=1)
    await rounds.house.use.answer.executed(ran)
    before, published = rounds.now, len(rounds.house.bus.events)
    await rounds.house.use.answer.executed(ran)
    assert rounds.now == before
    assert len(rounds.house.bus.events) == published, "the bus knows its id"


async def test_words_that_are_delivered_again_change_nothing(rounds: Rounds) -> None:
    await rounds.computes("total", value=1)
    wrote = await rounds.wrote("It is 1.")
    await rounds.house.use.answer.written(wrote)
    before, published = rounds.now, len(rounds.house.bus.events)
    await rounds.house.use.answer.written(wrote)
    assert rounds.now == before
    assert len(rounds.house.bus.events) == published


async def test_event_of_an_earlier_step_is_not_taken_for_one_of_this(rounds: Rounds) -> None:
    """Each comes too late: the question is in the state that it is about, a step further on."""
    wrote = await rounds.wrote("Too early.")
    generated = rounds.event(QueryGenerated, engine="claude", code="result = 1")
    await rounds.generates()
    ran = await rounds.ran(value=1)
    await rounds.house.use.answer.executed(ran)
    before = rounds.now
    assert before.state == "classified"
    await rounds.house.use.answer.written(wrote)
    await rounds.house.use.validate(generated)
    assert rounds.now == before
    await rounds.generates()
    before = rounds.now
    assert before.state == "validated"
    await rounds.house.use.answer.executed(ran)
    assert rounds.now == before


async def test_event_of_an_earlier_attempt_is_not_taken_for_one_of_this(rounds: Rounds) -> None:
    await rounds.generates()
    late = await rounds.ran(value=1)
    await rounds.crashes("ZeroDivisionError")
    await rounds.generates()
    before = rounds.now
    assert (before.state, before.step, before.attempt) == ("validated", 1, 2)
    await rounds.house.use.answer.executed(late)
    assert rounds.now == before


async def test_model_is_told_how_often_it_may_still_look_or_compute() -> None:
    rounds = await Rounds.begin(House(engine="claude", max_steps=3))
    left = []
    for _ in range(3):
        await rounds.looks()
        told = await rounds.told()
        assert told is not None
        left.append(told["left"])
    assert left == [2, 1, 0]


async def test_repairs_take_none_of_the_steps_that_are_left() -> None:
    rounds = await Rounds.begin(House(engine="claude", max_steps=3))
    await rounds.generates()
    await rounds.crashes("KeyError")
    told = await rounds.told()
    assert told is not None and told["left"] == 3


async def test_steps_can_be_followed_by_the_person(rounds: Rounds) -> None:
    await rounds.looks(LOOK)
    await rounds.generates(REFUSED, name="total")
    await rounds.is_refused()
    first, second = view(rounds.now)["steps"]
    assert first == {
        "step": 1,
        "attempt": 1,
        "outcome": "ok",
        "purpose": "look",
        "name": "result_1",
        "code": LOOK,
        "said": [],
    }
    assert (second["step"], second["outcome"], second["purpose"], second["name"]) == (2, "rejected", "compute", "total")
    assert "amuont" in second["said"][0]


async def test_question_by_tool_is_a_step_with_its_reply_and_its_answer(rounds: Rounds) -> None:
    await rounds.looks()
    await rounds.asks_back("Which?", "net", "gross", reply_key="asks")
    chosen = await rounds.is_told("2")
    assert (chosen.state, chosen.step, chosen.attempt) == ("classified", 2, 2)
    told = await rounds.told()
    assert told is not None
    looked, asked = told["steps"]
    assert looked["outcome"] == "ok", "what was looked at before stays known"
    assert (asked["outcome"], asked["reply_key"], asked["said"]) == ("chosen", "asks", ["gross"])
    assert asked["code"] is None


async def test_answer_in_words_of_ones_own_comes_back_as_it_was_said(rounds: Rounds) -> None:
    await rounds.asks_back("Which?", "net", "gross", reply_key="asks")
    await rounds.is_told("neither of them")
    assert (await rounds.last_told())["said"] == ["neither of them"]


async def test_results_outlast_a_question_back(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    await rounds.asks_back("Per what?", "city", "year", reply_key="asks")
    await rounds.is_told("city")
    done = await rounds.writes("All in all 1,350.")
    assert done.answer is not None and done.answer["value"] == 1350.0


async def test_stricter_session_gives_nothing_of_the_steps_before(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    await rounds.asks_back("Which?", "Paris", "Lyon", reply_key="asks")
    question = await rounds.is_told("Paris", privacy="schema_only")
    assert (question.privacy, question.steps) == ("schema_only", ())
    assert await rounds.told() is None
    assert question.step == 2, "its events need ids of their own"


async def test_steps_are_the_same_when_they_are_read_again(rounds: Rounds) -> None:
    """On whichever copy the question goes on."""
    await rounds.computes("total", value=None)
    await rounds.generates(REFUSED)
    await rounds.is_refused()
    await rounds.asks_back("Which?", "net", "gross", reply_key="asks")
    await rounds.is_told("net")
    assert len(rounds.now.steps) == 3
    assert Question.model_validate_json(rounds.now.model_dump_json()) == rounds.now
