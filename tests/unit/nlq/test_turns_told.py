"""What a model is told of the questions before in a conversation: every one of them, with what was chosen and how it ended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.prompt import build_prompt
from services.nlq.domain import Choice, Clarification
from services.nlq.service.conversing import TURNS
from services.nlq.telling import NO_ANSWER, RESULTS_TOLD
from shared.auth import owned_id
from shared.events import QueryAsked
from shared.privacy import Privacy
from tests.fakes.nlq import House
from tests.fakes.rounds import UNPLANNED, Rounds


class Chat:
    """Questions of one conversation, one after the other."""

    def __init__(self, privacy: Privacy = "profile") -> None:
        self.house = House(engine="claude", privacy=privacy)
        self.conversation_id = owned_id("c", self.house.session_id, "0" * 16)

    async def asked(self, text: str = UNPLANNED) -> Rounds:
        house = self.house
        question = await house.use.ask.question(house.session_id, text, (), self.conversation_id)
        await house.use.classify(house.bus.of(QueryAsked)[-1])
        return Rounds(house, question.query_id)

    async def answered(self, text: str = UNPLANNED, words: str = "It is 7.") -> Rounds:
        rounds = await self.asked(text)
        await rounds.computes("total", value=7)
        await rounds.writes(words, result="total")
        return rounds

    async def history(self) -> list[dict[str, Any]]:
        """As the next question's model is told."""
        told: list[dict[str, Any]] = (await (await self.asked()).context())["history"]
        return told


async def test_turn_before_goes_along_with_its_code_words_and_result() -> None:
    chat = Chat()
    first = await chat.answered("How would a stranger see it?", "It is 7.")
    (told,) = await chat.history()
    assert (told["question"], told["answer"]) == ("How would a stranger see it?", "It is 7.")
    assert told["code"] == first.now.code
    assert told["result_key"] == first.now.result_key is not None


@pytest.mark.parametrize(
    "said", ["Are you sure?", "How did you get that?", "thanks", "plot that", "and for 2023?", "why?"]
)
async def test_model_that_is_spoken_to_has_the_turn_before_with_code_result_and_words(said: str) -> None:
    """Whatever the planner makes of it: with a model it only advises."""
    chat = Chat()
    before = await chat.answered("How would a stranger see it?", "It is 7.")
    spoken = await chat.asked(said)
    assert (spoken.now.state, spoken.now.engine, spoken.now.is_talk) == ("classified", "claude", False)
    context = await spoken.context()
    result = await chat.house.objects.get(context["history"][-1]["result_key"])
    turn = {**context["history"][-1], "result": json.loads(result)}
    prompt = build_prompt(read_context(json.dumps({**context, "history": [turn]}).encode()))
    told = [block for message in prompt.messages for block in message["content"]]
    calls = {block["name"]: block["input"] for block in told if block["type"] == "tool_use"}
    assert calls["compute"]["code"] == before.now.code
    assert calls["reply"] == {"text": "It is 7."}
    assert json.loads(next(block["content"] for block in told if block["type"] == "tool_result"))["value"] == 7
    assert said in told[-1]["text"]


async def test_declined_and_failed_questions_are_told_with_their_reasons() -> None:
    chat = Chat()
    await (await chat.asked()).fails("cannot_answer", "No table has prices.")
    (told,) = await chat.history()
    assert told["declined"] == "No table has prices."
    assert "answer" not in told


async def test_question_that_waits_is_told_as_what_it_asks() -> None:
    chat = Chat()
    await (await chat.asked()).asks_back("Which one?", "net", "gross")
    (told,) = await chat.history()
    assert told["asked"] == {"question": "Which one?", "options": ["net", "gross"]}


async def test_what_was_chosen_on_the_way_goes_along() -> None:
    chat = Chat()
    rounds = await chat.asked()
    await rounds.asks_back("Which one?", "net", "gross")
    await rounds.is_told("gross")
    await rounds.computes("total", value=7)
    await rounds.writes("It is 7.")
    (told,) = await chat.history()
    assert told["clarified"] == [{"question": "Which one?", "choice": "gross"}]
    assert told["answer"] == "It is 7."


async def test_question_that_is_still_worked_at_is_not_told() -> None:
    chat = Chat()
    await chat.asked("How would a stranger see it?")
    assert await chat.history() == []


async def test_under_schema_only_reasons_answers_and_options_stay_in_the_house() -> None:
    chat = Chat("schema_only")
    await (await chat.asked()).fails("cannot_answer", "Paris has no price.")
    waiting = await chat.asked()
    of_cells = Clarification(
        question="Which?", options=(Choice(id="1", label="Paris"), Choice(id="2", label="Lyon")), slot="x"
    )
    chat.house.store.queries[waiting.query_id] = waiting.now.model_copy(
        update={"state": "needs_clarification", "clarification": of_cells}
    )
    chat.house.store.conversations[chat.conversation_id].append(waiting.query_id)
    declined, asked = await chat.history()
    assert (declined["declined"], asked["asked"]) == (NO_ANSWER, None)
    assert "Paris" not in str([declined, asked])


async def test_long_conversation_is_told_from_its_beginning_and_the_last_results_go_along() -> None:
    chat = Chat()
    for number in range(12):
        await chat.answered(words=f"Number {number} is 7.")
    told = await chat.history()
    assert len(told) == 12 < TURNS
    assert told[0]["answer"] == "Number 0 is 7."
    assert ["result_key" in turn for turn in told] == [False] * (12 - RESULTS_TOLD) + [True] * RESULTS_TOLD
