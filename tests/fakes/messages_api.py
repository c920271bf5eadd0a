"""A local HTTP server that speaks the Anthropic Messages API: streamed replies, errors, refusals, broken streams.

In tests: `async with MessagesApi(wrote("result = len(df)")).running() as api: … api.base_url … api.requests`.
By hand: `python -m tests.fakes.messages_api --port 9999` answers every question with the number of rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Event = tuple[str, dict[str, Any]]
USAGE = {"input_tokens": 1200, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 500, "output_tokens": 1}


@dataclass(frozen=True)
class Streamed:
    """Server-sent events; `delay` comes before each event. `thinking` are the seconds before the first one, in which only pings are heard:
    every `ping_every` seconds, or none."""

    events: tuple[Event, ...]
    delay: float = 0.0
    thinking: float = 0.0
    ping_every: float | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failing:
    """An error answer as the API words it."""

    status: int
    kind: str
    message: str = "Not now."
    headers: dict[str, str] = field(default_factory=dict)
    error_code: str | None = None


Reply = Streamed | Failing
Choose = Callable[[dict[str, Any]], Reply | Awaitable[Reply]]


def said(
    text: str,
    *,
    stop_reason: str | None = "end_turn",
    output_tokens: int = 87,
    thinking: str = "",
    pieces: int = 7,
    usage: dict[str, int] | None = None,
) -> Streamed:
    """A message of one text block, after thinking if there is some; without a stop reason the stream breaks off."""
    size = max(1, len(text) // pieces)
    deltas = [{"type": "text_delta", "text": text[at : at + size]} for at in range(0, len(text), size)]
    block = _block(1 if thinking else 0, {"type": "text", "text": ""}, deltas)
    return _message(thinking, block, stop_reason=stop_reason, output_tokens=output_tokens, usage=usage)


def _message(
    thinking: str,
    block: list[Event],
    *,
    stop_reason: str | None,
    output_tokens: int = 87,
    usage: dict[str, int] | None = None,
) -> Streamed:
    events: list[Event] = [_start(usage or USAGE), ("ping", {"type": "ping"})]
    if thinking:
        events += _block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            [{"type": "thinking_delta", "thinking": thinking}, {"type": "signature_delta", "signature": "c2ln"}],
        )
    return Streamed(
        tuple([*events, *block] if stop_reason is None else [*events, *block, *_end(stop_reason, output_tokens)])
    )


def called(tool: str, given: dict[str, Any], *, thinking: str = "", pieces: int = 7, **options: Any) -> Streamed:
    """A message that calls a tool, its input streamed in pieces."""
    written = json.dumps(given)
    size = max(1, len(written) // pieces)
    deltas = [
        {"type": "input_json_delta", "partial_json": written[at : at + size]} for at in range(0, len(written), size)
    ]
    return _message(thinking, _block(1 if thinking else 0, _tool_use(tool), deltas), stop_reason="tool_use", **options)


def _tool_use(tool: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{tool}", "name": tool, "input": {}}


def wrote(code: str, explanation: str = "Counts the rows.", name: str = "answer", **options: Any) -> Streamed:
    """Code whose result is shown."""
    return called("compute", {"code": code, "name": name, "explanation": explanation}, **options)


def recorded(sse: str) -> Streamed:
    """A stream as somebody wrote it down: `event:` and `data:` lines."""
    lines = [line.partition(": ") for line in sse.splitlines()]
    names = [value.strip() for field, _, value in lines if field == "event"]
    data = [json.loads(value) for field, _, value in lines if field == "data"]
    return Streamed(tuple(zip(names, data, strict=True)))


def several(*replies: Streamed) -> Streamed:
    """One message of the blocks of several, as a model sends that calls many tools at once."""
    events, index = list[Event](), 0
    for reply in replies:
        blocks = [(name, data) for name, data in reply.events if name.startswith("content_block")]
        events += [(name, {**data, "index": data["index"] + index}) for name, data in blocks]
        index += sum(name == "content_block_start" for name, _ in blocks)
    first, last = replies[0].events, replies[-1].events
    ends = [event for event in last if event[0] in ("message_delta", "message_stop")]
    return Streamed((first[0], *events, *ends))


def looked(code: str = "", **given: Any) -> Streamed:
    return called("look", {"code": code, **given} if code else given)


def replied(text: str, **given: Any) -> Streamed:
    """The answer in words: `result`, `chart` and `suggestions` as given."""
    return called("reply", {"text": text, **given})


def declined(reason: str) -> Streamed:
    return called("decline", {"reason": reason})


def asked(question: str, *options: str) -> Streamed:
    return called("ask", {"question": question, "options": list(options)})


def came_back(request: dict[str, Any]) -> Any:
    """What came of the last step, as it was sent: the JSON of a tool's result, a text where it is none; None in the first turn."""
    content = request["messages"][-1]["content"]
    results = [] if isinstance(content, str) else [block for block in content if block["type"] == "tool_result"]
    if not results:
        return None
    told = str(results[0]["content"])
    try:
        return json.loads(told.partition("\n")[0])
    except ValueError:
        return told


def after_thinking(reply: Streamed, *, seconds: float, ping_every: float | None = None) -> Streamed:
    """The reply of a slow model."""
    return replace(reply, thinking=seconds, ping_every=ping_every)


def refused() -> Streamed:
    """What the safety classifiers make of a stream: an empty block and `stop_reason: refusal`."""
    events = [_start(USAGE), *_block(0, {"type": "text", "text": ""}, [])]
    details = {"type": "refusal", "category": "cyber", "explanation": "Not this."}
    return Streamed((*events, *_end("refusal", 0, stop_details=details)))


