"""A turn of a conversation as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from services.llm.conversation import Message
from services.llm.schemas import MessageShown
from services.llm.service.turns import TurnNews, TurnStep
from shared.errors import AppError, problems
from shared.prose import Delta, Restart, TextNews, ToldText

SILENT_POLLS = 30  # polls without news, about fifteen seconds, before a comment keeps the connection open


async def turn_events(turn: AsyncGenerator[TurnNews, None]) -> AsyncIterator[bytes]:
    """Until the assistant's message; an error ends the stream as a problem document."""
    silent, told = 0, ToldText()
    try:
        async with aclosing(turn) as all_news:
            async for news in all_news:
                silent = 0 if news else silent + 1
                if silent and silent % SILENT_POLLS == 0:
                    yield KEEPALIVE_COMMENT
                for event in _events(news, told):
                    yield event
    except AppError as error:
        yield _sse("error", {"problem": json.loads(bytes(problems.of_error(error).body))})


def _events(news: TurnNews, told: ToldText) -> Iterator[bytes]:
    match news:
        case TurnStep(facts):
            yield _sse("step", facts)
        case Delta() | Restart():
            told.hear(news)
            yield _of_text(news)
        case Message():
            yield from map(_of_text, told.rest(news.text))
            shown = MessageShown.of(news).model_dump(mode="json")
            yield _sse("usage", shown["usage"])
            yield _sse("done", {"message": shown})


def _of_text(news: TextNews) -> bytes:
    return _sse("delta", {"text": news.text}) if isinstance(news, Delta) else _sse("restart", {})


def _sse(event: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=event, data_str=json.dumps(data, ensure_ascii=False))
