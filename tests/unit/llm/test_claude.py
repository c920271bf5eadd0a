"""The adapter, through the real SDK, against a local server that speaks the Messages API."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from services.llm.claude import ClaudeModel, anthropic_client
from services.llm.context import read_context
from services.llm.errors import ModelBusy, ModelTooSlow, ModelUnavailable, RequestNotAccepted
from services.llm.prompt import REPLY_SCHEMA, SYSTEM, build_prompt
from services.llm.reply import ModelReply, read_reply
from services.llm.tokens import TokenUsage
from tests.fakes.llm import MODEL, context_document
from tests.fakes.messages_api import (
    Failing,
    MessagesApi,
    Reply,
    Streamed,
    overloaded,
    overloaded_in_stream,
    rate_limited,
    refused,
    said,
    wrote,
)

PROMPT = build_prompt(read_context(context_document()))


async def exchange(
    api: MessagesApi, *, effort: str = "medium", seconds: float = 10, silence: float = 10
) -> tuple[ModelReply, list[int]]:
    tokens: list[int] = []

    async def on_tokens(count: int) -> None:
        tokens.append(count)

    async with api.running():
        model = ClaudeModel(anthropic_client(SecretStr("sk-test"), api.base_url, silence), MODEL, effort, seconds)
        try:
            return await model.complete(PROMPT, 2000, on_tokens), tokens
        finally:
            await model.close()


async def failure(reply: Reply, **options: float) -> Exception:
    with pytest.raises((ModelBusy, ModelUnavailable, RequestNotAccepted)) as raised:
        await exchange(MessagesApi(reply), **options)  # type: ignore[arg-type]
    return raised.value


async def test_streamed_reply_is_put_together_with_its_usage() -> None:
    reply, tokens = await exchange(MessagesApi(wrote("result = len(df)\n" * 20, thinking="Let me see. " * 20)))
    assert read_reply(reply).code == "result = len(df)\n" * 20
    assert reply.usage == TokenUsage(input=1200, output=87, cache_read=500, cache_write=300)
    assert (reply.reply_id, reply.model, reply.stop_reason) == ("msg_fake_1", MODEL, "end_turn")
    assert tokens == sorted(tokens)
    assert tokens[-1] > 60


async def test_request_asks_for_structured_output_and_marks_what_can_be_cached() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange(api)
    (request,) = api.requests
    assert request["system"] == [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}]
    tables, question = request["messages"][0]["content"]
    assert tables["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in question
    assert request["output_config"] == {"format": {"type": "json_schema", "schema": REPLY_SCHEMA}, "effort": "medium"}
    assert request["max_tokens"] == 2000
    assert request["stream"] is True
    assert {"tool_choice", "temperature", "thinking"}.isdisjoint(request), "current models refuse them"
    assert api.headers[0]["authorization"] == "Bearer sk-test"


async def test_empty_effort_is_left_out_for_models_that_do_not_know_it() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange(api, effort="")
    assert "effort" not in api.requests[0]["output_config"]


async def test_refusal_arrives_as_a_stop_reason() -> None:
    reply, _ = await exchange(MessagesApi(refused()))
    assert (reply.stop_reason, reply.text) == ("refusal", "")


async def test_rate_limit_is_busy_for_as_long_as_the_server_says() -> None:
    error = await failure(rate_limited("7"))
    assert isinstance(error, ModelBusy)
    assert error.retry_after == 7


@pytest.mark.parametrize("reply", [overloaded(), rate_limited(), Failing(500, "api_error"), Failing(503, "api_error")])
async def test_passing_trouble_is_busy_without_a_time(reply: Failing) -> None:
    error = await failure(reply)
    assert isinstance(error, ModelBusy)
    assert error.retry_after is None


async def test_sdk_itself_does_not_try_again() -> None:
    api = MessagesApi(overloaded(), wrote("result = 1"))
    with pytest.raises(ModelBusy):
        await exchange(api)
    assert len(api.requests) == 1


async def test_overload_within_the_stream_is_busy_and_keeps_what_was_consumed() -> None:
    error = await failure(overloaded_in_stream())
    assert isinstance(error, ModelBusy)
    assert error.usage == TokenUsage(input=1200, output=1, cache_read=500, cache_write=300)


async def test_stream_that_breaks_off_is_busy() -> None:
    error = await failure(said("half a sent", stop_reason=None))
    assert isinstance(error, ModelBusy)
    assert error.usage


async def test_exchange_that_takes_too_long_is_not_worth_another_one() -> None:
    slow = Streamed(wrote("result = 1").events, delay=0.05)
    assert isinstance(await failure(slow, seconds=0.2), ModelTooSlow)


async def test_silent_stream_is_busy() -> None:
    error = await failure(Streamed(wrote("result = 1").events, delay=1.0), silence=0.1)
    assert isinstance(error, ModelBusy)
    assert not isinstance(error, ModelTooSlow)


async def test_unreachable_server_is_busy() -> None:
    model = ClaudeModel(anthropic_client(SecretStr("sk-test"), "http://127.0.0.1:9", 5), MODEL, "", 5)
    with pytest.raises(ModelBusy):
        await model.complete(PROMPT, 100, lambda _: _nothing())
    await model.close()


async def _nothing() -> None:
    return None


async def test_wrong_key_is_said_and_not_tried_again() -> None:
    error = await failure(Failing(401, "authentication_error", "invalid x-api-key"))
    assert isinstance(error, RequestNotAccepted)
    assert "ANTHROPIC_API_KEY" in error.hint


async def test_unknown_model_or_request_is_not_tried_again() -> None:
    assert isinstance(await failure(Failing(404, "not_found_error")), RequestNotAccepted)
    assert isinstance(await failure(Failing(400, "invalid_request_error")), RequestNotAccepted)


async def test_spend_limit_looks_like_a_rate_limit_and_is_not_tried_again() -> None:
    error = await failure(Failing(429, "rate_limit_error", error_code="enforced_spend_limit_reached"))
    assert isinstance(error, ModelUnavailable)
    assert "spend limit" in error.detail


async def test_request_body_is_plain_json_without_the_key() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange(api)
    assert b"sk-test" not in api.bodies[0]
    assert json.loads(api.bodies[0])["model"] == MODEL
