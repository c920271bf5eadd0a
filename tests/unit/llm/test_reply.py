"""How a reply is read: the one tool that it calls, or what it says without one."""

from __future__ import annotations

from typing import Any

import pytest

from services.llm.errors import CannotAnswer, ModelRefused, NeedsClarification, ReplyCutOff, ReplyNotUnderstood
from services.llm.limits.tokens import TokenUsage
from services.llm.reply import (
    LONGEST_CODE,
    LONGEST_OPTION,
    LONGEST_SENTENCES,
    MOST_OPTIONS,
    Block,
    Compute,
    Look,
    ModelReply,
    read_reply,
)
from shared.prose import LONGEST_TEXT, MOST_SUGGESTIONS, WrittenAnswer
from tests.fakes.prompts import computed, use

THOUGHT = {"type": "thinking", "thinking": "Shall I decline?", "signature": "c2ln"}
CHART = {"mark": "bar", "encoding": {"x": {"field": "city"}}}


def reply(*content: Block, stop_reason: str = "tool_use") -> ModelReply:
    return ModelReply("msg_1", "claude-sonnet-5-5", content, stop_reason, TokenUsage())


def text(said: str) -> Block:
    return {"type": "text", "text": said}


def read(tool: str, **given: Any) -> Any:
    return read_reply(reply(use(tool, **given)))


def test_computation_has_its_code_name_and_explanation() -> None:
    asked = computed("result = 1  ", "revenue_by_city", " One. ")
    assert read_reply(reply(THOUGHT, text("Let me count."), asked)) == Compute(
        "result = 1\n", "revenue_by_city", "One."
    )


@pytest.mark.parametrize("name", ["", "by city", "1st", "a.b", "größe", "n" * 61, "a\n", "{x}"])
def test_name_that_cannot_stand_in_a_slot_is_left_out(name: str) -> None:
    assert read_reply(reply(computed(name=name))).name is None  # type: ignore[union-attr]


def test_look_by_code_counts_before_one_by_names() -> None:
    assert read("look", code="result = df.head()", table="orders", column="city") == Look("result = df.head()\n")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (
            {"table": "orders", "column": "city"},
            "values = tables['orders']['city']\n"
            "result = values.value_counts(dropna=False).head(50).rename('rows').reset_index()\n",
        ),
        ({"table": "orders"}, "result = tables['orders'].head(50)\n"),
        (
            {"table": "orders", "where": "amount > 3", "columns": ["city", "amount"]},
            "result = tables['orders'].query('amount > 3')[['city', 'amount']].head(50)\n",
        ),
    ],
    ids=["values", "rows", "rows by a condition"],
)
def test_look_by_names_becomes_code(given: dict[str, Any], code: str) -> None:
    assert read("look", **given) == Look(code)


def test_values_that_contain_a_text_are_looked_for_by_its_letters_and_not_as_a_pattern() -> None:
    assert (
        ".contains('(a.b', case=False, regex=False, na=False)"
        in read("look", table="t", column="c", containing="(a.b").code
    )


def test_answer_has_its_text_result_chart_and_suggestions() -> None:
    asked = {
        "text": " Lyon leads. ",
        "result": "by_city",
        "chart": CHART,
        "suggestions": [" And Oslo? ", "", "Why?", "a", "b"],
    }
    written = read("reply", **asked)
    assert written == WrittenAnswer(
        text="Lyon leads.", result="by_city", chart=CHART, suggestions=("And Oslo?", "Why?", "a")
    )
    assert len(written.suggestions) == MOST_SUGGESTIONS


def test_decline_says_why() -> None:
    with pytest.raises(CannotAnswer, match="There are no prices"):
        read("decline", reason=" There are no prices. ")


def test_decline_without_a_reason_has_one() -> None:
    with pytest.raises(CannotAnswer, match="do not hold"):
        read("decline")


def test_ask_offers_distinct_options() -> None:
    with pytest.raises(NeedsClarification, match="Which date") as raised:
        read("ask", question="Which date?", options=["ordered", " ordered", "", "shipped"])
    assert raised.value.options == ("ordered", "shipped")


def test_ask_offers_no_more_than_a_person_reads() -> None:
    with pytest.raises(NeedsClarification) as raised:
        read("ask", question="Which?", options=[f"number {n}" for n in range(9)])
    assert raised.value.options == tuple(f"number {n}" for n in range(MOST_OPTIONS))


def test_ask_without_a_choice_is_a_decline() -> None:
    with pytest.raises(CannotAnswer, match="Which date"):
        read("ask", question="Which date?", options=["only one"])


