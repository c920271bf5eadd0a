"""How often a model may ask back, and what becomes of replies that are of no use."""

from __future__ import annotations

import json

import pytest

from services.nlq.domain import MOST_ROUNDS
from shared.events import QueryFailed
from tests.fakes.nlq import House
from tests.fakes.rounds import PLANNED, REFUSED, Rounds


async def outcomes_told(rounds: Rounds) -> list[str]:
    told = await rounds.told()
    return [step["outcome"] for step in told["steps"]] if told else []


async def test_a_model_that_always_asks_is_told_to_decide_and_then_the_question_ends() -> None:
    house = House(engine="claude")
    rounds = await Rounds.begin(house)
    for number in range(MOST_ROUNDS):
        assert (await rounds.context())["may_ask"]
        asked = await rounds.asks_back(f"Which of {number}?", f"a{number}", f"b{number}")
        assert asked.state == "needs_clarification"
        await rounds.is_told("1")
    assert not (await rounds.context())["may_ask"]
    done = await rounds.asks_back("By which measure?", "mean", "sum")
    assert done.state == "failed" and done.error is not None
    assert done.error.code == "cannot_answer"
    assert done.error.message.endswith("By which measure?"), "it says what is open"
    assert len(house.bus.of(QueryFailed)) == 1


@pytest.mark.parametrize(
    ("again", "options"),
    [("  which TOTAL? ", ("paid", "billed")), ("In other words: which?", ("Gross", "net."))],
    ids=["same words", "same options"],
)
async def test_a_question_that_was_answered_is_not_put_to_the_person_again(
    again: str, options: tuple[str, ...]
) -> None:
    rounds = await Rounds.begin(House(engine="claude"))
    await rounds.asks_back("Which total?", "net", "gross", reply_key="asks")
    before = await rounds.is_told("2")
    told = await rounds.asks_back(again, *options, reply_key="asks again")
    assert (told.state, told.attempt, told.engine) == ("classified", before.attempt + 1, "claude")
    last = await rounds.last_told()
    assert (last["outcome"], last["reply_key"]) == ("repeated", "asks again")
    assert (await rounds.context())["clarified"] == [{"question": "Which total?", "choice": "gross"}]
    for _ in range(5):
        told = await rounds.asks_back(again, *options)
        if told.ended:
            break
    assert told.state == "failed", "repairs are counted"


async def test_another_question_may_be_asked_and_no_fault_is_told_last_then() -> None:
    rounds = await Rounds.begin(House(engine="claude"))
    await rounds.asks_back("Which total?", "net", "gross", reply_key="1")
    await rounds.is_told("2")
    await rounds.asks_back("Which total?", "net", "gross", reply_key="2")
    asked = await rounds.asks_back("Which year?", "2023", "2024", reply_key="3")
    assert asked.state == "needs_clarification"
    await rounds.is_told("2024")
    assert await outcomes_told(rounds) == ["chosen", "repeated", "chosen"]


@pytest.mark.parametrize(("text", "then"), [(PLANNED, "offline"), ("How would a stranger see it?", "failed")])
async def test_a_reply_that_is_not_understood_is_told_so_once(text: str, then: str) -> None:
    rounds = await Rounds.begin(House(engine="claude"), text)
    again = await rounds.fails("invalid_reply", "Not in the form that was asked for.", reply_key="odd")
    assert (again.state, again.step, again.attempt) == ("classified", 1, 2)
    last = await rounds.last_told()
    assert (last["outcome"], last["reply_key"], last["code"]) == ("unreadable", "odd", None)
    done = await rounds.fails("invalid_reply", "Not in the form that was asked for.", reply_key="odd too")
    assert then in (done.state, done.engine), "the planner's turn where it has one, else the end"


async def test_code_that_is_refused_later_is_told_after_the_old_fault() -> None:
    rounds = await Rounds.begin(House(engine="claude"))
    await rounds.fails("invalid_reply", "Not in the form.", reply_key="odd")
    await rounds.generates(REFUSED, reply_key="code")
    await rounds.is_refused()
    assert await outcomes_told(rounds) == ["unreadable", "rejected"]
    last = await rounds.last_told()
    assert (last["attempt"], last["reply_key"], last["code"]) == (2, "code", REFUSED)
    assert any("amuont" in reason for reason in last["said"])


async def test_what_a_model_asked_that_saw_no_cell_comes_back_to_it_whole() -> None:
    rounds = await Rounds.begin(House(engine="claude", privacy="schema_only"))
    await rounds.asks_back("Which shade of meaning?", "harmonic", "geometric", reply_key="asks")
    await rounds.is_told("2")
    context = await rounds.context()
    assert context["clarified"] == [{"question": "Which shade of meaning?", "choice": "geometric"}]
    assert context["asked"] == ["Which shade of meaning?", "harmonic", "geometric"]
    assert (await rounds.last_told())["said"] == ["geometric"]


async def test_what_a_model_asked_that_saw_cells_is_not_told_under_schema_only() -> None:
    """The session became stricter while the question waited."""
    rounds = await Rounds.begin(House(engine="claude"))
    await rounds.asks_back("Which?", "Zanzibar", "Timbuktu", reply_key="asks")
    question = await rounds.is_told("2", privacy="schema_only")
    assert (question.privacy, question.clarified_by_schema) == ("schema_only", ())
    assert "Zanzibar" not in (told := json.dumps([await rounds.context(), await rounds.told()]))
    assert "Timbuktu" not in told
