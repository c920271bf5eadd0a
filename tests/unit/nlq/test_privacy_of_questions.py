"""What a model may be told is settled question by question, by what the question's session had chosen when it was asked."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from services.nlq.domain import Question
from shared.columns import ColumnType
from shared.events import LlmQuestionAsked, QueryAsked, QueryClarified, QueryClassified, QueryGenerationFailed
from shared.privacy import Privacy
from tests.fakes.nlq import SALES, House

OF_A_CELL = "Lyon"


async def context_of(house: House, question: Question) -> dict[str, Any]:
    told = [event for event in house.bus.of(QueryClassified) if event.query_id == question.query_id][-1]
    context: dict[str, Any] = json.loads(await house.objects.get(str(told.context_key)))
    return context


async def classified(house: House, question: Question) -> dict[str, Any]:
    asked = next(event for event in house.bus.of(QueryAsked) if event.query_id == question.query_id)
    await house.use.classify(asked)
    return await context_of(house, question)


async def told_of(house: House, chosen: Privacy | None) -> dict[str, Any]:
    return await classified(house, await house.ask("How do the cities compare?", privacy=chosen))


def holds_cells(context: dict[str, Any]) -> bool:
    return OF_A_CELL in json.dumps(context)


@pytest.mark.parametrize(
    ("house", "floor", "chosen", "in_force"),
    [
        ("profile", "profile", None, "profile"),
        ("profile", "profile", "schema_only", "schema_only"),
        ("schema_only", "profile", None, "schema_only"),
        ("schema_only", "profile", "profile", "profile"),
        ("schema_only", "schema_only", "profile", "schema_only"),
        ("profile", "schema_only", None, "schema_only"),
        ("profile", "schema_only", "profile", "schema_only"),
    ],
)
async def test_the_sessions_choice_holds_unless_the_house_is_stricter(
    house: Privacy, floor: Privacy, chosen: Privacy | None, in_force: Privacy
) -> None:
    context = await told_of(House(engine="claude", privacy=house, privacy_floor=floor), chosen)
    assert (context["privacy"], holds_cells(context)) == (in_force, in_force == "profile")


async def test_two_sessions_of_one_house_at_once_each_have_their_own() -> None:
    house = House(engine="claude")
    laxly = await house.ask("How do the cities compare?", privacy="profile")
    house.session_id = "s_2"
    house.has_table("sales", SALES, city=ColumnType.CATEGORY, amount=ColumnType.DECIMAL)
    strictly = await house.ask("How do the cities compare?", privacy="schema_only")
    told = await asyncio.gather(classified(house, laxly), classified(house, strictly))
    assert [holds_cells(context) for context in told] == [True, False]


async def test_a_change_holds_from_the_next_question_on() -> None:
    house = House(engine="claude")
    first = await house.ask("How do the cities compare?", privacy="profile")
    second = await house.ask("How do the cities compare?", privacy="schema_only")
    told = [await classified(house, question) for question in (first, second)]
    assert [holds_cells(context) for context in told] == [True, False]


async def test_a_question_from_a_conversation_brings_its_sessions_choice_along() -> None:
    house = House(engine="claude")
    choices: tuple[Privacy | None, ...] = ("schema_only", None)
    for number, chosen in enumerate(choices):
        query_id = f"q_c{number}"
        await house.use.ask.from_conversation(
            LlmQuestionAsked(
                session_id=house.session_id,
                query_id=query_id,
                conversation_id="c_1",
                message_id="m_1",
                text="How do the cities compare?",
                privacy=chosen,
            )
        )
        assert holds_cells(await classified(house, house.question(query_id))) is (chosen is None)


@pytest.mark.parametrize(
    ("asked_under", "now", "goes_on"),
    [
        ("profile", "schema_only", "schema_only"),
        ("schema_only", "profile", "schema_only"),
        ("profile", "profile", "profile"),
    ],
)
async def test_a_question_that_waited_for_a_choice_gets_stricter_and_never_laxer(
    asked_under: Privacy, now: Privacy, goes_on: Privacy
) -> None:
    house = House(engine="claude")
    question = await house.ask("How do the cities compare?", privacy=asked_under)
    await classified(house, question)
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code="needs_clarification",
            reason="Which one?",
            options=("Paris", "Lyon") if asked_under == "profile" else ("mean", "median"),
        )
    )
    await house.use.ask.clarified(house.session_id, question.query_id, "1", now)
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    context = await context_of(house, question)
    assert (context["privacy"], holds_cells(context)) == (goes_on, goes_on == "profile")


def test_a_question_that_was_stored_before_this_was_known_is_told_of_strictly() -> None:
    stored = Question(query_id="q_1", session_id="s_1", question="?", created_at="2026-01-01", deadline=0)
    document = stored.model_dump(exclude={"privacy"})
    assert Question.model_validate(document).privacy == "schema_only"
