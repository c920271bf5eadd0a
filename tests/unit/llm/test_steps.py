"""Steps that are over, as the model is told of them: its own words as they were, and what came of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.prompt import LAST, REPLY_FAULTS, Prompt, build_prompt
from services.llm.prompt.steps import ONE_AT_A_TIME
from services.llm.reply import Block
from tests.fakes.llm import context_document
from tests.fakes.prompts import BY_CITY, TOTAL, computed, results_in, said_after_tables, step, steps_document, use

THOUGHT = {"type": "thinking", "thinking": 'Zürich <or> "Zug"?\n', "signature": "EqQBCkYIARgCKkBb+/=="}
REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix/LafPsn4a"}


def prompt_of(*steps: dict[str, Any], left: int = 5, **changes: Any) -> Prompt:
    document = context_document(**{"privacy": "profile", **changes})
    return build_prompt(read_context(document, steps_document(*steps, left=left)))


def came_of(**facts: Any) -> Block:
    (block,) = results_in(prompt_of(step(1, **facts)))
    return block


def test_steps_follow_each_other_in_their_order_each_with_what_came_of_it() -> None:
    prompt = prompt_of(
        step(1, use("look", "toolu_a", table="orders"), purpose="look", result=BY_CITY),
        step(2, use("compute", "toolu_b", code="result = 1"), outcome="failed", said=["KeyError: 'town'"]),
        step(3, use("compute", "toolu_c", code="result = 2"), result=TOTAL),
    )
    assert [message["role"] for message in prompt.messages] == ["user", "assistant"] * 3 + ["user"]
    assert [message["content"][0]["id"] for message in prompt.messages if message["role"] == "assistant"] == [
        "toolu_a",
        "toolu_b",
        "toolu_c",
    ]
    assert [(block["tool_use_id"], block["is_error"]) for block in results_in(prompt)] == [
        ("toolu_a", False),
        ("toolu_b", True),
        ("toolu_c", False),
    ]


def test_thinking_goes_back_byte_for_byte() -> None:
    content = [THOUGHT, REDACTED, {"type": "text", "text": "So:"}, computed()]
    prompt = prompt_of(step(1, *content, result=TOTAL), step(2, result=TOTAL))
    assert prompt.messages[1] == {"role": "assistant", "content": content}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"result": TOTAL}, {"type": "integer", "value": 1200}),
        (
            {"result": TOTAL, "name": "orders_in_all", "warnings": ["2 rows have no partner."]},
            {"result": "orders_in_all", "type": "integer", "value": 1200, "notes": ["2 rows have no partner."]},
        ),
        ({"outcome": "rejected", "said": ["No column."]}, {"outcome": "rejected", "reasons": ["No column."]}),
        ({"outcome": "failed", "said": ["KeyError"]}, {"outcome": "failed", "reasons": ["KeyError"]}),
        ({"outcome": "timed_out", "said": ["After 30 s."]}, {"outcome": "timed_out", "reasons": ["After 30 s."]}),
        ({"outcome": "chosen", "said": ["net_revenue"]}, {"chosen": "net_revenue"}),
    ],
)
def test_what_came_of_a_step_is_told(facts: dict[str, Any], told: dict[str, Any]) -> None:
    assert json.loads(came_of(**facts)["content"]) == told


@pytest.mark.parametrize("fault", ["unreadable", "repeated"])
def test_reply_that_cannot_be_used_is_told_why(fault: str) -> None:
    block = came_of(outcome=fault)
    assert (block["content"], block["is_error"]) == (REPLY_FAULTS[fault], True)


def test_of_several_tools_the_first_has_its_result_and_the_others_are_refused() -> None:
    tools = [use("look", f"toolu_{n}", table="orders") for n in range(3)]
    first, *others = results_in(prompt_of(step(1, *tools, result=TOTAL)))
    assert (first["tool_use_id"], first["is_error"]) == ("toolu_0", False)
    assert [(block["tool_use_id"], block["content"], block["is_error"]) for block in others] == [
        ("toolu_1", ONE_AT_A_TIME, True),
        ("toolu_2", ONE_AT_A_TIME, True),
    ]


def test_reply_in_words_is_answered_in_words() -> None:
    prompt = prompt_of(step(1, {"type": "text", "text": "I would rather talk."}, outcome="unreadable"))
    last = prompt.messages[-1]
    assert [(block["type"], block["text"]) for block in last["content"]] == [("text", REPLY_FAULTS["unreadable"])]


def test_empty_reply_leaves_no_empty_message() -> None:
    """The API refuses one; what is wrong with it stands with the question."""
    prompt = prompt_of(step(1, outcome="unreadable", messages=[]))
    (only,) = prompt.messages
    assert only["role"] == "user"
    assert only["content"][-1]["text"] == REPLY_FAULTS["unreadable"]


def test_rewritten_reply_goes_back_with_what_was_said_of_the_first() -> None:
    first, second = use("reply", "toolu_1", text="It is 7."), use("compute", "toolu_2", code="result = 7")
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "7 stands nowhere.", "is_error": True}
    messages = [
        {"role": "assistant", "content": [first]},
        {"role": "user", "content": [told]},
        {"role": "assistant", "content": [second]},
    ]
    prompt = prompt_of(step(1, messages=messages, result=TOTAL))
    assert list(prompt.messages[1:4]) == messages
    assert results_in(prompt)[-1]["tool_use_id"] == "toolu_2"


@pytest.mark.parametrize(("left", "is_told"), [(0, True), (1, False)])
def test_model_that_has_no_step_left_is_told_with_the_last_result_only(left: int, is_told: bool) -> None:
    first, last = results_in(prompt_of(step(1, result=TOTAL), step(2, result=TOTAL), left=left))
    assert LAST not in first["content"]
    assert last["content"].endswith(LAST) is is_told


def test_steps_of_one_who_may_not_see_tell_no_cell() -> None:
    pivoted = {
        "kind": "table",
        "columns": ["city", "Lyon", "total_amount"],
        "rows": [["Oslo", 93175, "2024-01-05"]],
        "total_rows": 1,
    }
    steps = [
        step(
            1, computed("result = df.assign(total_amount=1)"), code="result = df.assign(total_amount=1)", result=pivoted
        ),
        step(2, result={"kind": "text", "value": "Lyon"}),
        step(3, outcome="failed", said=["KeyError: 'Lyon'"]),
    ]
    prompt = prompt_of(*steps, privacy="schema_only")
    assert not [cell for cell in ("Lyon", "Oslo", "93175", "2024") if cell in said_after_tables(prompt)]
    columns = json.loads(results_in(prompt)[0]["content"])["columns"]
    assert columns == [
        {"name": "city", "type": "text"},
        {"name": "…", "type": "integer"},
        {"name": "total_amount", "type": "date"},
    ]


def blocks(prompt: Prompt) -> Iterator[Block]:
    for message in prompt.messages:
        yield from message["content"]


def without_marks(prompt: Prompt) -> list[str]:
    """Every block as it is sent, in its order, with the roles around it."""
    return [
        message["role"] + json.dumps({name: value for name, value in block.items() if name != "cache_control"})
        for message in prompt.messages
        for block in message["content"]
    ]


@pytest.mark.parametrize("privacy", ["profile", "schema_only"])
def test_each_step_begins_with_all_that_was_sent_before(privacy: str) -> None:
    """Or nothing of it is found in the cache."""
    said = [
        step(1, THOUGHT, use("look", "toolu_1", table="orders"), purpose="look", result=BY_CITY),
        step(2, outcome="unreadable", messages=[]),
        step(3, computed(), use("reply", "toolu_x", text="?"), outcome="failed", said=["KeyError: 'town'"]),
        step(4, result=TOTAL, name="total", code="result = 4"),
    ]
    sent = [without_marks(prompt_of(*said[:count], privacy=privacy)) for count in range(5)]
    for before, after in pairwise(sent):
        assert after[: len(before)] == before
        assert len(after) > len(before)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_marks_of_the_cache_are_few_and_the_last_is_at_the_end(count: int) -> None:
    history = [{"question": f"{n}?", "code": "result = 1", "answer": "1"} for n in range(4)]
    prompt = prompt_of(*(step(n, result=TOTAL) for n in range(1, count + 1)), history=history)
    marked = [at for at, block in enumerate(blocks(prompt)) if "cache_control" in block]
    assert marked == [0, len(list(blocks(prompt))) - 1], (
        "tables and end; with the rules three of the four that the API takes"
    )


def test_prompt_that_goes_on_has_no_more_marks_than_before() -> None:
    prompt = prompt_of(step(1, result=TOTAL))
    longer = prompt.followed_by([use("reply", "toolu_r", text="7")], "7 stands nowhere.")
    assert longer.messages[: len(prompt.messages)] == prompt.messages
    assert longer.messages[-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "toolu_r", "content": "7 stands nowhere.", "is_error": True}
    ]
    assert sum("cache_control" in block for block in blocks(longer)) == 2
