"""From a classified question to code: context, prompt, exchange, reply; every attempt ends in one published event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

import structlog

from services.llm.context import GenerationContext, read_context
from services.llm.errors import ContextUnusable, GenerationFailed, NeedsClarification, NoApiKey
from services.llm.patience import Patience
from services.llm.ports import CodeModel, Outcome, OutcomeStore
from services.llm.prompt import PROMPT_VERSION, Prompt, build_prompt
from services.llm.reply import ModelReply, read_with_names
from services.llm.service.asking import AskModel, Payer, Request
from shared.bus import EventBus, Stops, WorkStopped
from shared.events import QueryClassified, QueryGenerated, QueryGenerationFailed
from shared.objects import ObjectMissing, ObjectStore

ENGINE: Literal["claude"] = "claude"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class GenerationTools:
    """What generation needs from outside."""

    ask: AskModel
    objects: ObjectStore
    outcomes: OutcomeStore
    bus: EventBus
    stops: Stops
    clock: Callable[[], datetime]


class CodeGeneration:
    """Answers `query.classified.v1` for Claude. Without a model every question fails with `no_api_key`.

    `question_seconds` hold for events that do not say by when the question has to end.
    """

    def __init__(self, model: CodeModel | None, question_seconds: float, tools: GenerationTools) -> None:
        self._model = model
        self._question_seconds = question_seconds
        self._tools = tools

    async def generate(self, event: QueryClassified) -> None:
        """Publish `query.generated.v1` or `query.generation_failed.v1`; a redelivery publishes the same and asks nobody."""
        if event.engine != ENGINE:
            return
        outcomes = self._tools.outcomes
        outcome = await outcomes.find(event.session_id, event.query_id, event.attempt)
        if outcome is None:
            try:
                outcome = await self._tools.stops.unless_stopped(event.query_id, self._outcome(event))
            except WorkStopped:
                log.info("generation_stopped", query_id=event.query_id)
                return
            await outcomes.keep(outcome)
        await self._tools.bus.publish(outcome)

    async def _outcome(self, event: QueryClassified) -> Outcome:
        try:
            return await self._write(event)
        except GenerationFailed as error:
            log.info("generation_failed", code=error.code)
            return QueryGenerationFailed(
                session_id=event.session_id,
                query_id=event.query_id,
                attempt=event.attempt,
                engine=ENGINE,
                code=error.code,
                reason=sentence(error),
                options=error.options if isinstance(error, NeedsClarification) else (),
            )

    async def _write(self, event: QueryClassified) -> QueryGenerated:
        if self._model is None:
            raise NoApiKey(
                "Claude is not configured on this server.", hint="Set ANTHROPIC_API_KEY for the llm service."
            )
        context = await self._context(event)
        # Reading and choosing among thousands of columns takes a part of a second, in which others are not to wait.
        prompt = await asyncio.to_thread(build_prompt, context)
        reply = await self._tools.ask(self._request(event, self._model, prompt, is_repair=context.is_repair))
        written = read_with_names(reply, context.names)
        return QueryGenerated(
            session_id=event.session_id,
            query_id=event.query_id,
            attempt=event.attempt,
            engine=ENGINE,
            code=written.code,
            explanation=written.explanation,
            model=reply.model,
            prompt_version=PROMPT_VERSION,
        )

    async def _context(self, event: QueryClassified) -> GenerationContext:
        if event.context_key is None:
            raise ContextUnusable("Nothing is known about this question's tables.", hint="Ask again.")
        try:
            document = await self._tools.objects.get(event.context_key)
        except ObjectMissing as error:
            raise ContextUnusable(
                "What was known about this question is no longer stored.", hint="Ask again."
            ) from error
        return await asyncio.to_thread(read_context, document)

    def _request(self, event: QueryClassified, model: CodeModel, prompt: Prompt, *, is_repair: bool) -> Request:
        async def exchange(max_tokens: int, patience: Patience) -> ModelReply:
            await self._tell_tokens(event, 0)
            return await model.complete(prompt, max_tokens, partial(self._tell_tokens, event), patience)

        return Request(
            payer=Payer(event.session_id, event.query_id, event.conversation_id, f"{event.query_id}.{event.attempt}"),
            model=model.name,
            size=prompt.size,
            exchange=exchange,
            deadline=event.deadline or self._tools.clock().timestamp() + self._question_seconds,
            is_repair=is_repair,
        )

    async def _tell_tokens(self, event: QueryClassified, tokens: int) -> None:
        facts = {"stage": "generating", "tokens": tokens}
        await self._tools.bus.progress(event.session_id, "query", event.query_id, facts)


def sentence(error: GenerationFailed) -> str:
    """What a person reads: what happened, then what to do."""
    return f"{error.detail} {error.hint}".strip()
