"""Facts about questions on their way to an answer (DESIGN §2). Every one names the query, the session and the attempt."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.events.base import Event, ObjectKey, QueryId, Sentence, Sentences, TableId, TableName

Engine = Literal["offline", "claude", "person"]
Language = Literal["python", "sql"]
MOST_TABLES = 249  # as many as code can use at once: the jail hands a process no more descriptors
MOST_NAMED = 128 << 10  # bytes of names in `columns_used`, of the 1 MB that the bus takes


class ChosenTable(BaseModel):
    """A table that a question is asked of, at the version that was current when it was asked."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table_id: TableId
    name: TableName
    version: int = Field(ge=1)
    data_key: ObjectKey


def first_tables(tables: tuple[ChosenTable, ...]) -> tuple[ChosenTable, ...]:
    return tables[:MOST_TABLES]


ColumnsUsed = dict[str, tuple[str, ...]]


def unless_too_many(used: ColumnsUsed | None) -> ColumnsUsed | None:
    """All columns where naming them would take too much: that only costs time."""
    names = [name for table, columns in (used or {}).items() for name in (table, *columns)]
    return used if sum(len(json.dumps(name, ensure_ascii=False).encode()) + 1 for name in names) <= MOST_NAMED else None


class QueryEvent(Event):
    """Common to all: `attempt` counts generations of code that replace one another, from 1; `step` the rounds in which a model looks into the
    tables or computes, and reads what comes of it, from 1. (`round` counts questions back to the person.)"""

    query_id: QueryId
    attempt: int = Field(default=1, ge=1)
    step: int = Field(default=1, ge=1)


class QueryAsked(QueryEvent):
    """A question was accepted; it will be answered, declined or failed, and never forgotten."""

    subject: ClassVar[str] = "query.asked.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id",)
    question: str
    table_ids: tuple[TableId, ...]
    conversation_id: str | None = None


class QueryClarificationRequested(QueryEvent):
    """The question has more than one reading; the person chooses."""

    subject: ClassVar[str] = "query.clarification_requested.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "round")
    round: int = Field(ge=1)
    question: str
    options: Sentences = Field(description="labels, in order")
    conversation_id: str | None = None


class QueryClarified(QueryEvent):
    """The person chose a reading."""

    subject: ClassVar[str] = "query.clarified.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "round")
    round: int = Field(ge=1)
    choice: str


MOST_READING_PARTS = 40


class ReadingPart(BaseModel):
    """A word or phrase of the question, and what it was taken for."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    text: str = Field(max_length=200)
    means: str = Field(max_length=400)
    table: str | None = Field(default=None, max_length=255)
    column: str | None = Field(default=None, max_length=255)
    value: str | None = Field(default=None, max_length=200)


class QueryClassified(QueryEvent):
    """It is a generator's turn: intent and entities are known, or something came back of its last step. `engine` says which one."""

    subject: ClassVar[str] = "query.classified.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step", "engine")
    engine: Engine
    question: str
    intent: str
    tables: Annotated[tuple[ChosenTable, ...], AfterValidator(first_tables)] = Field(
        description="the first ones; `query.asked` has the ids of all"
    )
    context_key: ObjectKey | None = Field(
        default=None,
        description="schema, profile facts and conversation, for a generator that needs them; the same for all steps",
    )
    steps_key: ObjectKey | None = Field(
        default=None,
        description="what the generator did in earlier steps and what came of each, by object keys; null before the first",
    )
    language: Language = Field(
        default="python",
        description="`sql`: the result of the only step behind `steps_key` is to be computed a second time, in one SELECT",
    )
    conversation_id: str | None = None
    reading: tuple[ReadingPart, ...] = Field(
        default=(), max_length=MOST_READING_PARTS, description="how the offline engine read the question, word by word"
    )
    deadline: float | None = Field(
        default=None, description="seconds since the epoch at which the question fails; generators divide what is left"
    )