def cut_off(code: str) -> Streamed:
    """Half of a tool's input, then `stop_reason: max_tokens`."""
    whole = json.dumps({"name": "answer", "explanation": "Long.", "code": code})
    delta = {"type": "input_json_delta", "partial_json": whole[: len(whole) // 2]}
    return _message("", _block(0, _tool_use("compute"), [delta]), stop_reason="max_tokens", output_tokens=16_000)


def overloaded_in_stream() -> Streamed:
    """The stream begins well and then carries an error event; the HTTP status was 200."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    return Streamed((_start(USAGE), ("error", error)))


def rate_limited(retry_after: str | None = None) -> Failing:
    return Failing(429, "rate_limit_error", headers={"retry-after": retry_after} if retry_after else {})


def overloaded() -> Failing:
    return Failing(529, "overloaded_error")


def _start(usage: dict[str, int]) -> Event:
    message: dict[str, Any] = {
        "id": "",
        "type": "message",
        "role": "assistant",
        "model": "",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": dict(usage),
    }
    return "message_start", {"type": "message_start", "message": message}


def _block(index: int, block: dict[str, Any], deltas: list[dict[str, Any]]) -> list[Event]:
    return [
        ("content_block_start", {"type": "content_block_start", "index": index, "content_block": block}),
        *(("content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
        ("content_block_stop", {"type": "content_block_stop", "index": index}),
    ]


def _end(stop_reason: str, output_tokens: int, **delta: Any) -> list[Event]:
    return [
        (
            "message_delta",
            {
                "type": "message_delta",
                "delta": {"stop_reason": stop_reason, "stop_sequence": None, **delta},
                "usage": {"output_tokens": output_tokens},
            },
        ),
        ("message_stop", {"type": "message_stop"}),
    ]


class MessagesApi:
    """Answers requests with `replies` in order; the last one is repeated. `choose` overrides them by the request's body.

    `arrived` is when each request was there, `sent` when each event of its reply went out: seconds since the epoch, as the bus has them.
    """

    def __init__(self, *replies: Reply, choose: Choose | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.arrived: list[float] = []
        self.sent: list[list[float]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.base_url = ""
        self._replies = list(replies)
        self._choose = choose
        self.app = Starlette(routes=[Route("/v1/messages", self._messages, methods=["POST"])])

    @property
    def sent_at(self) -> list[float]:
        """Of every event of every reply."""
        return sorted(at for sent in self.sent for at in sent)

    async def _messages(self, request: Request) -> Response:
        body = await request.body()
        self.arrived.append(time.time())
        self.sent.append([])
        asked_for = json.loads(body)
        self.bodies.append(body)
        self.requests.append(asked_for)
        self.headers.append(dict(request.headers))
        reply = await self._chosen(asked_for)
        if isinstance(reply, Failing):
            return self._failure(reply)
        events = self._named(reply, asked_for, len(self.requests))
        return StreamingResponse(
            events,
            media_type="text/event-stream",
            headers={"request-id": f"req_{len(self.requests)}", **reply.headers},
        )

    async def _chosen(self, asked_for: dict[str, Any]) -> Reply:
        if self._choose is None:
            return self._replies[min(len(self.requests), len(self._replies)) - 1]
        chosen = self._choose(asked_for)
        return chosen if isinstance(chosen, Streamed | Failing) else await chosen

    @staticmethod
    def _failure(reply: Failing) -> Response:
        error: dict[str, Any] = {"type": reply.kind, "message": reply.message}
        if reply.error_code:
            error["details"] = {"error_code": reply.error_code}
        return JSONResponse(
            {"type": "error", "error": error, "request_id": "req_failed"}, reply.status, headers=reply.headers
        )

    async def _named(self, reply: Streamed, asked_for: dict[str, Any], number: int) -> AsyncIterator[str]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async for ping in _thinking(reply):
                yield ping
            for name, data in reply.events:
                if name == "message_start":
                    data = {
                        **data,
                        "message": {**data["message"], "id": f"msg_fake_{number}", "model": asked_for["model"]},
                    }
                if name == "content_block_start" and data["content_block"]["type"] == "tool_use":
                    tool_id = f"toolu_fake_{number}" + (f".{data['index']}" if data["index"] else "")
                    data = {**data, "content_block": {**data["content_block"], "id": tool_id}}
                await asyncio.sleep(reply.delay)
                self.sent[number - 1].append(time.time())
                yield f"event: {name}\ndata: {json.dumps(data)}\n\n"
        finally:
            self.at_once -= 1

    @asynccontextmanager
    async def running(self) -> AsyncIterator[MessagesApi]:
        """Serve on a free port of the loopback interface."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(self.app, log_level="critical", lifespan="off"))
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            task = asyncio.create_task(server.serve(sockets=[listener]))
            self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                yield self
            finally:
                server.should_exit = True
                await task


async def _thinking(reply: Streamed) -> AsyncIterator[str]:
    pause = reply.ping_every or reply.thinking
    for _ in range(round(reply.thinking / pause) if pause else 0):
        await asyncio.sleep(pause)
        if reply.ping_every:
            yield 'event: ping\ndata: {"type": "ping"}\n\n'


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9999)
    uvicorn.run(MessagesApi(wrote("result = len(df)\n")).app, host="127.0.0.1", port=parser.parse_args().port)
