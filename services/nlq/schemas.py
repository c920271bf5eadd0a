"""HTTP models of nlq."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.nlq.domain import QueryError, State, Verification
from services.nlq.service.snippets import SnippetOutcome
from services.nlq.steps import StepOutcome
from shared.events import ReadingPart


class QuestionBody(BaseModel):
    """A question; without `table_ids` it is about all tables of the session."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "What is the total amount per city?"}]}
    )
    question: str = Field(min_length=1, max_length=4000)
    table_ids: list[str] = Field(default_factory=list, max_length=1000)
    conversation_id: str | None = None
    max_wrong: float | None = Field(
        default=None,
        ge=0,
        le=0.2,
        description="the share of wrong answers that is accepted of the offline engine; 0.02 unless the service says otherwise",
    )
    include_totals: bool = Field(
        default=False,
        description="count the rows that sum up others (a table's `totals_rows`), which are left out otherwise",
    )
    verify: bool | None = Field(
        default=None,
        description="compute what Claude computed a second time, in SQL, and say whether the two agree; without it as the service is set",
    )


class ClarificationBody(BaseModel):
    """The id or the label of the chosen option, or words that only one option has. With Claude also an answer in words of one's own."""

    model_config = ConfigDict(extra="forbid")
    choice: str = Field(min_length=1, max_length=1000)


class EditBody(BaseModel):
    """The person's own version of a question's code; it must assign `result`."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=1, max_length=50_000)


class SnippetBody(EditBody):
    """Code to run over tables: `df` is the first of them, `tables["name"]` each."""

    table_ids: list[str] = Field(default_factory=list, max_length=1000)


class Accepted(BaseModel):
    """The question will come to an end, whatever happens to this process."""

    query_id: str


class OptionView(BaseModel):
    id: str
    label: str


class ClarificationView(BaseModel):
    question: str
    options: list[OptionView]


class TablePreview(BaseModel):
    columns: list[str]
    rows: list[list[Any]]
    total_rows: int


class ResultView(BaseModel):
    """A further result of the same question, with the code that gave it."""

    name: str | None
    code: str
    kind: Literal["scalar", "series", "table", "text"]
    value: Any = None
    table_preview: TablePreview | None = None
    chart: dict[str, Any] | None = None


class StepView(BaseModel):
    """A round with Claude: it looked into the tables, computed, or was told why its code or its reply would not do (`said`)."""

    step: int
    attempt: int
    purpose: Literal["compute", "look"] | None
    name: str | None
    code: str | None
    outcome: StepOutcome
    said: list[str]


class AnswerView(BaseModel):
    """`value` for a scalar or text, `table_preview` for a series or table, `chart` a Vega-Lite spec beside it. `notes` are what a model step
    says of its numbers: the size of an effect, whether chance would do, which assumptions were checked and hold; those that fail are
    among the warnings."""

    text: str
    kind: Literal["scalar", "series", "table", "text"]
    value: Any = None
    table_preview: TablePreview | None = None
    chart: dict[str, Any] | None = None
    notes: list[str] = Field(default_factory=list)
    suggestions: list[str] = Field(default_factory=list, description="questions that follow from this one")
    results: list[ResultView] = Field(default_factory=list, description="what was computed beside it")
    verification: Verification | None = Field(
        default=None, description="how it stands beside a second computation in SQL, where one was asked for"
    )


class QueryView(BaseModel):
    """A question and all that is known of its answer."""

    query_id: str
    state: State
    question: str
    intent: str
    entities: dict[str, Any]
    code: str | None
    explanation: str
    reading: list[ReadingPart] = Field(description="each word or phrase that means something here, and what")
    engine: str | None
    answer: AnswerView | None
    receipt: dict[str, Any] | None
    warnings: list[str]
    table_ids: list[str]
    conversation_id: str | None
    clarification: ClarificationView | None
    error: QueryError | None
    attempt: int
    steps: list[StepView]
    created_at: str
    timings: dict[str, float]


class QueryList(BaseModel):
    """One page, newest first; `next_cursor` leads to the following one."""

    queries: list[QueryView]
    next_cursor: str | None = None


class OutcomeView(BaseModel):
    """How a snippet ended. Code that was refused or that crashed is an outcome, not an error."""

    outcome: Literal["ok", "rejected", "failed", "timed_out"]
    reasons: list[str]
    kind: str | None = None
    value: Any = None
    table_preview: TablePreview | None = None
    warnings: list[str]
    timings: dict[str, float]

    @classmethod
    def of(cls, done: SnippetOutcome) -> OutcomeView:
        answer = done.answer or {}
        return cls(
            outcome=done.outcome,
            reasons=list(done.reasons),
            kind=answer.get("kind"),
            value=answer.get("value"),
            table_preview=answer.get("table_preview"),
            warnings=list(done.warnings),
            timings=done.timings,
        )
