"""What nlq does when something happened."""

from __future__ import annotations

from dataclasses import dataclass

from services.nlq.ports import Catalog
from services.nlq.service import AnswerQuery, Ask, Classify, EndQueries, Generate, ValidateCode
from shared.bus import Consumers
from shared.events import (
    DeadLetter,
    LlmConversationDeleted,
    LlmQuestionAsked,
    QueryAnswered,
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryClassified,
    QueryExecuted,
    QueryExecutionFailed,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
    QueryValidated,
    QueryWritten,
    SessionExpired,
    TableDeleted,
    TableDictionaryChanged,
    TableReady,
    TableReadyV1,
)

PUBLISHES = (
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryClassified,
    QueryGenerated,
    QueryRejected,
    QueryValidated,
    QueryAnswered,
    QueryFailed,
)


@dataclass(frozen=True)
class UseCases:
    """Everything that an event can set off."""

    catalog: Catalog
    ask: Ask
    classify: Classify
    generate: Generate
    validate: ValidateCode
    answer: AnswerQuery
    end: EndQueries


def build_consumers(use: UseCases, nats_url: str) -> Consumers:
    consumers = Consumers("nlq", nats_url, publishes=PUBLISHES)
    _follow_tables(consumers, use)
    _move_questions(consumers, use)
    _take_back_code(consumers, use)
    _forget(consumers, use)
    return consumers


def _follow_tables(consumers: Consumers, use: UseCases) -> None:
    @consumers.on("nlq-cache-table")
    async def on_table_ready(event: TableReady) -> None:
        await use.catalog.add(event)

    @consumers.on("nlq-cache-table-v1")
    async def on_table_ready_of_old(event: TableReadyV1) -> None:
        await use.catalog.add(event.upgraded())

    @consumers.on("nlq-cache-dictionary")
    async def on_table_dictionary_changed(event: TableDictionaryChanged) -> None:
        await use.catalog.describe(event)

    @consumers.on("nlq-forget-table")
    async def on_table_deleted(event: TableDeleted) -> None:
        await use.catalog.remove(event)


def _move_questions(consumers: Consumers, use: UseCases) -> None:
    @consumers.on("nlq-take-question")
    async def on_llm_question_asked(event: LlmQuestionAsked) -> None:
        await use.ask.from_conversation(event)

    @consumers.on("nlq-classify")
    async def on_query_asked(event: QueryAsked) -> None:
        await use.classify(event)

    @consumers.on("nlq-resume")
    async def on_query_clarified(event: QueryClarified) -> None:
        await use.classify(event)

    @consumers.on("nlq-plan-offline")
    async def on_query_classified(event: QueryClassified) -> None:
        await use.generate.offline(event)

    @consumers.on("nlq-validate")
    async def on_query_generated(event: QueryGenerated) -> None:
        await use.validate(event)

    @consumers.on("nlq-answer")
    async def on_query_executed(event: QueryExecuted) -> None:
        await use.answer.executed(event)

    @consumers.on("nlq-answer-in-words")
    async def on_query_written(event: QueryWritten) -> None:
        await use.answer.written(event)


def _take_back_code(consumers: Consumers, use: UseCases) -> None:
    @consumers.on("nlq-fall-back")
    async def on_query_generation_failed(event: QueryGenerationFailed) -> None:
        await use.generate.fall_back(event)

    @consumers.on("nlq-repair-rejected")
    async def on_query_rejected(event: QueryRejected) -> None:
        await use.generate.after_rejection(event)

    @consumers.on("nlq-repair-failed")
    async def on_query_execution_failed(event: QueryExecutionFailed) -> None:
        await use.generate.after_crash(event)


def _forget(consumers: Consumers, use: UseCases) -> None:
    @consumers.on("nlq-forget-session")
    async def on_session_expired(event: SessionExpired) -> None:
        await use.end.forget_session(event)

    @consumers.on("nlq-forget-conversation")
    async def on_llm_conversation_deleted(event: LlmConversationDeleted) -> None:
        await use.end.forget_conversation(event)

    @consumers.on("nlq-fail-dead-letters")
    async def on_dead_letter(letter: DeadLetter) -> None:
        await use.end.dead_letter(letter)
