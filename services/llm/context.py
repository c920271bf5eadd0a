"""What nlq knows of a question when code is due: the JSON document behind `query.classified.v1`'s `context_key`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationError

from services.llm import privacy
from services.llm.errors import ContextUnusable, PrivacyViolation
from services.llm.pseudonyms import Pseudonyms
from services.llm.tables import Part, Table
from shared.privacy import Privacy

ReplyFault = Literal["unreadable", "repeated"]


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
    a model asked back that had seen no cell. Unless it `may_ask`, the model has to decide. `pseudonyms` are told for names that look like data.
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
    pseudonyms: dict[str, str] = Field(default_factory=dict)

    @property
    def names(self) -> Pseudonyms:
        return Pseudonyms(self.pseudonyms)

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
    context = _with_pseudonyms(context)
    spoken = (context.question, *context.own_words, *context.asked, *(turn.question for turn in context.history))
    known = privacy.Vocabulary.of(context.schema_words(), spoken, context.names)
    return context.model_copy(
        update={
            "entities": known.leaves(context.entities),
            "history": tuple(
                Turn(question=turn.question, code=turn.code and known.constants(turn.code)) for turn in context.history
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
