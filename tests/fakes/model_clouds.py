"""A local HTTP server in place of Amazon Bedrock (both of its endpoints), Google Vertex AI, and Google's server of tokens.

In tests: `async with ModelClouds(wrote("result = 1")).running() as cloud: … cloud.base_url … cloud.asked`.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.messages_api import MessagesApi, Streamed

GOOGLE_TOKEN = "ya29.made-up"


@dataclass(frozen=True)
class Asked:
    """A request for a message as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """What an event stream of Bedrock ends with when something happens there in its middle."""

    exception: str
    message: str = "Not now."


class ModelClouds(MessagesApi):
    """Every request for a message gets the same reply, in the form of its endpoint; `token_status` is what Google says when asked for a token."""

    def __init__(self, reply: Streamed | Broken, token_status: int = 200) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._reply = reply
        self._token_status = token_status
        vertex = "/v1/projects/{project}/locations/{region}/publishers/anthropic/models/{model}:streamRawPredict"
        self.app = Starlette(
            routes=[
                Route("/anthropic/v1/messages", self._answering(_sse, "text/event-stream"), methods=["POST"]),
                Route(vertex, self._answering(_sse, "text/event-stream"), methods=["POST"]),
                Route(
                    "/model/{model}/invoke-with-response-stream",
                    self._answering(_event_stream, "application/vnd.amazon.eventstream"),
                    methods=["POST"],
                ),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def _answering(self, form: Callable[[Streamed | Broken, str], AsyncIterator[bytes]], media_type: str) -> Any:
        async def answer(request: Request) -> Response:
            body = await request.json()
            self.asked.append(Asked(request.url.path, dict(request.headers), body))
            model = body.get("model") or request.path_params["model"]
            return StreamingResponse(form(self._reply, model), media_type=media_type)

        return answer

    async def _token(self, request: Request) -> Response:
        if self._token_status != 200:
            return JSONResponse({"error": "invalid_grant", "error_description": "withdrawn"}, self._token_status)
        return JSONResponse({"access_token": GOOGLE_TOKEN, "expires_in": 3600, "token_type": "Bearer"})


async def _sse(reply: Streamed | Broken, model: str) -> AsyncIterator[bytes]:
    for name, data in _events(reply, model):
        yield f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


async def _event_stream(reply: Streamed | Broken, model: str) -> AsyncIterator[bytes]:
    for _, data in _events(reply, model):
        chunk = {"bytes": base64.b64encode(json.dumps(data).encode()).decode(), "p": "abc"}
        yield _frame({":message-type": "event", ":event-type": "chunk"}, chunk)
    if isinstance(reply, Broken):
        headers = {":message-type": "exception", ":exception-type": reply.exception}
        yield _frame(headers, {"message": reply.message})


def _events(reply: Streamed | Broken, model: str) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(reply, Broken):
        return []
    return [
        (name, {**data, "message": {**data["message"], "id": "msg_cloud", "model": model}})
        if name == "message_start"
        else (name, data)
        for name, data in reply.events
    ]


def _frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    """`application/vnd.amazon.eventstream`: lengths, their checksum, headers (7: a string), payload, the checksum of all before."""
    told = {**headers, ":content-type": "application/json"}
    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()
        for name, value in told.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(head) + len(body), len(head))
    message = prelude + struct.pack("!I", crc32(prelude)) + head + body
    return message + struct.pack("!I", crc32(message))
