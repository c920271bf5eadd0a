"""Earlier questions of a conversation: the latest as messages, those from long before in a few words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.llm.context import NO_ANSWER, Turn, read_context
from services.llm.prompt import Prompt, build_prompt
from services.llm.prompt.turns import LONGEST_SHORT, MOST_SHORT, MOST_WHOLE, earlier_block, split
from tests.fakes.llm import context_document
from tests.fakes.prompts import BY_CITY, asked_in, block_in, results_in, said_after_tables

ANSWERED = {
    "question": "Sum?",
    "code": "result = df['amount'].sum()\n",
    "explanation": "Adds.",
    "answer": "100.75 in all.",
}


def prompt_of(*history: dict[str, Any], **changes: Any) -> Prompt:
    """With results in the turns, as they are once they were gathered."""
    return build_prompt(read_context(context_document(**{"history": history, "privacy": "profile", **changes})))


def calls(prompt: Prompt) -> list[tuple[str, dict[str, Any]]]:
    return [
        (block["name"], block["input"])
        for message in prompt.messages
        for block in message["content"]
        if block["type"] == "tool_use"
    ]


def test_turn_is_told_as_if_the_model_had_worked_at_it() -> None:
    prompt = prompt_of({**ANSWERED, "result": BY_CITY})
    code = {"code": ANSWERED["code"], "name": "answer_1", "explanation": "Adds."}
    assert calls(prompt) == [("compute", code), ("reply", {"text": "100.75 in all."})]
    computed, shown = results_in(prompt)
    assert json.loads(computed["content"])["rows"] == BY_CITY["rows"]
    assert "Shown" in shown["content"]


def test_large_result_of_a_turn_is_told_by_its_head_and_shape() -> None:
    rows = {"kind": "table", "columns": ["n"], "rows": [[n] for n in range(50)], "total_rows": 700}
    told = json.loads(results_in(prompt_of({**ANSWERED, "result": rows}))[0]["content"])
    assert (told["rows"], told["total_rows"]) == ([[0], [1], [2], [3], [4]], 700)


def test_declined_turn_is_a_turn_too() -> None:
    prompt = prompt_of({"question": "Why?", "declined": "No table says why.", "code": "result = 1"})
    assert calls(prompt) == [("decline", {"reason": "No table says why."})]


def test_question_back_that_nobody_answered_is_a_turn_with_its_options() -> None:
    prompt = prompt_of({"question": "Sum?", "asked": {"question": "Which one?", "options": ["net", "gross"]}})
    assert calls(prompt) == [("ask", {"question": "Which one?", "options": ["net", "gross"]})]
    assert "not answered" in results_in(prompt)[0]["content"]


def test_what_was_chosen_is_told_with_the_question_and_kept_in_short() -> None:
    chosen = [{"question": "Which one?", "choice": "gross"}]
    first = prompt_of({**ANSWERED, "clarified": chosen}).messages[0]["content"][-1]["text"]
    assert block_in(first, "question") == {"question": "Sum?", "clarified": chosen}
    short = block_in(earlier_block([Turn.model_validate({**ANSWERED, "clarified": chosen})]), "earlier")
    assert short == [{"question": "Sum?", "chosen": ["gross"], "answer": ANSWERED["answer"]}]


def test_under_schema_only_a_turn_says_nothing_of_cells() -> None:
    asked = {"question": "Is it Zanzibar?", "options": ["amount", "Zanzibar"]}
    chosen = [{"question": "Zanzibar or amount?", "choice": "Zanzibar"}]
    prompt = prompt_of(
        {"question": "Sum?", "asked": asked, "clarified": chosen},
        {"question": "Why?", "declined": "Zanzibar has none."},
        privacy="schema_only",
    )
    assert "Zanzibar" not in str(prompt.messages)
    assert ("decline", {"reason": NO_ANSWER}) in calls(prompt)


EARLIER = {
    "name": "answer_7",
    "question": "Sum by city?",
    "rows": 2,
    "columns": [{"name": "city", "type": "text"}, {"name": "Zanzibar", "type": "decimal"}],
}


def test_results_of_earlier_questions_are_told_as_tables_under_the_number_of_their_turn() -> None:
    prompt = prompt_of({**ANSWERED, "number": 7}, earlier=[EARLIER])
    assert block_in(asked_in(prompt), "earlier_results") == [EARLIER]
    assert calls(prompt)[0][1]["name"] == "answer_7"


def test_under_schema_only_columns_of_results_that_may_be_cells_are_not_told() -> None:
    prompt = prompt_of({**ANSWERED, "number": 7}, earlier=[EARLIER], privacy="schema_only")
    (told,) = block_in(asked_in(prompt), "earlier_results")
    assert told["columns"][0]["name"] == "city"
    assert "Zanzibar" not in str(prompt.messages)


def test_question_that_came_to_nothing_is_still_told() -> None:
    prompt = prompt_of({"question": "And in Oslo?"})
    assert calls(prompt) == []
    assert "And in Oslo?" in said_after_tables(prompt)


@pytest.mark.parametrize("turns", [0, 1, 3, 40])
def test_roles_alternate_and_each_call_has_its_own_answer(turns: int) -> None:
    kinds: list[dict[str, Any]] = [ANSWERED, {"question": "Why?", "declined": "No."}, {"question": "Lost?"}]
    prompt = prompt_of(*(kinds[n % 3] for n in range(turns)))
    roles = [message["role"] for message in prompt.messages]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    for asked, answered in zip(prompt.messages[1::2], prompt.messages[2::2], strict=True):
        called = [block["id"] for block in asked["content"] if block["type"] == "tool_use"]
        assert called == [block["tool_use_id"] for block in answered["content"] if block["type"] == "tool_result"]
    ids = [block["tool_use_id"] for block in results_in(prompt)]
    assert len(ids) == len(set(ids))


def turn(number: int, size: int) -> dict[str, Any]:
    answer = f"Number {number} leads with {number}.5. " + "z" * size
    return {"question": f"Question {number}?", "code": f"result = {number}\n", "answer": answer}


def test_long_conversation_keeps_names_and_figures_of_what_is_told_short() -> None:
    prompt = prompt_of(*(turn(n, 1_500) for n in range(1, 21)))
    whole = [given["code"] for tool, given in calls(prompt) if tool == "compute"]
    assert whole[-1] == "result = 20\n"
    assert 3 <= len(whole) <= 6
    earlier = block_in(asked_in(prompt), "earlier")
    assert len(earlier) + len(whole) == 20 - _forgotten(earlier)
    assert earlier[-1]["question"] == f"Question {20 - len(whole)}?"
    assert earlier[-1]["answer"].startswith(f"Number {20 - len(whole)} leads with {20 - len(whole)}.5.")
    assert all(len(one["answer"]) <= LONGEST_SHORT for one in earlier)


def _forgotten(earlier: list[dict[str, Any]]) -> int:
    """How many questions before the oldest that is told are not."""
    return int(earlier[0]["question"].removeprefix("Question ").rstrip("?")) - 1


def test_names_of_results_stay_the_same_however_many_turns_are_told_short() -> None:
    prompt = prompt_of(*(turn(n, 1_500) for n in range(1, 21)))
    names = [given["name"] for tool, given in calls(prompt) if tool == "compute"]
    assert names[-1] == "answer_20"
    assert names == [f"answer_{n}" for n in range(21 - len(names), 21)]


@pytest.mark.parametrize("sizes", [[100] * 400, [9_000] * 30, [10] * 20 + [200_000], [200_000] * 3])
def test_room_of_a_conversation_is_bounded_but_for_its_last_turn(sizes: list[int]) -> None:
    turns = [Turn.model_validate(turn(n, size)) for n, size in enumerate(sizes)]
    before, whole = split(turns)
    assert [*before, *whole] == turns
    assert whole
    assert sum(len(one.answer or "") for one in whole[:-1]) < MOST_WHOLE
    assert len(earlier_block(before).encode()) <= MOST_SHORT + len("<earlier>\n\n</earlier>")


def test_turns_that_fit_are_all_told_whole() -> None:
    turns = [Turn.model_validate(turn(n, 100)) for n in range(8)]
    assert split(turns) == ([], turns)
    assert earlier_block([]) == ""


def test_turns_of_one_who_may_not_see_have_questions_and_code_without_cells() -> None:
    history: list[dict[str, Any]] = [
        {**ANSWERED, "code": "result = df[df['city'] == 'Lyon']", "answer": "Lyon has 93175.", "result": BY_CITY},
        {"question": "Why?", "declined": "Nothing says why Oslo leads."},
    ] * 30
    prompt = prompt_of(*history, privacy="schema_only")
    said = said_after_tables(prompt)
    assert not [cell for cell in ("Lyon", "Oslo", "93175", "80.5") if cell in said]
    assert "result = df[df['city'] == '…']" in [given.get("code") for _, given in calls(prompt)]
