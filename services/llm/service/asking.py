"""One request to a model: within the budgets, in its turn, again while the model is busy, and counted whatever becomes of the reply."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.llm.errors import (
    ExchangeCancelled,
    GenerationFailed,
    ModelBusy,
    ModelTooSlow,
    ModelUnavailable,
    RequestNotAccepted,
)
from services.llm.limits.budget import BYTES_PER_TOKEN, Budget, SpentSoFar, reply_allowance
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import Load
from services.llm.limits.tokens import ModelPrice, TokenUsage, cost_micros, price_of
from services.llm.limits.usage import Exchange
from services.llm.ports import ModelQueue, ModelTurn, UsageLedger
from services.llm.reply import ModelReply
from shared.bus import EventBus
from shared.events import LlmUsageRecorded
from shared.telemetry import metrics

NOTHING = TokenUsage()


@dataclass(frozen=True)
class AskingPolicy:
    budget: Budget
    prices: Mapping[str, ModelPrice]
    tries: int


@dataclass(frozen=True)
class AskingTools:
    """What asking needs from outside. `chance` gives numbers from 0 to 1, `new_id` random ids."""

    queue: ModelQueue
    ledger: UsageLedger
    bus: EventBus
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    new_id: Callable[[], str]


@dataclass(frozen=True)
class Payer:
    """Whose exchange it is. `usage_id` and the reply's id name it: counting it again changes nothing."""

    session_id: str
    query_id: str
    conversation_id: str | None
    usage_id: str


@dataclass(frozen=True)
class Request:
    """What is asked of which model, for whom, and by when it has to end (seconds since the epoch).

    `exchange` is the asking itself, with the tokens that the reply may have (`most_tokens` at most) and the patience there is; `size` is the prompt's in bytes.
    """

    payer: Payer
    model: str
    size: int
    exchange: Callable[[int, Patience], Awaitable[ModelReply]]
    deadline: float
    is_repair: bool = False
    most_tokens: int | None = None


class AskModel:
    """The one way to a model."""

    def __init__(self, policy: AskingPolicy, tools: AskingTools) -> None:
        self._policy = policy
        self._tools = tools

    async def __call__(self, request: Request) -> ModelReply:
        """Ask until the model has answered, as often and as long as the policy and the deadline allow. Raises `GenerationFailed`."""
        for number in range(1, self._policy.tries + 1):
            await self._allowance(request)  # nobody waits for a turn that cannot be paid
            try:
                return await self._try(request)
            except ModelTooSlow as slow:
                raise ModelUnavailable(slow.detail, hint="Ask a narrower question.") from slow
            except ModelBusy as busy:
                pause = busy.retry_after if busy.retry_after is not None else self._backoff(number)
                if number == self._policy.tries or pause > self._patience(request).turn:
                    raise ModelUnavailable(busy.detail, hint="Try again in a few minutes.", retry_after=pause) from busy
                await self._tools.queue.pause(request.model, pause)
        raise AssertionError("tries is at least 1")

    async def _allowance(self, request: Request) -> int:
        ledger, payer = self._tools.ledger, request.payer
        question, session, day_micros = await asyncio.gather(
            ledger.of_query(payer.session_id, payer.query_id),
            ledger.of_session(payer.session_id),
            ledger.of_day(self._tools.clock().astimezone(UTC).date()),
        )
        spent = SpentSoFar(question, session, day_micros)
        allowed = reply_allowance(
            self._policy.budget, price_of(request.model, self._policy.prices), request.size, spent
        )
        return min(allowed, request.most_tokens or allowed)

    def _patience(self, request: Request) -> Patience:
        """Raises `ModelUnavailable` when the question's time is over."""
        patience = Patience.of(request.deadline - self._tools.clock().timestamp(), is_repair=request.is_repair)
        if not patience.exchange:
            raise ModelUnavailable("The time of this question is over.", hint="Ask it again.")
        return patience

    async def _try(self, request: Request) -> ModelReply:
        try:
            async with self._tools.queue.turn(self._load(request), self._patience(request)) as turn:
                reply = await self._exchange(request, turn)
        except ModelBusy as busy:
            metrics.LLM_REQUESTS.labels(model=request.model, outcome=busy.code).inc()
            await self._count(request.payer, request.model, busy.usage, self._tools.new_id())
            raise
        except ExchangeCancelled as stopped:
            metrics.LLM_REQUESTS.labels(model=request.model, outcome="stopped").inc()
            await self._count(request.payer, request.model, stopped.usage, self._tools.new_id())
            raise
        except RequestNotAccepted as refusal:
            metrics.LLM_REQUESTS.labels(model=request.model, outcome=refusal.code).inc()
            raise
        metrics.LLM_REQUESTS.labels(model=reply.model, outcome=reply.stop_reason).inc()
        await self._count(request.payer, reply.model, reply.usage, reply.reply_id)
        return reply

    async def _exchange(self, request: Request, turn: ModelTurn) -> ModelReply:
        try:
            max_tokens = await self._allowance(request)  # once more: while this one waited, others spent
            reply = await request.exchange(max_tokens, self._patience(request))
        except ModelTooSlow:
            raise  # nobody knows what it took: the estimate stands
        except ModelBusy as busy:
            await turn.settle(busy.usage or NOTHING)
            raise
        except GenerationFailed:
            await turn.settle(NOTHING)  # not sent, or refused as it was
            raise
        await turn.settle(reply.usage, reply.headroom)
        return reply

    def _load(self, request: Request) -> Load:
        most = request.most_tokens or self._policy.budget.reply_tokens
        return Load(request.model, request.payer.session_id, request.size // BYTES_PER_TOKEN, most)

    async def _count(self, payer: Payer, model: str, usage: TokenUsage | None, reply_id: str) -> None:
        """Tokens are paid for whatever becomes of the reply: count them before it is read."""
        if usage is None or not usage.total:
            return
        exchange = Exchange(
            usage_id=f"{payer.usage_id}.{reply_id}",
            session_id=payer.session_id,
            query_id=payer.query_id,
            conversation_id=payer.conversation_id,
            model=model,
            usage=usage,
            cost_micros=cost_micros(usage, price_of(model, self._policy.prices)),
            at=self._tools.clock(),
        )
        if await self._tools.ledger.record(exchange):
            measure(exchange)
        await self._tools.bus.publish(usage_event(exchange))

    def _backoff(self, number: int) -> float:
        """Half a second, doubled with each try up to eight, give or take half: workers must not come back together."""
        return min(0.5 * 2.0 ** (number - 1), 8.0) * (0.5 + self._tools.chance())


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
