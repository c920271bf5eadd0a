"""How often a model may ask back, and what becomes of replies that are of no use."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.prompt import DECIDE, REPLY_FAULTS, Prompt, build_prompt
from services.nlq.domain import MOST_ROUNDS, Question
from shared.events import QueryAsked, QueryClarified, QueryClassified, QueryFailed, QueryGenerationFailed, QueryRejected
from tests.fakes.nlq import House


async def begun(house: House, text: str = "How do the cities compare?") -> str:
    question = await house.ask(text)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    return question.query_id


async def model_fails(house: House, query_id: str, code: str, reason: str, *options: str) -> Question:
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=query_id,
            attempt=house.question(query_id).attempt,
            engine="claude",
            code=code,
            reason=reason,
            options=options,
        )
    )
    return house.question(query_id)


async def asks_back(house: House, query_id: str, reason: str, *options: str) -> Question:
    return await model_fails(house, query_id, "needs_clarification", reason, *options)


async def answered_with(house: House, query_id: str, choice: str) -> Question:
    await house.use.ask.clarified(house.session_id, query_id, choice)
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    return house.question(query_id)


async def context_now(house: House) -> dict[str, Any]:
    key = str(house.bus.of(QueryClassified)[-1].context_key)
    context: dict[str, Any] = json.loads(await house.objects.get(key))
    return context


async def prompt_now(house: House) -> Prompt:
    return build_prompt(read_context(json.dumps(await context_now(house)).encode()))


async def test_a_model_that_always_asks_is_told_to_decide_and_then_the_question_ends() -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    for number in range(MOST_ROUNDS):
        assert DECIDE not in (await prompt_now(house)).request
        asked = await asks_back(house, query_id, f"Which of {number}?", f"a{number}", f"b{number}")
        assert asked.state == "needs_clarification"
        await answered_with(house, query_id, "1")
    assert DECIDE in (await prompt_now(house)).request
    done = await asks_back(house, query_id, "By which measure?", "mean", "sum")
    assert done.state == "failed" and done.error is not None
    assert done.error.code == "cannot_answer"
    assert done.error.message.endswith("By which measure?"), "it says what is open"
    assert len(house.bus.of(QueryFailed)) == 1


@pytest.mark.parametrize(
    ("again", "options"),
    [
        ("  which TOTAL? ", ("paid", "billed")),
        ("Which sum do you mean?", ("Gross", "net")),
    ],
    ids=["same words", "same options"],
)
async def test_a_question_that_was_answered_is_not_put_to_the_person_again(
    again: str, options: tuple[str, ...]
) -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    await asks_back(house, query_id, "Which total?", "net", "gross")
    before = await answered_with(house, query_id, "2")
    told = await asks_back(house, query_id, again, *options)
    assert (told.state, told.attempt, told.engine) == ("classified", before.attempt + 1, "claude")
    assert REPLY_FAULTS["repeated"] in (await prompt_now(house)).request
    assert (await context_now(house))["clarified"] == [{"question": "Which total?", "choice": "gross"}]
    for _ in range(5):
        told = await asks_back(house, query_id, again, *options)
    assert told.state == "failed", "repairs are counted"


async def test_another_question_may_be_asked_and_no_fault_is_told_then() -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    await asks_back(house, query_id, "Which total?", "net", "gross")
    await answered_with(house, query_id, "2")
    await asks_back(house, query_id, "Which total?", "net", "gross")
    asked = await asks_back(house, query_id, "Which year?", "2023", "2024")
    assert asked.state == "needs_clarification"
    await answered_with(house, query_id, "2024")
    assert (await context_now(house))["reply_fault"] is None


async def test_a_reply_that_is_not_understood_is_told_so_once() -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    again = await model_fails(house, query_id, "invalid_reply", "Not in the form that was asked for.")
    assert (again.state, again.attempt) == ("classified", 2)
    assert REPLY_FAULTS["unreadable"] in (await prompt_now(house)).request
    done = await model_fails(house, query_id, "invalid_reply", "Not in the form that was asked for.")
    assert done.state != "classified" or done.engine == "offline", "the planner's turn, or the end"


async def test_code_that_is_refused_later_is_told_without_the_old_fault() -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    await model_fails(house, query_id, "invalid_reply", "Not in the form.")
    question = house.question(query_id).moved("generated", code="result = 1", engine="claude")
    await house.use.end._flow.commit(house.question(query_id), question)
    rejected = QueryRejected(session_id=house.session_id, query_id=query_id, attempt=2, reasons=("No column.",))
    await house.use.generate.after_rejection(rejected)
    context = await context_now(house)
    assert (context["reply_fault"], context["repair"]["reasons"]) == (None, ["No column."])


async def test_what_a_model_asked_that_saw_no_cell_comes_back_to_it_whole() -> None:
    house = House(engine="claude", privacy="schema_only")
    query_id = await begun(house)
    await asks_back(house, query_id, "Which shade of meaning?", "harmonic", "geometric")
    await answered_with(house, query_id, "2")
    request = (await prompt_now(house)).request
    assert "Which shade of meaning?" in request and '"geometric"' in request


async def test_what_a_model_asked_that_saw_cells_is_not_told_under_schema_only() -> None:
    house = House(engine="claude")
    query_id = await begun(house)
    await asks_back(house, query_id, "Which?", "Zanzibar", "Timbuktu")
    await answered_with(house, query_id, "2")
    assert house.question(query_id).clarified_by_schema == ()
