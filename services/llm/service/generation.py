"""From a classified question to code: context, budget, turn, exchange, reply; every attempt ends in one published event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

from services.llm.budget import Budget, reply_allowance
from services.llm.context import GenerationContext, read_context
from services.llm.errors import (
    ContextUnusable,
    ExchangeCancelled,
    GenerationFailed,
    ModelBusy,
    ModelTooSlow,
    ModelUnavailable,
    NeedsClarification,
    NoApiKey,
    RequestNotAccepted,
)
from services.llm.patience import Patience
from services.llm.ports import CodeModel, ModelQueue, Outcome, OutcomeStore, UsageLedger
from services.llm.prompt import PROMPT_VERSION, Prompt, build_prompt
from services.llm.reply import ModelReply, read_reply
from services.llm.tokens import ModelPrice, TokenUsage, cost_micros, price_of
from services.llm.usage import Exchange
from shared.bus import EventBus, Stops, WorkStopped
from shared.events import LlmUsageRecorded, QueryClassified, QueryGenerated, QueryGenerationFailed
from shared.objects import ObjectMissing, ObjectStore
from shared.telemetry import metrics

ENGINE: Literal["claude"] = "claude"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class GenerationPolicy:
    """`question_seconds` hold for events that do not say by when the question has to end."""

    budget: Budget
    prices: Mapping[str, ModelPrice]
    tries: int
    question_seconds: float


@dataclass(frozen=True)
class GenerationTools:
    """What generation needs from outside. `chance` gives numbers from 0 to 1, `new_id` random ids."""

    objects: ObjectStore
    queue: ModelQueue
    ledger: UsageLedger
    outcomes: OutcomeStore
    bus: EventBus
    stops: Stops
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    new_id: Callable[[], str]


@dataclass(frozen=True)
class Request:
    """What is asked of the model, and by when the question has to end (seconds since the epoch)."""

    event: QueryClassified
    prompt: Prompt
    deadline: float
    is_repair: bool


class CodeGeneration:
    """Answers `query.classified.v1` for Claude. Without a model every question fails with `no_api_key`."""

    def __init__(self, model: CodeModel | None, policy: GenerationPolicy, tools: GenerationTools) -> None:
        self._model = model
        self._policy = policy
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
        deadline = event.deadline or self._now() + self._policy.question_seconds
        context = await self._context(event)
        # Reading and choosing among thousands of columns takes a part of a second, in which others are not to wait.
        prompt = await asyncio.to_thread(build_prompt, context)
        request = Request(event, prompt, deadline, is_repair=context.is_repair)
        reply = await self._exchange(self._model, request)
        written = read_reply(reply)
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

    async def _exchange(self, model: CodeModel, request: Request) -> ModelReply:
        """Ask until the model has answered, as often and as long as the policy and the deadline allow."""
        for number in range(1, self._policy.tries + 1):
            allowance = await self._allowance(model, request)
            try:
                return await self._try(model, request, allowance)
            except ModelTooSlow as slow:
                raise ModelUnavailable(slow.detail, hint="Ask a narrower question.") from slow
            except ModelBusy as busy:
                pause = busy.retry_after if busy.retry_after is not None else self._backoff(number)
                if number == self._policy.tries or pause > self._patience(request).turn:
                    raise ModelUnavailable(busy.detail, hint="Try again in a few minutes.", retry_after=pause) from busy
                await self._tools.queue.pause(pause)
        raise AssertionError("tries is at least 1")

    async def _allowance(self, model: CodeModel, request: Request) -> int:
        ledger, event = self._tools.ledger, request.event
        question = await ledger.of_query(event.session_id, event.query_id)
        session = await ledger.of_session(event.session_id)
        price = price_of(model.name, self._policy.prices)
        return reply_allowance(self._policy.budget, price, request.prompt.size, question, session)

    def _patience(self, request: Request) -> Patience:
        """Raises `ModelUnavailable` when the question's time is over."""
        patience = Patience.of(request.deadline - self._now(), is_repair=request.is_repair)
        if not patience.exchange:
            raise ModelUnavailable("The time of this question is over.", hint="Ask it again.")
        return patience

    def _now(self) -> float:
        return self._tools.clock().timestamp()

    async def _try(self, model: CodeModel, request: Request, max_tokens: int) -> ModelReply:
        event = request.event

        async def on_tokens(tokens: int) -> None:
            facts = {"stage": "generating", "tokens": tokens}
            await self._tools.bus.progress(event.session_id, "query", event.query_id, facts)

        try:
            async with self._tools.queue.turn(self._patience(request)):
                await on_tokens(0)
                reply = await model.complete(request.prompt, max_tokens, on_tokens, self._patience(request))
        except ModelBusy as busy:
            metrics.LLM_REQUESTS.labels(model=model.name, outcome=busy.code).inc()
            await self._count(event, model.name, busy.usage, self._tools.new_id())
            raise
        except ExchangeCancelled as stopped:
            metrics.LLM_REQUESTS.labels(model=model.name, outcome="stopped").inc()
            await self._count(event, model.name, stopped.usage, self._tools.new_id())
            raise
        except RequestNotAccepted as refusal:
            metrics.LLM_REQUESTS.labels(model=model.name, outcome=refusal.code).inc()
            raise
        metrics.LLM_REQUESTS.labels(model=reply.model, outcome=reply.stop_reason).inc()
        await self._count(event, reply.model, reply.usage, reply.reply_id)
        return reply

    async def _count(self, event: QueryClassified, model: str, usage: TokenUsage | None, reply_id: str) -> None:
        """Tokens are paid for whatever becomes of the reply: count them before it is read."""
        if usage is None or not usage.total:
            return
        cost = cost_micros(usage, price_of(model, self._policy.prices))
        exchange = Exchange(
            usage_id=f"{event.query_id}.{event.attempt}.{reply_id}",
            session_id=event.session_id,
            query_id=event.query_id,
            conversation_id=event.conversation_id,
            model=model,
            usage=usage,
            cost_micros=cost,
            at=self._tools.clock(),
        )
        if await self._tools.ledger.record(exchange):
            measure(exchange)
        await self._tools.bus.publish(usage_event(exchange))

    def _backoff(self, number: int) -> float:
        """Half a second, doubled with each try up to eight, give or take half: workers must not come back together."""
        return min(0.5 * 2.0 ** (number - 1), 8.0) * (0.5 + self._tools.chance())


def sentence(error: GenerationFailed) -> str:
    """What a person reads: what happened, then what to do."""
    return f"{error.detail} {error.hint}".strip()


def usage_event(exchange: Exchange) -> LlmUsageRecorded:
    usage = exchange.usage
    return LlmUsageRecorded(
        session_id=exchange.session_id,
        usage_id=exchange.usage_id,
        query_id=exchange.query_id,
        conversation_id=exchange.conversation_id,
        model=exchange.model,
        input_tokens=usage.input + usage.cache_write,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read,
        cost_usd=exchange.cost_micros / 1_000_000,
    )


def measure(exchange: Exchange) -> None:
    usage = exchange.usage
    for kind, tokens in (
        ("input", usage.input + usage.cache_write),
        ("output", usage.output),
        ("cache_read", usage.cache_read),
    ):
        metrics.LLM_TOKENS.labels(model=exchange.model, kind=kind).inc(tokens)
    metrics.LLM_COST.labels(model=exchange.model).inc(exchange.cost_micros / 1_000_000)
