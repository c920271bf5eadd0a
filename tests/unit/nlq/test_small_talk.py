"""The offline engine replies to thanks, doubts and "plot that" in the shape of an answer; a question about data is never taken for talk."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.domain import Question
from services.nlq.service.replying import NO_CHART, WELCOME
from services.nlq.small_talk import SAID, talk_in
from shared.auth import owned_id
from shared.columns import ColumnType
from shared.events import QueryAnswered, QueryAsked, QueryExecuted, QueryValidated
from tests.fakes.nlq import House


class OfflineChat:
    def __init__(self) -> None:
        self.house = House()
        self.conversation_id = owned_id("c", self.house.session_id, "0" * 16)

    async def says(self, text: str) -> Question:
        question = await self.house.use.ask.question(self.house.session_id, text, (), self.conversation_id)
        await self.house.use.classify(self.house.bus.of(QueryAsked)[-1])
        return self.house.question(question.query_id)

    async def asks(self, text: str, **result: Any) -> Question:
        """With the jail's result, once the code has passed."""
        asked = await self.says(text)
        run = self.house.bus.of(QueryValidated)[-1]
        key = await self.house.keep_result(f"sessions/s_1/results/{asked.query_id}/r.json", **result)
        at = {"session_id": run.session_id, "query_id": run.query_id, "attempt": run.attempt, "step": run.step}
        await self.house.use.answer.executed(QueryExecuted(**at, result_key=key, seconds=0.01))
        return self.house.question(asked.query_id)

    async def total(self) -> Question:
        answered = await self.asks("What is the total amount?", value=1350.0)
        assert answered.state == "answered", answered.error
        return answered


async def test_thanks_are_answered_with_or_without_a_question_before() -> None:
    chat = OfflineChat()
    for _ in range(2):
        reply = await chat.says("Thank you!")
        assert reply.answer is not None, reply.error
        assert (reply.answer["kind"], reply.answer["text"], reply.code) == ("text", WELCOME, None)
        await chat.total()
    told = chat.house.bus.of(QueryAnswered)
    assert told[0].query_id == "q_1"
    assert await chat.house.objects.get(told[0].answer_key), "its conversation reads the answer there"


@pytest.mark.parametrize("said", ["Are you sure?", "How did you get that?", "ok, how was that computed?"])
async def test_doubts_are_answered_with_explanation_code_and_receipt_of_the_answer_before(said: str) -> None:
    chat = OfflineChat()
    before = await chat.total()
    await chat.says("thanks")
    reply = await chat.says(said)
    assert reply.answer is not None, reply.error
    assert (reply.answer["kind"], reply.code, reply.receipt) == ("text", before.code, before.receipt)
    assert before.explanation and before.explanation in reply.answer["text"]
    assert "rows of sales" in reply.answer["text"]


async def test_plot_that_shows_the_chart_of_the_answer_before_with_its_rows() -> None:
    chat = OfflineChat()
    rows = {"columns": ["city", "total amount"], "rows": [["Lyon", 250.0], ["Paris", 1100.0]], "total_rows": 2}
    before = await chat.asks("What is the total amount per city?", kind="table", **rows)
    assert before.answer is not None and before.answer["chart"], before.error
    reply = await chat.says("Plot that, please")
    assert reply.answer is not None, reply.error
    assert reply.answer["chart"] == before.answer["chart"]
    assert reply.answer["table_preview"] == before.answer["table_preview"]


async def test_plot_of_a_single_value_says_why_there_is_none() -> None:
    chat = OfflineChat()
    await chat.total()
    reply = await chat.says("plot it")
    assert reply.answer is not None and reply.answer["text"] == NO_CHART


async def test_follow_up_after_talk_is_of_the_answer_before_it() -> None:
    plain, polite = OfflineChat(), OfflineChat()
    await plain.total()
    await polite.total()
    await polite.says("thanks")
    assert (await polite.says("and for Lyon?")).code == (await plain.says("and for Lyon?")).code is not None


async def test_doubt_without_an_answer_before_is_no_reply() -> None:
    assert (await OfflineChat().says("Are you sure?")).state != "answered"


@pytest.mark.parametrize(
    "question",
    [
        "thanks to whom did we sell most?",
        "Are you sure that Lyon leads?",
        "How did you get that total amount per city?",
        "plot the amount per city",
        "really high amounts?",
        "explain that column",
        "What is the total amount? Thanks!",
        "is that right side of the river?",
        "",
    ],
)
def test_question_about_data_is_never_taken_for_talk(question: str) -> None:
    assert talk_in(question, ()) is None


@pytest.mark.parametrize("said", [said for all_said in SAID.values() for said in all_said])
def test_whatever_a_table_or_column_is_called_is_no_talk(said: str) -> None:
    assert talk_in(said.upper() + " ?!", ()) is not None
    assert talk_in(said, ("amount", said.title())) is None


async def test_column_called_thanks_is_asked_of() -> None:
    chat = OfflineChat()
    chat.house.has_table("cards", thanks=ColumnType.INTEGER)
    assert not (await chat.says("thanks")).is_talk
