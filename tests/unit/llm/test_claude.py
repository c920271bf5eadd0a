"""The adapter, through the real SDK, against a local server that speaks the Messages API."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Literal

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from services.llm.context import read_context
from services.llm.errors import ExchangeCancelled, ModelBusy, ModelTooSlow, ModelUnavailable, RequestNotAccepted
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import Left
from services.llm.limits.tokens import Effort, TokenUsage
from services.llm.models.claude import ClaudeModel
from services.llm.models.providers import anthropic_client
from services.llm.prompt import SYSTEM, TOOLS, Prompt, build_prompt
from services.llm.reply import Compute, ModelReply, read_reply
from tests.fakes.llm import MODEL, context_document
from tests.fakes.messages_api import (
    Failing,
    MessagesApi,
    Reply,
    Streamed,
    after_thinking,
    overloaded,
    overloaded_in_stream,
    rate_limited,
    refused,
    said,
    wrote,
)

LIMIT_OF_INPUT = "anthropic-ratelimit-input-tokens-limit"
CACHED = {"type": "ephemeral"}
PROMPT = build_prompt(read_context(context_document()))


class Heard:
    """A `Hearing` that keeps what it is told."""

    def __init__(self) -> None:
        self.counts: list[int] = []
        self.texts: list[str] = []

    async def tokens(self, count: int) -> None:
        self.counts.append(count)

    async def text(self, so_far: str) -> None:
        self.texts.append(so_far)


async def exchange_with(
    api: MessagesApi,
    *,
    effort: Effort | Literal[""] = "medium",
    exchange: float = 10,
    silence: float = 10,
    prompt: Prompt = PROMPT,
) -> tuple[ModelReply, Heard]:
    heard = Heard()
    async with api.running():
        model = ClaudeModel(anthropic_client(SecretStr("sk-test"), api.base_url), MODEL, effort)
        try:
            return await model.complete(prompt, 2000, heard, Patience(exchange, silence, turn=1)), heard
        finally:
            await model.close()


def code_of(reply: ModelReply) -> str:
    action = read_reply(reply)
    assert isinstance(action, Compute)
    return action.code


async def failure(reply: Reply, **options: float) -> Exception:
    with pytest.raises((ModelBusy, ModelUnavailable, RequestNotAccepted)) as raised:
        await exchange_with(MessagesApi(reply), **options)  # type: ignore[arg-type]
    return raised.value


async def test_streamed_reply_is_put_together_with_its_usage() -> None:
    reply, heard = await exchange_with(MessagesApi(wrote("result = len(df)\n" * 20, thinking="Let me see. " * 20)))
    assert code_of(reply) == "result = len(df)\n" * 20
    assert reply.usage == TokenUsage(input=1200, output=87, cache_read=500, cache_write=300)
    assert (reply.reply_id, reply.model, reply.stop_reason) == ("msg_fake_1", MODEL, "tool_use")
    assert heard.counts == sorted(heard.counts)
    assert heard.counts[-1] > 120, "thinking counts, and so does what a tool is given"


async def test_reply_says_what_the_server_has_left() -> None:
    delay = 0.02
    kinds = {"requests": "3", "input-tokens": "79000", "output-tokens": "16000"}
    headers = {f"anthropic-ratelimit-{kind}-remaining": left for kind, left in kinds.items()}
    slow = replace(wrote("result = 1"), delay=delay, headers={**headers, LIMIT_OF_INPUT: "80000"})
    reply, _ = await exchange_with(MessagesApi(slow))
    headroom = reply.headroom
    assert (headroom.requests, headroom.input, headroom.output) == (Left(3), Left(79_000, 80_000), Left(16_000))
    assert 5 * delay < headroom.age < 5


async def test_request_gives_the_tools_and_marks_what_can_be_cached() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange_with(api)
    (request,) = api.requests
    assert request["system"] == [{"type": "text", "text": SYSTEM, "cache_control": CACHED}]
    tables, question = request["messages"][0]["content"]
    assert (tables["cache_control"], question["cache_control"]) == (CACHED, CACHED)
    assert request["tools"] == list(TOOLS)
    assert request["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}, "a forced one is refused"
    assert request["output_config"] == {"effort": "medium"}
    assert request["max_tokens"] == 2000
    assert request["stream"] is True
    assert {"temperature", "thinking"}.isdisjoint(request), "current models refuse them"
    assert api.headers[0]["authorization"] == "Bearer sk-test"


async def test_prompt_without_tools_asks_for_plain_text() -> None:
    api = MessagesApi(said("Orders by city"))
    await exchange_with(api, prompt=replace(PROMPT, tools=()))
    assert {"tools", "tool_choice"}.isdisjoint(api.requests[0])


async def test_empty_effort_is_left_out_for_models_that_do_not_know_it() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange_with(api, effort="")
    assert "output_config" not in api.requests[0]


async def test_refusal_arrives_as_a_stop_reason() -> None:
    reply, _ = await exchange_with(MessagesApi(refused()))
    assert (reply.stop_reason, reply.content) == ("refusal", ())


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
        await exchange_with(api)
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
    assert isinstance(await failure(slow, exchange=0.2), ModelTooSlow)


async def test_silent_stream_is_given_up_and_not_asked_again() -> None:
    api = MessagesApi(Streamed(wrote("result = 1").events, delay=1.0))
    with pytest.raises(ModelTooSlow, match="said nothing"):
        await exchange_with(api, silence=0.1)
    assert len(api.requests) == 1


async def test_pings_are_signs_of_life() -> None:
    reply, _ = await exchange_with(
        MessagesApi(after_thinking(wrote("result = 1"), seconds=0.6, ping_every=0.1)), silence=0.3
    )
    assert code_of(reply) == "result = 1\n"


async def test_silence_within_the_patience_is_waited_for() -> None:
    reply, _ = await exchange_with(MessagesApi(after_thinking(wrote("result = 1"), seconds=0.4)), silence=2)
    assert code_of(reply) == "result = 1\n"


async def test_unreachable_server_is_busy() -> None:
    model = ClaudeModel(anthropic_client(SecretStr("sk-test"), "http://127.0.0.1:9"), MODEL, "")
    with pytest.raises(ModelBusy):
        await model.complete(PROMPT, 100, Heard(), Patience(5, 5, 5))
    await model.close()


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "invalid_request_error"), (401, "authentication_error"), (404, "not_found_error")]
)
async def test_what_the_api_refuses_is_told_to_the_operator_in_its_words_and_to_the_person_in_ours(
    status: int, kind: str
) -> None:
    with capture_logs() as logged:
        error = await failure(
            Failing(status, kind, "thinking: not known to this model; the key sk-test may not use it")
        )
    assert isinstance(error, RequestNotAccepted)
    assert "the operator's log says why" in str(error.detail) and "thinking" not in str(error.detail)
    (entry,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert (entry["event"], entry["status"]) == ("model_rejected_request", status)
    assert entry["said"] == "thinking: not known to this model; the key … may not use it"


async def test_passing_trouble_is_no_error_of_the_operators() -> None:
    with capture_logs() as logged:
        await failure(overloaded())
    assert [entry["log_level"] for entry in logged] == ["warning"]


async def test_spend_limit_looks_like_a_rate_limit_and_is_not_tried_again() -> None:
    error = await failure(Failing(429, "rate_limit_error", error_code="enforced_spend_limit_reached"))
    assert isinstance(error, ModelUnavailable)
    assert "spend limit" in error.detail


async def test_request_body_is_plain_json_without_the_key() -> None:
    api = MessagesApi(wrote("result = 1"))
    await exchange_with(api)
    assert b"sk-test" not in api.bodies[0]
    assert json.loads(api.bodies[0])["model"] == MODEL


async def test_exchange_that_is_stopped_in_its_middle_says_what_it_had_consumed() -> None:
    """It is paid for all the same."""
    slow = wrote("result = len(df)\n" * 20)
    exchange = asyncio.create_task(exchange_with(MessagesApi(Streamed(slow.events, delay=0.1))))
    await asyncio.sleep(0.5)
    exchange.cancel()
    with pytest.raises(ExchangeCancelled) as stopped:
        await exchange
    assert stopped.value.usage is not None
    assert stopped.value.usage.input == 1200
