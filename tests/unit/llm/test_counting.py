"""What an exchange took, from servers that speak the Messages API and count as they like."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from services.llm.context import read_context
from services.llm.errors import ModelBusy
from services.llm.limits.budget import BYTES_PER_TOKEN
from services.llm.limits.patience import Patience
from services.llm.models.claude import ClaudeModel
from services.llm.models.counting import tokens_of
from services.llm.models.providers import anthropic_client
from services.llm.prompt import build_prompt
from services.llm.reply import ModelReply
from tests.fakes.llm import MODEL, context_document
from tests.fakes.messages_api import MessagesApi, Streamed, wrote

PROMPT = build_prompt(read_context(context_document()))
CODE = "result = len(df)\n" * 20


class Deaf:
    async def tokens(self, count: int) -> None:
        return None

    async def text(self, so_far: str) -> None:
        return None


async def reply_with(started: Any, ended: Any) -> ModelReply:
    """Of a server that says `started` before a reply and `ended` after it."""
    async with MessagesApi(_counted(wrote(CODE), started, ended)).running() as api:
        model = ClaudeModel(anthropic_client(SecretStr("sk-test"), api.base_url), MODEL, "")
        try:
            return await model.complete(PROMPT, 2000, Deaf(), Patience(10, 10, 10))
        finally:
            await model.close()


def _counted(reply: Streamed, started: Any, ended: Any) -> Streamed:
    events = []
    for name, data in reply.events:
        if name == "message_start":
            data = {**data, "message": {**data["message"], "usage": started}}
        if name == "message_delta":
            data = {**data, "usage": ended}
        events.append((name, data))
    return Streamed(tuple(events))


@pytest.mark.parametrize(
    ("started", "ended"),
    [
        ({"input_tokens": None, "output_tokens": None}, {"output_tokens": None}),
        ({"input_tokens": -(10**9), "output_tokens": -5}, {"output_tokens": -1}),
        ({}, {}),
        ({"input_tokens": 10**400, "output_tokens": 0}, {"output_tokens": 10**400}),
        ({"input_tokens": 0, "output_tokens": 0}, {"output_tokens": None}),
    ],
)
async def test_count_that_is_none_is_estimated_by_bytes(started: Any, ended: Any) -> None:
    with capture_logs() as logs:
        usage = (await reply_with(started, ended)).usage
    assert usage.input == -(-PROMPT.size // BYTES_PER_TOKEN)
    assert len(CODE) // BYTES_PER_TOKEN < usage.output < len(CODE)
    assert (usage.cache_read, usage.cache_write) == (0, 0)
    assert [log for log in logs if log["event"] == "usage_estimated"] == [
        {"event": "usage_estimated", "log_level": "warning", "input": True, "output": True}
    ]


def test_count_of_another_type_is_none() -> None:
    usage = tokens_of(SimpleNamespace(input_tokens="many", output_tokens=True), 300, [{"type": "text", "text": "Yes."}])
    assert usage == tokens_of(None, 300, [{"type": "text", "text": "Yes."}])


async def test_negative_count_of_the_cache_is_no_credit() -> None:
    started = {"input_tokens": 7, "cache_read_input_tokens": -500, "cache_creation_input_tokens": None}
    usage = (await reply_with(started, {"output_tokens": 3})).usage
    assert (usage.input, usage.output, usage.cache_read, usage.cache_write) == (7, 3, 0, 0)


@pytest.mark.parametrize(("started", "ended"), [(None, {"output_tokens": 3}), ({"input_tokens": 3}, None)])
async def test_reply_without_the_object_is_one_that_cannot_be_read(started: Any, ended: Any) -> None:
    """The SDK itself stumbles over it: an error of ours with a sentence, and none of Python's."""
    with pytest.raises(ModelBusy, match="could not be read") as raised:
        await reply_with(started, ended)
    assert raised.value.usage is not None
    assert raised.value.usage.total > 0