def test_of_several_tools_at_once_the_first_one_counts() -> None:
    assert read_reply(reply(use("look", code="result = 1"), computed("result = 2"))) == Look("result = 1\n")


@pytest.mark.parametrize(
    ("said", "code", "explanation"),
    [
        ("Here it is:\n```python\nresult = df.shape[0]\n```", "result = df.shape[0]\n", "Here it is:"),
        ("```py\nresult = 1\n```\nOr:\n```python\nresult = df.shape[0]\n```", "result = df.shape[0]\n", "Or:"),
    ],
    ids=["one block", "the longest of two"],
)
def test_servers_without_tools_are_understood_by_their_fenced_code(said: str, code: str, explanation: str) -> None:
    assert read_reply(reply(text(said), stop_reason="end_turn")) == Compute(code, None, explanation)


def test_text_without_a_tool_is_an_answer() -> None:
    said = reply(THOUGHT, text("You are"), text(" welcome."), stop_reason="end_turn")
    assert read_reply(said) == WrittenAnswer(text="You are welcome.")


@pytest.mark.parametrize(
    ("stop_reason", "error"),
    [
        ("refusal", ModelRefused),
        ("max_tokens", ReplyCutOff),
        ("model_context_window_exceeded", ReplyCutOff),
    ],
)
def test_reply_that_was_stopped_is_not_read_even_where_it_looks_whole(stop_reason: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_reply(reply(computed(), stop_reason=stop_reason))


@pytest.mark.parametrize(
    "content",
    [
        (),
        (THOUGHT,),
        (text("  "),),
        (text("```python\n\n```"),),
        (text("x" * (LONGEST_TEXT + 1)),),
        (use("dance", code="result = 1"),),
        (use("compute", name="answer", explanation="No code."),),
        (use("compute", code="   ", name="answer", explanation=""),),
        (use("compute", code="#" * (LONGEST_CODE + 1), name="answer", explanation=""),),
        (use("compute", code=7, name="answer", explanation=""),),
        (use("look"),),
        (use("look", column="city"),),
        (use("look", table=["orders"]),),
        (use("look", table="orders", columns="city"),),
        (use("reply"),),
        (use("reply", text=" \n"),),
        (use("reply", text="x" * (LONGEST_TEXT + 1)),),
        (use("reply", text="Yes.", chart="a bar"),),
        (use("reply", text="Yes.", suggestions="Why?"),),
        (use("ask", options=["a", "b"]),),
        (use("ask", question="Which?", options="a or b"),),
        (use("decline", reason=["no"]),),
        ({**use("compute"), "input": "result = 1"},),
        ({**use("compute"), "input": None},),
    ],
)  # fmt: skip
def test_anything_else_is_not_understood(content: tuple[Block, ...]) -> None:
    with pytest.raises(ReplyNotUnderstood):
        read_reply(reply(*content))


UNSEEN = "a\x00\x07b\x1b\x85c\u202ed\u202c\u2066e\u2069\ud800"


def test_nothing_that_a_model_writes_for_people_has_characters_that_nobody_sees() -> None:
    with pytest.raises(NeedsClarification) as asked:
        read("ask", question=UNSEEN, options=[UNSEEN, f"{UNSEEN}f"])
    with pytest.raises(CannotAnswer) as declined:
        read("decline", reason=UNSEEN)
    written = read("reply", text=f"{UNSEEN}\n\tg", suggestions=[UNSEEN])
    assert (asked.value.detail, asked.value.options) == ("abcde", ("abcde", "abcdef"))
    assert declined.value.detail == "abcde"
    assert (written.text, written.suggestions) == ("abcde\n\tg", ("abcde",))
    assert read("compute", code="result = 1", name="x", explanation=UNSEEN).explanation == "abcde"


def test_what_a_model_writes_for_people_is_as_long_as_people_read() -> None:
    long = "word " * 20_000
    with pytest.raises(NeedsClarification) as asked:
        read("ask", question=long, options=[long, "short"])
    with pytest.raises(CannotAnswer) as declined:
        read("decline", reason=long)
    assert len(asked.value.detail) <= LONGEST_SENTENCES
    assert [len(option) <= LONGEST_OPTION for option in asked.value.options] == [True, True]
    assert len(declined.value.detail) <= LONGEST_SENTENCES
    assert len(read("compute", code="result = 1", name="x", explanation=long).explanation) <= LONGEST_SENTENCES
    assert read("reply", text="Yes.", suggestions=[long, "w" * 201, "w" * 200]).suggestions == ("w" * 200,)
