"""A local HTTP server that speaks the Anthropic Messages API: streamed replies, errors, refusals, broken streams.

In tests: `async with MessagesApi(wrote("result = len(df)")).running() as api: … api.base_url … api.requests`.
By hand: `python -m tests.fakes.messages_api --port 9999` answers every question with the number of rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
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
    events: list[Event] = [_start(usage or USAGE), ("ping", {"type": "ping"})]
    if thinking:
        events += _block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            [{"type": "thinking_delta", "thinking": thinking}, {"type": "signature_delta", "signature": "c2ln"}],
        )
    size = max(1, len(text) // pieces)
    deltas = [{"type": "text_delta", "text": text[at : at + size]} for at in range(0, len(text), size)]
    events += _block(1 if thinking else 0, {"type": "text", "text": ""}, deltas)
    return Streamed(tuple(events if stop_reason is None else [*events, *_end(stop_reason, output_tokens)]))


def wrote(code: str, explanation: str = "Counts the rows.", **options: Any) -> Streamed:
    return _structured("write_code", explanation, code=code, **options)


def declined(reason: str) -> Streamed:
    return _structured("decline", reason)


def asked(question: str, *options: str) -> Streamed:
    return _structured("ask", question, choices=options)


def after_thinking(reply: Streamed, *, seconds: float, ping_every: float | None = None) -> Streamed:
    """The reply of a slow model."""
    return replace(reply, thinking=seconds, ping_every=ping_every)


def refused() -> Streamed:
    """What the safety classifiers make of a stream: an empty block and `stop_reason: refusal`."""
    events = [_start(USAGE), *_block(0, {"type": "text", "text": ""}, [])]
    details = {"type": "refusal", "category": "cyber", "explanation": "Not this."}
    return Streamed((*events, *_end("refusal", 0, stop_details=details)))


def cut_off(code: str) -> Streamed:
    """Partial JSON, then `stop_reason: max_tokens`."""
    whole = json.dumps({"action": "write_code", "explanation": "Long.", "code": code, "options": []})
    return said(whole[: len(whole) // 2], stop_reason="max_tokens", output_tokens=16_000)


def overloaded_in_stream() -> Streamed:
    """The stream begins well and then carries an error event; the HTTP status was 200."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    return Streamed((_start(USAGE), ("error", error)))


def rate_limited(retry_after: str | None = None) -> Failing:
    return Failing(429, "rate_limit_error", headers={"retry-after": retry_after} if retry_after else {})


def overloaded() -> Failing:
    return Failing(529, "overloaded_error")


def _structured(action: str, explanation: str, code: str = "", choices: Sequence[str] = (), **options: Any) -> Streamed:
    return said(
        json.dumps({"action": action, "explanation": explanation, "code": code, "options": list(choices)}), **options
    )


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
    """Answers requests with `replies` in order; the last one is repeated. `choose` overrides them by the request's body."""

    def __init__(self, *replies: Reply, choose: Callable[[dict[str, Any]], Reply] | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.base_url = ""
        self._replies = list(replies)
        self._choose = choose
        self.app = Starlette(routes=[Route("/v1/messages", self._messages, methods=["POST"])])

    async def _messages(self, request: Request) -> Response:
        body = await request.body()
        asked_for = json.loads(body)
        self.bodies.append(body)
        self.requests.append(asked_for)
        self.headers.append(dict(request.headers))
        reply = (
            self._choose(asked_for) if self._choose else self._replies[min(len(self.requests), len(self._replies)) - 1]
        )
        if isinstance(reply, Failing):
            return self._failure(reply)
        events = self._named(reply, asked_for, len(self.requests))
        return StreamingResponse(
            events,
            media_type="text/event-stream",
            headers={"request-id": f"req_{len(self.requests)}", **reply.headers},
        )

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
                await asyncio.sleep(reply.delay)
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
