"""What is heard of a reply while it is streamed, and what of it goes back to the model."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.llm.context import read_context
from services.llm.limits.patience import Patience
from services.llm.models.claude import AnswerSoFar, ClaudeModel
from services.llm.models.providers import anthropic_client
from services.llm.prompt import build_prompt
from services.llm.reply import Compute, Look, ModelReply, read_reply
from shared.prose import WrittenAnswer
from tests.fakes.llm import MODEL, context_document
from tests.fakes.messages_api import (
    MessagesApi,
    Streamed,
    asked,
    called,
    cut_off,
    declined,
    looked,
    recorded,
    said,
    several,
    wrote,
)

PROMPT = build_prompt(read_context(context_document()))
TEXT = 'Lyon "leads" with 80.5 {€}.\nÖl — 5 \\ 7 🙂.'


class Heard:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def tokens(self, count: int) -> None:
        return None

    async def text(self, so_far: str) -> None:
        self.texts.append(so_far)


async def exchange_with(reply: Streamed) -> tuple[ModelReply, list[str]]:
    heard = Heard()
    async with MessagesApi(reply).running() as api:
        model = ClaudeModel(anthropic_client(SecretStr("sk-test"), api.base_url), MODEL, "")
        try:
            return await model.complete(PROMPT, 2000, heard, Patience(10, 10, 10)), heard.texts
        finally:
            await model.close()


async def test_text_of_an_answer_is_heard_while_it_grows() -> None:
    reply, texts = await exchange_with(
        called("reply", {"text": TEXT, "suggestions": ["And Oslo?"]}, pieces=40, thinking="Hm. ")
    )
    assert read_reply(reply) == WrittenAnswer(text=TEXT, suggestions=("And Oslo?",))
    assert texts[-1] == TEXT
    assert len(texts) > 10
    assert all(after.startswith(before) and len(after) > len(before) for before, after in pairwise(texts))


@pytest.mark.parametrize(
    "reply",
    [
        said("Lyon leads with 80.5. That is all.", thinking="Is it?"),
        wrote("result = 1", "text"),
        called("compute", {"text": "Lyon leads.", "code": "result = 1"}),
        looked("result = 1"),
        asked("Which one?", "this", "that"),
        declined("No table has prices."),
        called("reply", {"result": "by_city", "text": 7}),
        called("reply", {"chart": {"text": "Lyon leads."}}),
    ],
    ids=["words", "compute", "compute with a text", "look", "ask", "decline", "no text", "text of a chart"],
)
async def test_only_the_text_of_the_tool_that_answers_is_heard(reply: Streamed) -> None:
    assert (await exchange_with(reply))[1] == []


async def test_of_several_tools_each_block_goes_back_and_the_first_counts() -> None:
    reply, _ = await exchange_with(several(looked("result = 1"), wrote("result = 2")))
    assert read_reply(reply) == Look("result = 1\n")
    assert [(block["name"], block["id"]) for block in reply.content] == [
        ("look", "toolu_fake_1"),
        ("compute", "toolu_fake_1.1"),
    ]


async def test_blocks_go_back_as_they_came_and_with_nothing_of_the_sdk() -> None:
    reply, _ = await exchange_with(wrote("result = 1", thinking="Let me see."))
    assert reply.content == (
        {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"},
        {
            "type": "tool_use",
            "id": "toolu_fake_1.1",
            "name": "compute",
            "input": {"code": "result = 1", "name": "answer", "explanation": "Counts the rows."},
        },
    )


@pytest.mark.parametrize("blank", ["", "\n\n", "  "])
async def test_text_without_a_word_does_not_go_back(blank: str) -> None:
    """The API answers 400 to it, and models that think write some before a tool."""
    reply, _ = await exchange_with(several(said(blank), wrote("result = 1")))
    assert [block["type"] for block in reply.content] == ["tool_use"]


async def test_input_that_is_cut_off_is_no_answer() -> None:
    reply, texts = await exchange_with(cut_off("result = df.groupby('city').sum()"))
    assert (reply.stop_reason, texts) == ("max_tokens", [])


START = (
    'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_r","type":"message","role":"assistant","model":"m",'
    '"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}\n\n'
)
END = (
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"%s","stop_sequence":null},"usage":{"output_tokens":8}}'
    '\n\nevent: message_stop\ndata: {"type":"message_stop" }\n'
)


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> str:
    events: list[tuple[str, dict[str, Any]]] = [
        ("content_block_start", {"index": index, "content_block": start}),
        *(("content_block_delta", {"index": index, "delta": delta}) for delta in deltas),
        ("content_block_stop", {"index": index}),
    ]
    return "".join(f"event: {name}\ndata: {json.dumps({'type': name, **data})}      \n\n" for name, data in events)


FALLBACK = {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}, "trigger": {"type": "refusal"}}
COMPACTION = {"type": "compaction", "content": None, "encrypted_content": None}
REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix/LafPsn4a"}


@pytest.mark.parametrize(
    ("first", "deltas"),
    [
        (FALLBACK, []),
        (COMPACTION, [{"type": "compaction_delta", "content": "Before.", "encrypted_content": "EpwB"}]),
        (REDACTED, []),
    ],
    ids=["fallback", "compaction", "redacted thinking"],
)
async def test_blocks_that_this_house_does_not_ask_for_disturb_nothing(
    first: dict[str, Any], deltas: list[dict[str, Any]]
) -> None:
    tool = {"type": "tool_use", "id": "", "name": "compute", "caller": {"type": "direct"}, "input": {}}
    pieces = ["", '{"code": "result', ' = 1", "name": "n", "explanation": ""}']
    calls = block(1, tool, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))
    reply, _ = await exchange_with(recorded(START + block(0, first, *deltas) + calls + END % "tool_use"))
    assert read_reply(reply) == Compute("result = 1\n", "n", "")
    before, after = reply.content
    assert before["type"] == first["type"]
    assert (after["input"], "caller" in after) == ({"code": "result = 1", "name": "n", "explanation": ""}, False)
    if first is REDACTED:
        assert before == REDACTED, "it goes back as it came"


@given(
    st.text(),
    st.data(),
    st.booleans(),
    st.sampled_from([(), ("result",), ("result", "suggestions")]),
)
def test_text_grows_however_the_input_is_cut(
    text: str, data: st.DataObject, ascii_only: bool, first: tuple[str, ...]
) -> None:
    """Also within an escape, a surrogate pair, a number or a name."""
    others: dict[str, Any] = {
        "result": 'by_"city"',
        "suggestions": ["text", "\n"],
        "chart": {"text": "no", "size": 1.5e3},
    }
    given = {**{name: others[name] for name in first}, "text": text, **others}
    written = json.dumps(given, ensure_ascii=ascii_only)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written)), max_size=12)))
    answer, texts = AnswerSoFar(is_meant=True), [""]
    pieces = (written[start:end] for start, end in pairwise([0, *cuts, len(written)]))
    texts += [so_far for piece in pieces if (so_far := answer.text_with(piece)) is not None]
    assert texts[-1] == text
    assert all(after.startswith(before) and after != before for before, after in pairwise(texts))


def test_text_grows_by_each_character_through_every_escape() -> None:
    text = 'a"\\/\b\f\n\r\tñ🙂\u2028é{}'
    answer, texts = AnswerSoFar(is_meant=True), [""]
    written = json.dumps({"text": text})
    texts += [so_far for character in written if (so_far := answer.text_with(character)) is not None]
    assert texts == [text[:end] for end in range(len(text) + 1)]
