"""What the server answers, typed. Fields that a newer server adds are kept (`model_extra`), and states stay plain strings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

FILE_ENDS = frozenset({"ready", "failed", "rejected"})
QUERY_ENDS = frozenset({"answered", "failed", "needs_clarification"})


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Session(Wire):
    """The token is shown once; whoever has it is this session."""

    session_id: str
    token: str = Field(repr=False)
    expires_at: datetime
    privacy: str | None = None


class CurrentSession(Wire):
    """What Claude may be told of the session's tables is its `privacy`; `privacy_from` says who decided it: `session` or `house`."""

    session_id: str
    created_at: datetime
    expires_at: datetime
    privacy: str
    privacy_from: str


class FileTable(Wire):
    """A table as its file lists it; `columns` is their number."""

    table_id: str
    name: str
    rows: int
    columns: int


class File(Wire):
    file_id: str
    state: str = "received"
    filename: str | None = None
    tables: tuple[FileTable, ...] = ()
    size: int | None = None
    reason: str | None = None
    code: str | None = None
    hint: str | None = None

    @property
    def ended(self) -> bool:
        return self.state in FILE_ENDS

    @property
    def ready(self) -> bool:
        return self.state == "ready"


class Column(Wire):
    """`evidence` says why the column has this type. Where the cells leave open how they are to be read, `undecided` names the question and
    `choices` are its answers, for `Askframe.change_columns`."""

    name: str
    source_name: str
    type: str
    unit: str | None = None
    nullable: bool = True
    evidence: Any = None
    choices: tuple[str, ...] = ()
    undecided: str | None = None


class Table(Wire):
    """`warnings` are what reading was unsure of, mended or left out; `totals_rows` the rows that sum up others, which questions leave out.
    A list of tables has neither."""

    table_id: str
    name: str
    rows: int
    columns: tuple[Column, ...]
    warnings: tuple[str, ...] = ()
    totals_rows: tuple[dict[str, Any], ...] = ()
    reading_version: int | None = None


class Dictionary(Wire):
    """What people say of a table. `columns` go by name, `measures` are as they are written; docs/dictionary.md has both. `warnings` say
    what is stored and not in force."""

    version: int = 0
    label: str | None = None
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    columns: dict[str, dict[str, Any]] = Field(default_factory=dict)
    measures: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


class Grid(Wire):
    """The first rows of a table; `total_rows` counts all of them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total_rows: int


class Verification(Wire):
    """How an answer stands beside a second computation: `outcome` is agrees, differs or not_compared."""

    outcome: str
    sentence: str
    sql: str | None = None


class Result(Wire):
    """What Claude computed beside its answer: its `name`, the code, and a value or table as an answer has them."""

    name: str | None = None
    code: str | None = None
    kind: str
    value: Any = None
    table_preview: Grid | None = None


class Answer(Wire):
    """`kind` is scalar (then `value` holds it), series, table (then `table_preview`) or text. `notes` are what a model step says of its
    numbers: how large an effect is, which assumptions hold. `suggestions` are questions that follow from this one, `results` what was computed beside it."""

    text: str
    kind: str
    value: Any = None
    table_preview: Grid | None = None
    chart: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    verification: Verification | None = None


class Option(Wire):
    id: str
    label: str


class Clarification(Wire):
    """The question has several readings; one of the options answers it."""

    question: str
    options: tuple[Option, ...]


class QueryError(Wire):
    code: str
    message: str


class Step(Wire):
    """A round in which Claude looked into the tables or computed; `outcome` is ok, or `said` has the reasons why it came to nothing."""

    step: int
    attempt: int
    outcome: str
    purpose: str | None = None
    name: str | None = None
    code: str | None = None
    said: tuple[str, ...] = ()


class Query(Wire):
    """A question on its way to its answer."""

    query_id: str
    state: str = "asked"
    question: str = ""
    intent: str | None = None
    entities: Any = None
    code: str | None = None
    explanation: str = ""
    engine: str | None = None
    answer: Answer | None = None
    receipt: dict[str, Any] | None = None
    warnings: tuple[Any, ...] = ()
    clarification: Clarification | None = None
    error: QueryError | None = None
    steps: tuple[Step, ...] = ()
    timings: dict[str, Any] = Field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.state in QUERY_ENDS

    @property
    def answered(self) -> bool:
        return self.state == "answered"

    @property
    def text(self) -> str:
        """The answer, the question back, or the reason why there is none: one sentence for a person."""
        if self.answer:
            return self.answer.text
        if self.clarification and self.state == "needs_clarification":
            return self.clarification.question
        return self.error.message if self.error else ""


class CodeRun(Wire):
    """What became of a snippet; `outcome` is ok, rejected, failed or timed_out."""

    outcome: str
    reasons: tuple[Any, ...] = ()
    kind: str | None = None
    value: Any = None
    table_preview: Grid | None = None
    warnings: tuple[Any, ...] = ()
    timings: dict[str, Any] = Field(default_factory=dict)


class ServerEvent(Wire):
    """One server-sent event; `data` is its JSON, or the text itself under `text`."""

    name: str
    data: dict[str, Any]
    id: str = ""
