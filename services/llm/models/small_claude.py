"""Claude for small jobs: an instruction, a text, a short text back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx2

from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import headroom_of
from services.llm.models.claude import CONNECTING, reply_of, sorted_errors
from services.llm.reply import ModelReply

if TYPE_CHECKING:
    from services.llm.models.providers import MessagesClient


class SmallClaude:
    """A `SmallModel`. Streamed like the large one, so that what a broken exchange consumed is known."""

    def __init__(self, client: MessagesClient, name: str) -> None:
        self._client = client
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def write(self, instruction: str, text: str, max_tokens: int, patience: Patience) -> ModelReply:
        size = len(f"{instruction}{text}".encode())
        with sorted_errors(size) as exchange:
            async with (
                asyncio.timeout(patience.exchange),
                self._client.messages.stream(
                    model=self._name,
                    max_tokens=max_tokens,
                    system=instruction,
                    messages=[{"role": "user", "content": text}],
                    timeout=httpx2.Timeout(patience.silence, connect=CONNECTING),
                ) as stream,
            ):
                exchange.append(stream)
                begun = time.monotonic()
                message = await stream.get_final_message()
        return reply_of(message, size, headroom_of(stream.response.headers, time.monotonic() - begun))
