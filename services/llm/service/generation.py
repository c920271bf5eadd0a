"""From a classified question to what the model does next: context, prompt, exchange, reply; every turn ends in one published event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

import structlog

from services.llm.context import GenerationContext
from services.llm.errors import CannotAnswer, GenerationFailed, NeedsClarification, NoApiKey
from services.llm.limits.patience import Patience
from services.llm.ports import CodeModel, Outcome, OutcomeStore
from services.llm.prompt import PROMPT_VERSION, REWRITE, SECOND_VERSION, Prompt, build_prompt, build_second_prompt
from services.llm.prompt.steps import returned
from services.llm.reply import Action, Compute, Look, ModelReply, read_select, read_with_names
from services.llm.service.asking import AskModel, Payer, Request
from services.llm.service.gathering import Gather
from services.llm.service.writing import AnswerStream, CheckAnswer, bounds_of
from shared.bus import EventBus, Stops, WorkStopped
from shared.events import QueryClassified, QueryGenerated, QueryGenerationFailed, QueryWritten
from shared.objects import ObjectStore, keys
from shared.prose import LONGEST_TEXT, WrittenAnswer
from shared.telemetry import metrics

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
        self._gather = Gather(tools.objects)

    async def generate(self, event: QueryClassified) -> None:
        """Publish `query.generated.v1`, `query.written.v1` or `query.generation_failed.v1`; a redelivery publishes the same and asks nobody."""
        if event.engine != ENGINE:
            return
        outcomes = self._tools.outcomes
        outcome = await outcomes.find(event.session_id, event.query_id, event.step, event.attempt)
        if outcome is None:
            try:
                outcome = await self._tools.stops.unless_stopped(event.query_id, self._outcome(event))
            except WorkStopped:
                log.info("generation_stopped", query_id=event.query_id)
                return
            await outcomes.keep(outcome)
        await self._tools.bus.publish(outcome)

    async def _outcome(self, event: QueryClassified) -> Outcome:
        turn = _Turn(event)
        try:
            return await self._take(turn)
        except GenerationFailed as error:
            log.info("generation_failed", code=error.code)
            return QueryGenerationFailed(
                **turn.named,
                code=error.code,
                reason=sentence(error),
                options=error.options if isinstance(error, NeedsClarification) else (),
                reply_key=await self._kept(turn),
            )

    async def _take(self, turn: _Turn) -> Outcome:
        if self._model is None:
            raise NoApiKey(
                "Claude is not configured on this server.", hint="Set ANTHROPIC_API_KEY for the llm service."
            )
        context = await self._gather(turn.event)
        if turn.event.language == "sql":
            return await self._select(self._model, turn, context)
        # Reading and choosing among thousands of columns takes a part of a second, in which others are not to wait.
        prompt = await asyncio.to_thread(build_prompt, context)
        check = CheckAnswer(context)
        stream = AnswerStream(check, partial(self._tell, turn.event), turn.event.step)
        reply = await self._asked(self._model, turn, prompt, context, stream)
        action = _action(reply, context)
        if isinstance(action, WrittenAnswer) and (missing := check(action.text).missing):
            await stream.again()
            metrics.REPLIES_REFUSED.labels(after="first").inc()
            told = REWRITE.format(missing=context.names.hide(", ".join(missing)))
            turn.told(told)
            reply = await self._asked(self._model, turn, prompt.followed_by(reply.content, told), context, stream)
            action = _action(reply, context)
        made = {**turn.named, "model": reply.model, "prompt_version": PROMPT_VERSION}
        match action:
            case Look(code):
                return QueryGenerated(**made, code=code, purpose="look", reply_key=await self._kept(turn))
            case Compute(code, name, explanation):
                return QueryGenerated(
                    **made, code=code, name=name, explanation=explanation, reply_key=await self._kept(turn)
                )
            case WrittenAnswer():
                written = await self._checked(action, check, stream)
                key = f"{turn.prefix}written-{turn.number}.json"
                await self._tools.objects.put(key, written.model_dump_json().encode())
                return QueryWritten(**made, written_key=key, reply_key=await self._kept(turn))

    async def _select(self, model: CodeModel, turn: _Turn, context: GenerationContext) -> Outcome:
        """A second computation of a result, in SQL, by somebody who has not seen the first."""
        prompt = await asyncio.to_thread(build_second_prompt, context)
        stream = AnswerStream(CheckAnswer(context), partial(self._tell, turn.event), turn.event.step)
        reply = await self._asked(model, turn, prompt, context, stream)
        sql = read_select(reply, context.names)
        return QueryGenerated(**turn.named, model=reply.model, prompt_version=SECOND_VERSION, code=sql, language="sql")

    async def _asked(
        self, model: CodeModel, turn: _Turn, prompt: Prompt, context: GenerationContext, stream: AnswerStream
    ) -> ModelReply:
        event = turn.event

        async def exchange(max_tokens: int, patience: Patience) -> ModelReply:
            await stream.tokens(0)
            return await model.complete(prompt, max_tokens, stream, patience)

        reply = await self._tools.ask(
            Request(
                payer=Payer(event.session_id, event.query_id, event.conversation_id, f"{event.query_id}.{turn.number}"),
                model=model.name,
                size=prompt.size,
                exchange=exchange,
                deadline=event.deadline or self._tools.clock().timestamp() + self._question_seconds,
                is_repair=context.is_last_try,
            )
        )
        turn.replied(reply)
        return reply

    async def _checked(self, written: WrittenAnswer, check: CheckAnswer, stream: AnswerStream) -> WrittenAnswer:
        """The answer with its values. One that is too long with them or does not hold the second time, too, is not shown; its chart and suggestions are without numbers of its own."""
        checked = check(written.text)
        written = written.model_copy(update={"suggestions": tuple(filter(check.holds, written.suggestions))})
        if checked.missing or len(checked.text) > LONGEST_TEXT:
            log.warning("reply_not_grounded", missing=len(checked.missing))
            metrics.REPLIES_REFUSED.labels(after="rewrite").inc()
            await stream.again()
            return written.model_copy(update={"text": ""})
        await stream.ended(checked.text)
        return written.model_copy(update={"text": checked.text})

    async def _kept(self, turn: _Turn) -> str | None:
        """What the model replied, as it wants it back with what came of it."""
        if not turn.messages:
            return None
        key = f"{turn.prefix}reply-{turn.number}.json"
        await self._tools.objects.put(key, json.dumps({"messages": turn.messages}).encode())
        return key

    async def _tell(self, event: QueryClassified, facts: dict[str, Any]) -> None:
        await self._tools.bus.progress(event.session_id, "query", event.query_id, facts)


def _action(reply: ModelReply, context: GenerationContext) -> Action:
    """What the model does next. What it says instead, to people, is checked like an answer."""
    try:
        return read_with_names(reply, context.names)
    except (CannotAnswer, NeedsClarification) as ended:
        raise CheckAnswer(context, bounds_of(context)).ending(ended) from ended


class _Turn:
    """A turn of the model's, with what was said in it."""

    def __init__(self, event: QueryClassified) -> None:
        self.event = event
        self.number = f"{event.step}.{event.attempt}"
        self.prefix = keys.result(event.session_id, event.query_id)
        self.messages: list[dict[str, Any]] = []

    @property
    def named(self) -> dict[str, Any]:
        event = self.event
        return {
            "session_id": event.session_id,
            "query_id": event.query_id,
            "attempt": event.attempt,
            "step": event.step,
            "engine": ENGINE,
        }

    def replied(self, reply: ModelReply) -> None:
        if reply.content:
            self.messages.append({"role": "assistant", "content": list(reply.content)})

    def told(self, said: str) -> None:
        self.messages.append({"role": "user", "content": returned(self.messages, said, failed=True)})


def sentence(error: GenerationFailed) -> str:
    """What a person reads: what happened, then what to do."""
    return f"{error.detail} {error.hint}".strip()
