"""Results of earlier questions of a conversation are tables for later code: `tables["answer_1"]`."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.domain import Question
from services.nlq.earlier import MOST_EARLIER
from shared.events import QueryRejected, QueryValidated
from tests.fakes.rounds import Rounds
from tests.unit.nlq.test_turns_told import Chat

BY_CITY: dict[str, Any] = {
    "kind": "table",
    "columns": ["city", "total"],
    "rows": [["Lyon", 80.5], ["Paris", 150.5]],
    "total_rows": 2,
    "is_table": True,
}
HIGHEST = "result = tables['answer_1']['total'].max()"


async def table_answered(chat: Chat, text: str = "How would a stranger see it?", **changes: Any) -> Question:
    rounds = await chat.asked(text)
    await rounds.computes("by_city", **{**BY_CITY, **changes})
    return await rounds.writes("Paris leads.", result="by_city")


def last_run(rounds: Rounds) -> QueryValidated:
    return rounds.house.bus.of(QueryValidated)[-1]


async def test_later_code_runs_over_the_stored_result() -> None:
    chat = Chat()
    first = await table_answered(chat)
    rounds = await chat.asked()
    assert (await rounds.generates(HIGHEST)).state == "validated"
    run = last_run(rounds)
    assert [table.name for table in run.tables] == ["sales", "answer_1"]
    assert run.tables[-1].data_key == first.table_key
    assert run.columns_used is not None and run.columns_used["answer_1"] == ("total",)


async def test_receipt_says_which_answer_was_used() -> None:
    chat = Chat()
    first = await table_answered(chat)
    rounds = await chat.asked()
    await rounds.computes("highest", HIGHEST, value=150.5)
    receipt = (await rounds.writes("150.5 is the highest.")).receipt
    assert receipt is not None
    assert receipt["earlier"] == [{"name": "answer_1", "query_id": first.query_id, "question": first.question}]
    assert {"table": "answer_1", "column": "total"} in receipt["columns"]


async def test_code_that_does_not_name_a_result_does_not_get_it() -> None:
    """Or code over all tables would count the rows of answers among them."""
    chat = Chat()
    await table_answered(chat)
    rounds = await chat.asked()
    await rounds.computes("rows", "result = sum(len(table) for table in tables.values())", value=3)
    assert [table.name for table in last_run(rounds).tables] == ["sales"]
    receipt = (await rounds.writes("3 rows.")).receipt
    assert receipt is not None and receipt["earlier"] == []


async def test_model_is_told_what_the_results_are_called_and_hold() -> None:
    chat = Chat()
    await table_answered(chat, "What came in?")
    columns = [{"name": "city", "type": "text"}, {"name": "total", "type": "decimal"}]
    told = {"name": "answer_1", "question": "What came in?", "rows": 2, "columns": columns}
    context = await (await chat.asked()).context()
    assert context["earlier"] == [told]
    assert context["history"][0]["number"] == 1


async def test_wrong_column_of_a_result_is_refused_before_it_runs() -> None:
    chat = Chat()
    await table_answered(chat)
    rounds = await chat.asked()
    await rounds.generates("result = tables['answer_1']['profit'].max()")
    assert "profit" in str(rounds.house.bus.of(QueryRejected)[-1].reasons)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "scalar", "value": 7, "columns": [], "rows": [], "total_rows": 0, "is_table": False},
        {"columns": ["city", "city"]},
    ],
    ids=["a value", "two columns of one name"],
)
async def test_what_no_code_could_name_is_no_table(changes: dict[str, Any]) -> None:
    chat = Chat()
    await table_answered(chat, **changes)
    assert (await (await chat.asked()).context())["earlier"] == []


async def test_numbers_stay_and_the_last_results_are_kept() -> None:
    chat = Chat()
    for _ in range(2):
        await table_answered(chat)
    await (await chat.asked()).fails("cannot_answer", "No table has prices.")
    for _ in range(MOST_EARLIER):
        await table_answered(chat)
    told = [table["name"] for table in (await (await chat.asked()).context())["earlier"]]
    assert told == [f"answer_{number}" for number in range(4, 4 + MOST_EARLIER)]


async def test_edited_code_has_the_results_that_the_first_one_had() -> None:
    chat = Chat()
    first = await table_answered(chat)
    rounds = await chat.asked()
    await rounds.computes("highest", HIGHEST, value=150.5)
    await rounds.writes("150.5 is the highest.")
    edited = await chat.house.snippets.edit(chat.house.session_id, rounds.query_id, HIGHEST.replace("max", "min"))
    assert edited.state == "validated", edited.error
    assert last_run(rounds).tables[-1].data_key == first.table_key


async def test_results_of_another_conversation_are_not_there() -> None:
    chat = Chat()
    await table_answered(chat)
    rounds = await Rounds.begin(chat.house)
    await rounds.generates(HIGHEST)
    assert "answer_1" in str(rounds.house.bus.of(QueryRejected)[-1].reasons)
