"""What is known of a question, its earlier steps and turns, read together from the objects that its event names."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from services.llm.context import GenerationContext, Step, Turn, read_context
from services.llm.errors import ContextUnusable
from shared.events import QueryClassified
from shared.objects import ObjectMissing, ObjectStore, keys


class Gather:
    """Reads for one generation."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def __call__(self, event: QueryClassified) -> GenerationContext:
        """Raises `ContextUnusable` or `PrivacyViolation`."""
        if event.context_key is None:
            raise ContextUnusable("Nothing is known about this question's tables.", hint="Ask again.")
        try:
            document, steps = await asyncio.gather(
                self._bytes(event.context_key, event.session_id), self._bytes(event.steps_key, event.session_id)
            )
            assert document is not None
            context = await asyncio.to_thread(read_context, document, steps)
            return context.model_copy(
                update={
                    "steps": tuple(await asyncio.gather(*(self._step(step, event) for step in context.steps))),
                    "history": tuple(await asyncio.gather(*(self._turn(turn, event) for turn in context.history))),
                }
            )
        except ObjectMissing as error:
            raise ContextUnusable(
                "What was known about this question is no longer stored.", hint="Ask again."
            ) from error

    async def _step(self, step: Step, event: QueryClassified) -> Step:
        reply, result = await asyncio.gather(
            self._document(step.reply_key, event.session_id), self._document(step.result_key, event.session_id)
        )
        return step.model_copy(update={"messages": tuple(reply["messages"]) if reply else (), "result": result})

    async def _turn(self, turn: Turn, event: QueryClassified) -> Turn:
        """A turn whose result has gone is told without it."""
        try:
            return turn.model_copy(update={"result": await self._document(turn.result_key, event.session_id)})
        except ObjectMissing:
            return turn

    async def _document(self, key: str | None, session_id: str) -> dict[str, Any] | None:
        body = await self._bytes(key, session_id)
        document: dict[str, Any] | None = None if body is None else json.loads(body)
        return document

    async def _bytes(self, key: str | None, session_id: str) -> bytes | None:
        """Only what belongs to the session: a key comes from a document, and a document may be wrong."""
        if key is None:
            return None
        if not key.startswith(keys.session(session_id)):
            raise ContextUnusable("A question names objects of another session.", hint="Report this to the operator.")
        return await self._objects.get(key)
