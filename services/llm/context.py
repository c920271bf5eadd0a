"""What nlq knows of a question when code is due: the JSON document behind `query.classified.v1`'s `context_key`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field, ValidationError

from services.llm.errors import ContextUnusable, PrivacyViolation
from services.llm.privacy.pseudonyms import Pseudonyms
from services.llm.privacy.vocabulary import Vocabulary
from services.llm.tables import Part, Table
from shared.privacy import Privacy

NO_ANSWER = "There was no answer."  # how a turn ended whose reason may name cells
NOWHERE = (
    "A value that the code looks for occurs in no row."  # which cells are near is not for a model that may see none
)
StepOutcome = Literal["ok", "rejected", "failed", "timed_out", "unreadable", "repeated", "chosen"]


class Clarified(Part):
    """A question that was asked back, and what the person chose or answered. Without values of cells, the question may be left out."""

    question: str
    choice: str


class Advice(Part):
    """What is asked back: what the offline planner would ask, or what an earlier question waits for."""

    question: str
    options: tuple[str, ...] = ()


class Turn(Part):
    """An earlier question of the same conversation, and how it ended: with an answer over a result, or `declined`; or it was `asked` back and waits.
    `clarified` is what was chosen on its way."""

    question: str
    number: int | None = None
    clarified: tuple[Clarified, ...] = ()
    asked: Advice | None = None
    code: str | None = None
    explanation: str = ""
    answer: str | None = None
    declined: str | None = None
    result_key: str | None = None
    result: dict[str, Any] | None = None


class Step(Part):
    """A round that is over: what the model replied (`messages`), and what came of it. `said` are the reasons why it came to nothing, or what the
    person chose; `absent` are those of the `warnings` that name a value which occurs nowhere, with the cells that are near. Of `result`, the jail's
    document, the model sees what its privacy allows."""

    step: int
    attempt: int
    outcome: StepOutcome
    reply_key: str | None = None
    purpose: Literal["compute", "look"] | None = None
    name: str | None = None
    code: str | None = None
    said: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    result_key: str | None = None
    messages: tuple[dict[str, Any], ...] = ()
    result: dict[str, Any] | None = None

    @property
    def is_result(self) -> bool:
        return self.outcome == "ok" and self.purpose == "compute" and self.result is not None


class Steps(Part):
    """The document behind `steps_key`: `left` is how often the model may still look or compute."""

    left: int
    steps: tuple[Step, ...]


class EarlierColumn(Part):
    name: str
    type: str


class EarlierTable(Part):
    """The result of an earlier question, which code can use under its name."""

    name: str
    question: str
    rows: int
    columns: tuple[EarlierColumn, ...]


class GenerationContext(Part):
    """Everything that may be told to the model. Without a stated privacy mode the stricter one holds.

    `unmatched` are words of the question that the planner found nowhere; `own_words` what the person answered without choosing an option; `asked` what
    a model asked back that had seen no cell. Unless it `may_ask`, the model has to decide. `pseudonyms` are told for names that look like data.
    """

    question: str
    intent: str = "other"
    entities: Any = None
    tables: tuple[Table, ...]
    history: tuple[Turn, ...] = ()
    earlier: tuple[EarlierTable, ...] = ()
    clarified: tuple[Clarified, ...] = ()
    steps: tuple[Step, ...] = ()
    left: int | None = None
    advice: Advice | None = None
    unmatched: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    may_ask: bool = True
    today: str = ""
    privacy: Privacy = "schema_only"
    pseudonyms: dict[str, str] = Field(default_factory=dict)

    @property
    def names(self) -> Pseudonyms:
        return Pseudonyms(self.pseudonyms)

    @property
    def is_unseeing(self) -> bool:
        return self.privacy == "schema_only"

    @property
    def is_last_try(self) -> bool:
        """Whether all of the time that is left may be taken: what went wrong is mended, or there is a result already."""
        return any(step.is_result or step.outcome != "ok" for step in self.steps)

    @property
    def results(self) -> tuple[Step, ...]:
        """What the answer is written over; one that was computed again under the same name counts as it was last."""
        return tuple({step.name: step for step in self.steps if step.is_result}.values())

    def schema_words(self) -> list[str]:
        return [
            *(word for table in self.tables for word in table.words()),
            *(table.name for table in self.earlier),
        ]

    def spoken(self) -> list[str]:
        """What the person said, and what a model wrote in this question that saw no cell."""
        said = [self.question, *self.own_words, *self.asked, *(turn.question for turn in self.history)]
        return [*said, *(self.names.hide_code(step.code) for step in self.steps if step.code)]

    def told_names(self) -> Vocabulary:
        """What names of results' columns may consist of where no cell is told: a pivoted column is called as a cell. For a context that was read,
        whose earlier code holds no cell any more."""
        earlier = (turn.code for turn in self.history if turn.code)
        return Vocabulary.of(self.schema_words(), (*self.spoken(), *earlier), self.names)


def read_context(document: bytes, steps: bytes | None = None) -> GenerationContext:
    """The context as it may be sent: under `schema_only` without anything that can hold a cell value. What `result_key` and `reply_key` name is
    not read yet.

    Raises `ContextUnusable`, or `PrivacyViolation` when columns carry values that nlq had to leave out.
    """
    try:
        context = GenerationContext.model_validate_json(document)
        done = Steps.model_validate_json(steps) if steps is not None else None
    except ValidationError as error:
        raise ContextUnusable(
            f"The question's context cannot be read: {error.error_count()} fields are wrong."
        ) from error
    if done is not None:
        context = context.model_copy(update={"steps": done.steps, "left": done.left})
    return _without_values(context) if context.is_unseeing else context


def _without_values(context: GenerationContext) -> GenerationContext:
    leaking = sorted({table.name for table in context.tables if table.carries_values()})
    if leaking:
        raise PrivacyViolation(
            f"Cell values of {', '.join(leaking)} were about to be sent to Claude in schema-only mode.",
            hint="Report this to the operator; nothing was sent.",
        )
    context = _with_pseudonyms(context)
    known = Vocabulary.of(context.schema_words(), context.spoken(), context.names)
    return context.model_copy(
        update={
            "entities": known.leaves(context.entities),
            "history": tuple(
                Turn(
                    question=turn.question,
                    number=turn.number,
                    code=turn.code and known.constants(turn.code),
                    explanation=known.words(turn.explanation),
                    result_key=turn.result_key,
                    clarified=tuple(_clarified_in(known, turn.clarified)),
                    asked=_advice_in(known, turn.asked),
                    declined=NO_ANSWER if turn.declined else None,
                )
                for turn in context.history
            ),
            "earlier": tuple(_earlier_in(known, table) for table in context.earlier),
            "clarified": tuple(_clarified_in(known, context.clarified)),
            "advice": _advice_in(known, context.advice),
            "steps": tuple(_step_without_values(step, known) for step in context.steps),
        }
    )


def _clarified_in(known: Vocabulary, clarified: Iterable[Clarified]) -> Iterator[Clarified]:
    return (Clarified(question=known.words(c.question), choice=known.words(c.choice)) for c in clarified)


def _earlier_in(known: Vocabulary, table: EarlierTable) -> EarlierTable:
    """A pivoted column is called as a cell."""
    columns = tuple(EarlierColumn(name=known.words(column.name), type=column.type) for column in table.columns)
    return table.model_copy(update={"columns": columns})


def _advice_in(known: Vocabulary, advice: Advice | None) -> Advice | None:
    if advice is None:
        return None
    return Advice(question=known.words(advice.question), options=tuple(map(known.words, advice.options)))


def _with_pseudonyms(context: GenerationContext) -> GenerationContext:
    """In what is not reduced to known words anyway; what the person wrote is told as they wrote it."""
    names = context.names
    if not context.pseudonyms:
        return context
    return context.model_copy(
        update={
            "tables": tuple(
                Table.model_validate(names.hide_leaves(table.model_dump(mode="json"))) for table in context.tables
            ),
            "asked": tuple(map(names.hide, context.asked)),
        }
    )


def _step_without_values(step: Step, known: Vocabulary) -> Step:
    """What a person chose or said themselves goes back as it is, but for names that have pseudonyms; what a model wrote that saw no cell, does too."""
    told = known.pseudonyms.hide if step.outcome == "chosen" else known.words
    warnings = [known.words(warning) for warning in step.warnings if warning not in step.absent]
    if step.absent:
        warnings.append(NOWHERE)
    return step.model_copy(update={"said": tuple(map(told, step.said)), "absent": (), "warnings": tuple(warnings)})