Purpose = Literal["compute", "look"]
ResultName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]


class QueryGenerated(QueryEvent):
    """There is code to run. What a `look` gives is read by the model only, what a `compute` gives is part of the answer."""

    subject: ClassVar[str] = "query.generated.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step", "engine")
    engine: Engine
    code: str
    language: Language = "python"
    explanation: str = ""
    purpose: Purpose = "compute"
    name: ResultName | None = Field(default=None, description="what the model calls the result")
    model: str | None = None
    prompt_version: str | None = None
    reply_key: ObjectKey | None = Field(
        default=None, description="the model's reply as it came, which its generator wants back with what came of it"
    )


class QueryWritten(QueryEvent):
    """The model has written the answer over the results of its steps, or a reply that needs none."""

    subject: ClassVar[str] = "query.written.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step", "engine")
    engine: Engine
    written_key: ObjectKey = Field(
        description="a JSON document: text (empty where none could be shown), result, chart, suggestions"
    )
    model: str | None = None
    prompt_version: str | None = None
    reply_key: ObjectKey | None = None


class QueryGenerationFailed(QueryEvent):
    """The generator has no code to offer: it declined, was refused, ran out of budget or is not configured."""

    subject: ClassVar[str] = "query.generation_failed.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step", "engine")
    engine: Engine
    code: str = Field(
        description="stable reason, for programs; `cannot_answer` when the model declines, `needs_clarification` when it asks"
    )
    reason: Sentence = Field(description="for a person; the question, when the model asks")
    options: Sentences = Field(default=(), description="the readings to choose from, when the model asks")
    reply_key: ObjectKey | None = Field(default=None, description="the model's reply as it came, where there is one")


class QueryRejected(QueryEvent):
    """The validator refused the code; the reasons go back to the generator."""

    subject: ClassVar[str] = "query.rejected.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step")
    reasons: Sentences


class QueryValidated(QueryEvent):
    """The code passed the validator and may run in the jail."""

    subject: ClassVar[str] = "query.validated.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step")
    code: str
    language: Language = Field(default="python", description="`sql`: one SELECT, as a second computation writes it")
    tables: tuple[ChosenTable, ...] = Field(max_length=MOST_TABLES)
    columns_used: Annotated[ColumnsUsed | None, AfterValidator(unless_too_many)] = Field(
        default=None, description="by table name, the columns that the code can touch; null: all"
    )
    deadline: float | None = Field(
        default=None, description="seconds since the epoch after which nobody waits for the result"
    )


class QueryExecuted(QueryEvent):
    """The code ran; its result is in the object store."""

    subject: ClassVar[str] = "query.executed.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step")
    result_key: ObjectKey = Field(description="a JSON document: kind, value or table preview, warnings, rows read")
    table_key: ObjectKey | None = Field(default=None, description="the whole result as Parquet, for series and tables")
    seconds: float = Field(ge=0)


class QueryExecutionFailed(QueryEvent):
    """The code was stopped or raised; the reasons go back to the generator."""

    subject: ClassVar[str] = "query.execution_failed.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id", "attempt", "step")
    outcome: Literal["failed", "timed_out", "rejected"]
    reasons: Sentences
    seconds: float = Field(default=0, ge=0)


class QueryAnswered(QueryEvent):
    """The answer can be read."""

    subject: ClassVar[str] = "query.answered.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id",)
    intent: str
    engine: Engine
    answer_key: ObjectKey = Field(description="the whole answer with its receipt, as the API shows it")
    conversation_id: str | None = None
    question: str = ""
    seconds: float = Field(default=0, ge=0)


class QueryFailed(QueryEvent):
    """The question ends without an answer, with a reason a person can act on."""

    subject: ClassVar[str] = "query.failed.v1"
    identity: ClassVar[tuple[str, ...]] = ("query_id",)
    code: str
    reason: Sentence
    question: str = ""
    conversation_id: str | None = None
