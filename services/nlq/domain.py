"""A question as a small state machine. Pure: time and ids come from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.nlq.earlier import EarlierResult
from services.nlq.steps import Step, results_of
from shared.events import ChosenTable, Engine, ReadingPart
from shared.events.queries import Purpose
from shared.open_choices import ReadingTaken
from shared.plan.result import Result
from shared.privacy import Privacy

State = Literal[
    "asked", "classified", "needs_clarification", "generated", "validated", "executed", "answered", "failed"
]
Source = Literal["question", "snippet", "edit"]
ENDS: frozenset[State] = frozenset({"answered", "failed"})
PAUSES: frozenset[State] = ENDS | {"needs_clarification"}
NEXT: Mapping[State, frozenset[State]] = {
    "asked": frozenset({"classified", "needs_clarification", "failed"}),
    "needs_clarification": frozenset({"asked", "failed"}),
    "classified": frozenset({"classified", "generated", "answered", "needs_clarification", "failed"}),
    "generated": frozenset({"validated", "classified", "failed"}),
    "validated": frozenset({"executed", "classified", "failed"}),
    "executed": frozenset({"answered", "classified", "failed"}),
    "answered": frozenset(),
    "failed": frozenset(),
}


MODEL_SLOT = "model:"
"""How the slots of choices begin that only a model can honour: what it asked itself, and what a person answered in words of their own."""
MOST_ROUNDS = 3  # times that a model may ask back: who has answered three questions and is asked a fourth one leaves


class Message(BaseModel):
    """An event that a state change owes the bus: saved with the state, published after it, again if need be."""

    model_config = ConfigDict(frozen=True)
    subject: str
    body: dict[str, Any]


class QueryError(BaseModel):
    """Why a question has no answer."""

    model_config = ConfigDict(frozen=True)
    code: str
    message: str
    suggestions: tuple[str, ...] = Field(default=(), description="ready questions near to this one that have an answer")
    cleaning: dict[str, str] | None = Field(
        default=None, description="a cleaning step that would make it answerable: {table, column, step}"
    )


class Choice(BaseModel):
    """`schema_label`: what may be said of it to a model that is to see no cell. `settles`: how a column is read once it is chosen."""

    model_config = ConfigDict(frozen=True)
    id: str
    label: str
    schema_label: str | None = None
    settles: ReadingTaken | None = None


class Clarification(BaseModel):
    """What is unclear, and the readings to choose from."""

    model_config = ConfigDict(frozen=True)
    question: str
    options: tuple[Choice, ...]
    slot: str

    def repeats(self, other: Clarification) -> bool:
        """Whether it asks what the other one did: in the same words, or with the same things to choose from."""
        mine, others = ({words_of(option.label) for option in asked.options} for asked in (self, other))
        return words_of(self.question) == words_of(other.question) or mine == others

    def meant_by(self, said: str) -> Choice | None:
        """The option with that id or label, or the only one that has all of these words."""
        for option in self.options:
            if said in (option.id, option.label, option.schema_label):
                return option
        words = set(words_of(said))
        having = [option for option in self.options if words and words <= set(words_of(option.label))]
        return having[0] if len(having) == 1 else None


def words_of(text: str) -> tuple[str, ...]:
    """Without case and punctuation."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


class Draft(BaseModel):
    """Code of the offline planner, and what is said of it; a model's code replaces both in the question."""

    model_config = ConfigDict(frozen=True)
    code: str
    explanation: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    tables_used: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_code_alone(cls, stored: Any) -> Any:
        """As the version before stored it."""
        return {"code": stored} if isinstance(stored, str) else stored


class Second(BaseModel):
    """A second computation on its way: of which step's result, and what the model wrote of it, which waits for it."""

    model_config = ConfigDict(frozen=True)
    of_step: Step
    written_key: str
    sql: str | None = Field(default=None, description="as it was written anew, once it was accepted")


class Verification(BaseModel):
    """How a result stands beside that of a second computation in SQL; `sentence` is for the person who asked."""

    model_config = ConfigDict(frozen=True)
    outcome: Literal["agrees", "differs", "not_compared"]
    sentence: str
    sql: str | None = None


