"""Claude through the `anthropic` SDK: one streamed exchange, with its errors sorted into busy and hopeless.

The SDK's own retries are off: all workers share one queue (see `storage/queue.py`), which is where waiting happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

import anthropic
import httpx2
import jiter
import structlog
from anthropic.types import OutputConfigParam, TextBlockParam, ToolChoiceAutoParam

from services.llm.errors import ExchangeCancelled, ModelBusy, ModelTooSlow, ModelUnavailable, RequestNotAccepted
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import Headroom, headroom_of
from services.llm.limits.tokens import Effort, TokenUsage
from services.llm.models.counting import tokens_of
from services.llm.ports import Hearing
from services.llm.prompt import Prompt
from services.llm.prompt.tools import REPLY
from services.llm.reply import Block, ModelReply

if TYPE_CHECKING:
    from anthropic.lib.streaming import AsyncMessageStream
    from anthropic.types import Message, MessageParam, ToolParam

    from services.llm.models.providers import MessagesClient

CHARACTERS_PER_TOKEN = 4
CONNECTING = 5.0  # seconds; nothing was asked before that, so it may be tried again
TOKEN_STEP = 16  # tokens between two reports of progress
PASSING_STATUS = frozenset({408, 409, 424, 429, 500, 502, 503, 504, 529})
PASSING_TYPES = frozenset({"overloaded_error", "rate_limit_error", "api_error", "timeout_error"}) | {
    # Exceptions within Bedrock's event stream, whose status is 200.
    "throttlingException",
    "serviceUnavailableException",
    "modelStreamErrorException",
    "modelTimeoutException",
    "internalServerException",
}
TOO_LARGE = 413
LONGEST_MESSAGE = 300  # characters of the API's explanation in the log
SPEND_LIMIT = "enforced_spend_limit_reached"  # a 429 that lasts until the month ends
# The SDK checks no field of an event: one that lacks an object (`usage`, `delta`) ends in these.
NOT_AS_DOCUMENTED = (AttributeError, TypeError, LookupError)
_FIELDS = {"text": ("text",), "thinking": ("thinking", "signature"), "tool_use": ("id", "name", "input")}
ONE_TOOL = ToolChoiceAutoParam(type="auto", disable_parallel_tool_use=True)
log = structlog.get_logger(__name__)


class ClaudeModel:
    """A `CodeModel`. An empty `effort` is left out of the request: older models do not know it.

    The model chooses its tool itself: the current models refuse a forced one while they think.
    """

    def __init__(self, client: MessagesClient, name: str, effort: Effort | Literal[""]) -> None:
        self._client = client
        self._name = name
        self._output = OutputConfigParam(effort=effort) if effort else anthropic.omit

    @property
    def name(self) -> str:
        return self._name

    async def complete(self, prompt: Prompt, max_tokens: int, hearing: Hearing, patience: Patience) -> ModelReply:
        with sorted_errors(prompt.size) as exchange:
            async with (
                asyncio.timeout(patience.exchange),
                self._client.messages.stream(
                    model=self._name,
                    max_tokens=max_tokens,
                    system=[_cached(prompt.system)],
                    tools=cast("list[ToolParam]", list(prompt.tools)) or anthropic.omit,
                    tool_choice=ONE_TOOL if prompt.tools else anthropic.omit,
                    output_config=self._output,
                    messages=cast("list[MessageParam]", list(prompt.messages)),
                    timeout=httpx2.Timeout(patience.silence, connect=CONNECTING),
                ) as stream,
            ):
                exchange.append(stream)
                begun = time.monotonic()
                await _follow(stream, hearing)
                message = await stream.get_final_message()
        return reply_of(message, prompt.size, headroom_of(stream.response.headers, time.monotonic() - begun))

    async def close(self) -> None:
        await self._client.close()


def _cached(text: str) -> TextBlockParam:
    return TextBlockParam(type="text", text=text, cache_control={"type": "ephemeral"})


async def _follow(stream: AsyncMessageStream[Any], hearing: Hearing) -> None:
    """Tells of tokens, and of the answer's words while they come."""
    characters, told, answer = 0, 0, AnswerSoFar()
    async for event in stream:
        match event.type:
            case "text":
                characters += len(event.text)
            case "thinking":
                characters += len(event.thinking)
            case "content_block_start":
                answer = AnswerSoFar(is_meant=getattr(event.content_block, "name", "") == REPLY["name"])
            case "input_json":
                characters += len(event.partial_json)
                if (text := answer.text_with(event.partial_json)) is not None:
                    await hearing.text(text)
        tokens = characters // CHARACTERS_PER_TOKEN
        if tokens >= told + TOKEN_STEP:
            told = tokens
            await hearing.tokens(tokens)


