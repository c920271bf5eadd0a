"""The llm service's composition root: everything that connects is made here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI
from redis.asyncio import Redis

from services.llm.api import router
from services.llm.consumers import build_consumers
from services.llm.limits.budget import Budget
from services.llm.prompt import PROMPT_VERSION
from services.llm.service import (
    AnswerRecording,
    CodeGeneration,
    Conversations,
    ConversationTurns,
    LlmService,
    NameConversation,
    TellOwed,
)
from services.llm.service.asking import AskingPolicy, AskingTools, AskModel
from services.llm.service.generation import GenerationTools
from services.llm.service.turns import TurnLimits
from services.llm.settings import Settings
from services.llm.storage import (
    RedisConversationStore,
    RedisModelQueue,
    RedisOutcomeStore,
    RedisOwedQuestions,
    RedisUsageLedger,
)
from services.llm.storage.queue import QueueLimits
from shared import web
from shared.auth import BusVerifier
from shared.bus import Bus, Stops, following_stops
from shared.objects import ObjectStore, S3ObjectStore
from shared.objects.store import s3_store
from shared.redis import redis_client
from shared.telemetry.health import Check

if TYPE_CHECKING:
    from services.llm.models.claude import ClaudeModel
    from services.llm.models.small_claude import SmallClaude


def create_app(settings: Settings) -> FastAPI:
    """The service's app; it connects in its lifespan and not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            bus = await Bus.connect(settings.nats_url, "llm")
            stack.push_async_callback(bus.close)
            redis = redis_client(settings)
            stack.push_async_callback(redis.aclose)
            # Looking up a cloud's credentials may ask the instance for them.
            models = await asyncio.to_thread(models_of, settings)
            if models.code:
                stack.push_async_callback(models.code.close)
            objects = S3ObjectStore(s3_store(settings))
            stops = Stops()
            service = build_service(settings, bus, redis, objects, models, stops)
            consumers = build_consumers(service, settings.nats_url)
            app.state.service, app.state.verifier = service, BusVerifier(bus)
            app.state.checks = {
                "bus": bus.ping,
                "redis": redis.ping,
                "objects": objects.ping,
                "consumers": consumers.ping,
            }
            stopping = following_stops(bus, stops, "llm")
            stopping.start()
            stack.push_async_callback(stopping.stop)
            stack.push_async_callback(consumers.stop)
            await consumers.start(bus)
            telling = asyncio.create_task(service.tell_owed.for_ever())
            stack.callback(telling.cancel)
            yield

    def check(name: str) -> Check:
        async def answer() -> None:
            await app.state.checks[name]()

        return answer

    def facts() -> dict[str, str]:
        model = f"{settings.model} ({settings.model_provider})" if settings.has_model else "none"
        return {"model": model, "prompt_version": PROMPT_VERSION}

    checks = {name: check(name) for name in ("bus", "redis", "objects", "consumers")}
    app = web.build("llm", "Claude writes code; conversations and what they cost.", lifespan, checks, facts)
    app.include_router(router)
    return app


@dataclass(frozen=True)
class Models:
    """None without a key or another provider: the offline engine answers then, and conversations are called by their first line."""

    code: ClaudeModel | None = None
    small: SmallClaude | None = None


def models_of(settings: Settings) -> Models:
    """Both by one client of the chosen provider. Raises `ProviderUnusable`."""
    if not settings.has_model:
        return Models()
    # The SDK takes a second and more to import: without a model nobody waits for it.
    from services.llm.models.claude import ClaudeModel  # noqa: PLC0415
    from services.llm.models.providers import model_client, model_id  # noqa: PLC0415
    from services.llm.models.small_claude import SmallClaude  # noqa: PLC0415

    client, provider = model_client(settings), settings.model_provider
    code = ClaudeModel(client, model_id(settings.model, provider), settings.effort)
    small = settings.model_of_small_jobs
    return Models(code, SmallClaude(client, model_id(small, provider)) if small else None)


def build_service(
    settings: Settings, bus: Bus, redis: Redis, objects: ObjectStore, models: Models, stops: Stops
) -> LlmService:
    ledger = RedisUsageLedger(redis, settings.keep_seconds)
    store = RedisConversationStore(redis, settings.keep_seconds)
    conversations = Conversations(store, bus, now, new_id, settings.session_conversations)
    asking = AskingTools(
        queue=RedisModelQueue(redis, queue_limits(settings), new_id),
        ledger=ledger,
        bus=bus,
        clock=now,
        chance=secrets.SystemRandom().random,
        new_id=new_id,
    )
    ask = AskModel(asking_policy(settings), asking)
    tools = GenerationTools(
        ask=ask,
        objects=objects,
        outcomes=RedisOutcomeStore(redis),
        bus=bus,
        stops=stops,
        clock=now,
    )
    owed = RedisOwedQuestions(redis)
    limits = TurnLimits(settings.conversation_messages, settings.question_seconds)
    return LlmService(
        generation=CodeGeneration(models.code, settings.question_seconds, tools),
        recording=AnswerRecording(store, ledger, objects, bus, now),
        name_conversation=NameConversation(models.small, ask, store, now),
        conversations=conversations,
        turns=ConversationTurns(conversations, store, bus, owed, bus, now, new_id, limits),
        ledger=ledger,
        tell_owed=TellOwed(owed, store, bus, now),
    )


def asking_policy(settings: Settings) -> AskingPolicy:
    budget = Budget(
        question_tokens=settings.question_tokens,
        question_usd=settings.question_usd,
        session_usd=settings.session_usd,
        reply_tokens=settings.reply_tokens,
        day_usd=settings.day_usd,
    )
    return AskingPolicy(budget=budget, prices=settings.prices, tries=settings.model_tries)


def queue_limits(settings: Settings) -> QueueLimits:
    return QueueLimits(
        slots=settings.model_turns,
        requests_per_minute=settings.requests_per_minute,
        waiting=settings.queue_length,
        input_tokens_per_minute=settings.input_tokens_per_minute,
        output_tokens_per_minute=settings.output_tokens_per_minute,
    )


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """Sixteen random hexadecimal digits."""
    return secrets.token_hex(8)