class Question(BaseModel):
    """Everything that is known of a question. `version` counts changes; a write names the version that it replaces."""

    model_config = ConfigDict(frozen=True)
    query_id: str
    session_id: str
    question: str
    source: Source = "question"
    state: State = "asked"
    version: int = 0
    attempt: int = 1
    round: int = 0
    step: int = 1
    created_at: str
    deadline: float = Field(description="seconds since the epoch at which it fails")
    table_ids: tuple[str, ...] = ()
    tables: tuple[ChosenTable, ...] = ()
    conversation_id: str | None = None
    number: int | None = Field(default=None, description="its place among the questions of its conversation, for good")
    is_talk: bool = Field(
        default=False, description="it asks nothing of the data, and its reply is of the answer before"
    )
    earlier: tuple[EarlierResult, ...] = Field(default=(), description="results before it that its code can use")
    privacy: Privacy = Field(
        default="schema_only",
        description="what a model may be told, as it was when the question was asked; the stricter mode for questions stored before this was",
    )
    max_wrong: float | None = Field(
        default=None, description="the accepted share of wrong answers; None for the service's"
    )
    include_totals: bool = Field(default=False, description="whether rows that sum up others are counted")
    verify: bool = Field(default=False, description="whether a model's result is computed a second time, in SQL")
    second: Second | None = None
    verification: Verification | None = None
    choices: dict[str, str] = Field(default_factory=dict, description="slot → option id, for the planner")
    settling: ReadingTaken | None = Field(
        default=None, description="how a column is to be read, before the question is"
    )
    clarified: tuple[tuple[str, str], ...] = Field(
        default=(), description="(question, label of the choice or the person's own words), for the model"
    )
    clarified_by_schema: tuple[tuple[str, str], ...] = Field(
        default=(), description="the same without anything from a cell, as far as that can be said"
    )
    settled: tuple[Clarification, ...] = Field(default=(), description="what was asked back and is answered")
    own_words: tuple[str, ...] = Field(default=(), description="what the person answered in words of their own")
    intent: str = "other"
    entities: dict[str, Any] = Field(default_factory=dict)
    plan: dict[str, Any] | None = None
    draft: Draft | None = Field(default=None, description="the offline planner's code, for when its turn comes")
    explanation: str = ""
    chart: dict[str, Any] | None = None
    code: str | None = None
    purpose: Purpose = "compute"
    result_name: str | None = Field(default=None, description="what a model calls the result of the code")
    reply_key: str | None = Field(default=None, description="the model's last reply, where it came from a model")
    context_key: str | None = Field(default=None, description="what a model was told, the same for all of its steps")
    steps: tuple[Step, ...] = Field(default=(), description="the rounds with a model that are over")
    engine: Engine | None = None
    model: str | None = None
    prompt_version: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    reading: tuple[ReadingPart, ...] = Field(default=(), description="how the offline engine read the question")
    expected: Result | None = Field(
        default=None, description="what the plan came to by its second rendering; shown is only what agrees with it"
    )
    sorted_by: tuple[str, ...] = ()
    plan_warnings: tuple[str, ...] = Field(
        default=(), description="what has to be said where the plan's answer is shown"
    )
    plan_notes: tuple[str, ...] = Field(
        default=(), description="what else is said there, and nobody has to be warned of"
    )
    code_warnings: tuple[str, ...] = Field(
        default=(), description="what has to be said where the answer of any other code is shown"
    )
    tables_used: tuple[str, ...] | None = Field(
        default=None, description="the tables that the code can touch, by name; None where that is not known"
    )
    repair: tuple[str, ...] = Field(default=(), description="why the last code was refused or crashed")
    clarification: Clarification | None = None
    advice: Clarification | None = Field(
        default=None, description="what the offline planner would ask: for Claude to settle, or for when Claude is away"
    )
    unmatched: tuple[str, ...] = Field(
        default=(), description="words that the offline planner found nowhere in the tables: a hint for Claude"
    )
    answer: dict[str, Any] | None = None
    result_key: str | None = None
    table_key: str | None = None
    receipt: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    error: QueryError | None = None
    timings: dict[str, float] = Field(default_factory=dict)
    outbox: tuple[Message, ...] = ()

    @property
    def by_plan(self) -> bool:
        """Whether it is answered by the offline engine's plan; with any other engine that plan is a draft which nobody was shown."""
        return self.engine == "offline"

    @property
    def settled_with_model(self) -> bool:
        """Whether the person chose something that the planner knows nothing of: what it would answer may not be what was chosen."""
        return any(slot.startswith(MODEL_SLOT) for slot in self.choices)

    @property
    def is_read_on(self) -> bool:
        """Whether a model reads what its code gives, and goes on. One of the version before has no context to go on with: it was told anew for
        every try."""
        return self.engine == "claude" and self.source == "question" and self.context_key is not None

    @property
    def results(self) -> tuple[Step, ...]:
        """What a model has computed for the person so far."""
        return results_of(self.steps)

    @property
    def ended(self) -> bool:
        return self.state in ENDS

    def moved(self, state: State, **changes: Any) -> Question:
        """The next version, in a state that may follow this one."""
        if state not in NEXT[self.state]:
            raise ValueError(f"a question cannot go from {self.state} to {state}")
        return self.model_copy(update={**changes, "state": state, "version": self.version + 1})