class AnswerSoFar:
    """The input of the tool that ends the work, while it is written. The SDK shows a string when it is complete only."""

    def __init__(self, *, is_meant: bool = False) -> None:
        self._is_meant = is_meant
        self._json = b""
        self._seen = ""

    def text_with(self, more: str) -> str | None:
        """The text so far, where there is more of it than before."""
        if not self._is_meant:
            return None
        self._json += more.encode()
        given = jiter.from_json(self._json, partial_mode="trailing-strings") if self._json else {}
        text = given.get("text") if isinstance(given, dict) else None
        if not isinstance(text, str) or text == self._seen:
            return None
        self._seen = text
        return text


def reply_of(message: Message, prompt_bytes: int, headroom: Headroom) -> ModelReply:
    usage = _usage(message, prompt_bytes)
    if message.stop_reason is None:
        raise ModelBusy("Claude's reply ended in the middle.", usage=usage)
    return ModelReply(
        reply_id=message.id,
        model=message.model,
        # Models that think write empty lines before a tool; sent back, the API refuses them.
        content=tuple(_wanted_back(block) for block in message.content if block.type != "text" or block.text.strip()),
        stop_reason=str(message.stop_reason),
        usage=usage,
        headroom=headroom,
    )


def _wanted_back(block: Any) -> Block:
    """A block as it goes back to the model in the next exchange; thinking has to come back as it was."""
    names = _FIELDS.get(block.type)
    return {name: getattr(block, name) for name in ("type", *names)} if names else dict(block.to_dict())


def _usage(message: Message, prompt_bytes: int) -> TokenUsage:
    return tokens_of(message.usage, prompt_bytes, [block.to_dict() for block in message.content])


@contextmanager
def sorted_errors(prompt_bytes: int) -> Iterator[list[AsyncMessageStream[Any]]]:
    """Map what the SDK raises. The block appends its stream, so that what a broken exchange consumed is not lost."""
    exchange: list[AsyncMessageStream[Any]] = []
    try:
        yield exchange
    except asyncio.CancelledError as error:
        raise ExchangeCancelled(_consumed(exchange, prompt_bytes)) from error
    except anthropic.APIStatusError as error:
        raised = _of_status(error, _consumed(exchange, prompt_bytes))
        told = {"status": error.status_code, "type": error.type, "request_id": error.request_id}
        if isinstance(raised, RequestNotAccepted):
            log.error("model_rejected_request", said=_message(error), **told)
        else:
            log.warning("model_busy", **told)
        raise raised from error
    except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
        if any(isinstance(raised_by, httpx2.ReadTimeout) for raised_by in (error, error.__cause__)):
            # It was asked, and may be paid for: asking again could pay twice for the same silence.
            raise ModelTooSlow("Claude said nothing for too long.", usage=_consumed(exchange, prompt_bytes)) from error
        log.warning("model_unreachable", error=type(error).__name__)
        raise ModelBusy("Claude cannot be reached.", usage=_consumed(exchange, prompt_bytes)) from error
    except TimeoutError as error:
        raise ModelTooSlow(
            "Claude did not finish its reply in time.", usage=_consumed(exchange, prompt_bytes)
        ) from error
    except (anthropic.AnthropicError, ValueError, RuntimeError, *NOT_AS_DOCUMENTED) as error:
        log.warning("model_reply_unreadable", error=type(error).__name__)
        raise ModelBusy("Claude's reply could not be read.", usage=_consumed(exchange, prompt_bytes)) from error


def _of_status(
    error: anthropic.APIStatusError, usage: TokenUsage | None
) -> ModelBusy | ModelUnavailable | RequestNotAccepted:
    if error.error_code == SPEND_LIMIT:
        return ModelUnavailable(
            "The monthly spend limit of the Claude account is reached.", hint="Ask the operator to raise it."
        )
    if error.status_code in PASSING_STATUS or error.type in PASSING_TYPES:
        return ModelBusy(
            "Claude is overloaded or the account's rate limit is reached.", usage=usage, retry_after=_retry_after(error)
        )
    if error.status_code == TOO_LARGE:
        return RequestNotAccepted(
            "This question is too large for Claude with all that was said before it.",
            hint="Ask it anew, about fewer tables.",
        )
    return RequestNotAccepted(
        "Claude could not be asked because of how this server is set up; the operator's log says why."
    )


def _message(error: anthropic.APIStatusError) -> str:
    """The API's own words for the operator, shortened: they name parameters of the request. The key is taken out, should a gateway repeat it."""
    body = error.body if isinstance(error.body, dict) else {}
    details = body.get("error")
    said = str((details.get("message") if isinstance(details, dict) else None) or error.message)
    for name in ("authorization", "x-api-key"):
        if secret := error.request.headers.get(name, "").removeprefix("Bearer "):
            said = said.replace(secret, "…")
    return said[:LONGEST_MESSAGE]


def _retry_after(error: anthropic.APIStatusError) -> float | None:
    """Seconds, where the server says them; the date form is left to the queue's own pause."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def _consumed(exchange: list[AsyncMessageStream[Any]], prompt_bytes: int) -> TokenUsage | None:
    """What a stream that broke had reported; nothing before its first event."""
    try:
        return _usage(exchange[0].current_message_snapshot, prompt_bytes) if exchange else None
    except AssertionError:  # the SDK's way to say that there is no snapshot yet
        return None
