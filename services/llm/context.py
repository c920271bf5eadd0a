"""What nlq knows of a question when code is due: the JSON document behind `query.classified.v1`'s `context_key`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.llm import privacy
from services.llm.errors import ContextUnusable, PrivacyViolation
from shared.privacy import Privacy

ReplyFault = Literal["unreadable", "repeated"]


class Part(BaseModel):
    """Every part of a context: immutable; what a newer nlq adds is ignored, so it cannot reach the model by accident."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OpenExample(Part):
    """A cell, and what each way of reading it makes of it."""

    cell: str
    values: dict[str, str] = {}


class Undecided(Part):
    """What the cells of a column leave open, and how they were read."""

    whether: str
    read_as: str
    example: OpenExample | None = None


class Column(Part):
    """`examples`, `distinct` (a number, or the values), `min` and `max` are facts of the profile. A `key` identifies the rows; `named` are those of its
    values that the question names."""

    name: str
    type: str
    unit: str | None = None
    nullable: bool = True
    examples: tuple[Any, ...] | None = None
    distinct: int | tuple[Any, ...] | None = None
    min: Any = None
    max: Any = None
    labels: tuple[str, ...] = ()
    definition: str = ""
    key: bool = False
    named: tuple[str, ...] = ()
    undecided: Undecided | None = None

    def carries_values(self) -> bool:
        return (
            bool(self.examples)
            or (self.undecided is not None and self.undecided.example is not None)
            or bool(self.named)
            or isinstance(self.distinct, tuple)
            or self.min is not None
            or self.max is not None
        )


class Condition(Part):
    """A condition of a measure. Its value is what a person wrote into the dictionary, and none that was read from a cell."""

    column: str
    op: str = "="
    value: Any = None


class Measure(Part):
    """A number that people have a name for: an aggregate of an expression over the rows for which all conditions hold."""

    name: str
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    unit: str | None = None
    aggregate: str
    of: str | None = None
    percentile: float | None = None
    where: tuple[Condition, ...] = ()


class TotalsCell(Part):
    """A cell that tells a row which sums up others; None for a missing one."""

    column: str
    value: str | int | float | None = None


class LeftOut(Part):
    """Columns of a table that is too wide to be told whole: how many, and names of them, or what a number of names begin with."""

    count: int
    names: tuple[str, ...] = ()


class Table(Part):
    """Rows that sum up others are those in which all cells of one of `totals` stand, in `totals_columns`. `labels`, `definition` and `measures`, as those of columns, come from the table's dictionary: words of people, part of the schema."""

    name: str
    rows: int = Field(ge=0)
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    definition: str = ""
    measures: tuple[Measure, ...] = ()
    totals_columns: tuple[str, ...] = ()
    totals: tuple[tuple[TotalsCell, ...], ...] = ()
    left_out: LeftOut | None = None

    def carries_values(self) -> bool:
        return bool(self.totals) or any(column.carries_values() for column in self.columns)

    def words(self) -> Iterator[str]:
        """Everything that the schema says, names first."""
        yield from (self.name, *self.labels, self.definition)
        for column in self.columns:
            yield from (column.name, *column.labels, column.definition)
        for measure in self.measures:
            yield from (measure.name, *measure.synonyms, measure.definition)
            yield from (str(condition.value) for condition in measure.where)


class Turn(Part):
    """An earlier question of the same conversation."""

    question: str
    code: str | None = None
    answer: str | None = None


class Clarified(Part):
    """A question that was asked back, and what the person chose or answered. Without values of cells, the question may be left out."""

    question: str
    choice: str


class Advice(Part):
    """What the offline planner would ask back."""

    question: str
    options: tuple[str, ...] = ()


class Repair(Part):
    """The code that was refused or that failed, and why."""

    code: str
    reasons: tuple[str, ...] = ()


class GenerationContext(Part):
    """Everything that may be told to the model. Without a stated privacy mode the stricter one holds.

    `unmatched` are words of the question that the planner found nowhere; `own_words` what the person answered without choosing an option; `asked` what
    a model asked back that had seen no cell. Unless it `may_ask`, the model has to decide.
    """

    question: str
    intent: str = "other"
    entities: Any = None
    tables: tuple[Table, ...]
    history: tuple[Turn, ...] = ()
    clarified: tuple[Clarified, ...] = ()
    repair: Repair | None = None
    advice: Advice | None = None
    unmatched: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    may_ask: bool = True
    reply_fault: ReplyFault | None = None
    privacy: Privacy = "schema_only"

    @property
    def is_repair(self) -> bool:
        return self.repair is not None or self.reply_fault is not None

    def schema_words(self) -> list[str]:
        return [word for table in self.tables for word in table.words()]


def read_context(document: bytes) -> GenerationContext:
    """The context as it may be sent: under `schema_only` without anything that can hold a cell value.

    Raises `ContextUnusable`, or `PrivacyViolation` when columns carry values that nlq had to leave out.
    """
    try:
        context = GenerationContext.model_validate_json(document)
    except ValidationError as error:
        raise ContextUnusable(
            f"The question's context cannot be read: {error.error_count()} fields are wrong."
        ) from error
    return _without_values(context) if context.privacy == "schema_only" else context


def _without_values(context: GenerationContext) -> GenerationContext:
    leaking = sorted({table.name for table in context.tables if table.carries_values()})
    if leaking:
        raise PrivacyViolation(
            f"Cell values of {', '.join(leaking)} were about to be sent to Claude in schema-only mode.",
            hint="Report this to the operator; nothing was sent.",
        )
    spoken = (context.question, *context.own_words, *context.asked, *(turn.question for turn in context.history))
    known = privacy.Vocabulary.of(context.schema_words(), spoken)
    return context.model_copy(
        update={
            "entities": known.leaves(context.entities),
            "history": tuple(
                Turn(question=turn.question, code=turn.code and known.literals(turn.code)) for turn in context.history
            ),
            "clarified": tuple(
                Clarified(question=known.words(c.question), choice=known.words(c.choice)) for c in context.clarified
            ),
            "advice": context.advice
            and Advice(
                question=known.words(context.advice.question),
                options=tuple(known.words(option) for option in context.advice.options),
            ),
            "repair": context.repair
            and Repair(
                code=known.literals(context.repair.code),
                reasons=tuple(known.words(reason) for reason in context.repair.reasons),
            ),
        }
    )
