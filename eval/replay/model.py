"""The model's place in a replay: what was recorded, or a real model whose replies are written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anthropic

from eval.replay.recordings import Block, NotRecorded, Recordings, place_of
from tests.fakes.messages_api import Failing, Reply, Streamed, called, said, several

TITLE = said("A conversation")
UNKNOWN = 400  # the house asks nobody again after it, and says that the request was not accepted
_KEPT = {
    "text": ("type", "text"),
    "tool_use": ("type", "name", "input"),
}  # a thought is bound to the model and the moment


class Replayer:
    """Answers from recordings; a request that none fits is refused."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings

    def __call__(self, request: dict[str, Any]) -> Reply:
        place = place_of(request)
        if place is None:
            return TITLE
        try:
            return streamed(self._recordings.reply_at(place))
        except NotRecorded as missing:
            return Failing(UNKNOWN, "invalid_request_error", f"Not recorded: {missing}.")


class Recorder:
    """Passes requests on to the Messages API that the environment names, and keeps what it replies."""

    def __init__(self, recordings: Recordings, upstream: anthropic.AsyncAnthropic) -> None:
        self._recordings = recordings
        self._upstream = upstream

    async def __call__(self, request: dict[str, Any]) -> Reply:
        asked = {name: value for name, value in request.items() if name != "stream"}
        try:
            async with self._upstream.messages.stream(**asked) as stream:
                message = await stream.get_final_message()
        except anthropic.APIStatusError as error:
            return Failing(error.status_code, error.type or "api_error", error.message)
        reply = tuple(_kept(block.to_dict()) for block in message.content if block.type in _KEPT)
        if (place := place_of(request)) is not None:
            self._recordings.keep(place, reply)
        return streamed(reply)


def _kept(block: Block) -> Block:
    return {name: block[name] for name in _KEPT[block["type"]]}


def streamed(reply: Iterable[Block]) -> Streamed:
    """A message of these blocks."""
    return several(*map(_block, reply))


def _block(block: Block) -> Streamed:
    return said(block["text"]) if block["type"] == "text" else called(block["name"], block["input"])
