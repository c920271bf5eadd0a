"""The base of every event: frozen, small, named by its subject, identified by what it says."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NAMESPACE = uuid.UUID("6f9f3d1e-52a5-4b59-9a39-0d6a5b1f7c11")

SessionId = Annotated[str, Field(description="the session that this belongs to", min_length=1, max_length=64)]
FileId = Annotated[str, Field(description="the file", min_length=1, max_length=64)]
TableId = Annotated[str, Field(description="the table", min_length=1, max_length=64)]
TableName = Annotated[str, Field(description="unique within the session", min_length=1, max_length=320)]
QueryId = Annotated[str, Field(description="the question", min_length=1, max_length=64)]
ObjectKey = Annotated[str, Field(description="a key in the object store, never a URL", min_length=1, max_length=256)]

LONGEST_SENTENCE = 1_000  # characters; some quote names of columns, cells or code
MOST_SENTENCES = 100  # in one event: 400 KB at worst, and the bus takes 1 MB


def cut_sentence(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def cut_sentences(texts: Sequence[str]) -> tuple[str, ...]:
    """The first ones, each within its length; the last one then says how many are missing."""
    kept = tuple(map(cut_sentence, texts[:MOST_SENTENCES]))
    if len(texts) <= MOST_SENTENCES:
        return kept
    return (*kept[:-1], f"… and {len(texts) - MOST_SENTENCES + 1:,} more.")


# Sentences for people, cut where they are told: a fact must not be lost because its reasons are long.
Sentence = Annotated[str, AfterValidator(cut_sentence)]
Sentences = Annotated[tuple[str, ...], AfterValidator(cut_sentences)]


class Event(BaseModel):
    """A fact that happened. Subclasses set `subject` (`<aggregate>.<fact>.v<N>`) and `identity`.

    `identity` names the fields that make two events the same fact: the event's id, and with it the bus's
    de-duplication, derives from them, so that a handler that is run twice publishes nothing twice.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    subject: ClassVar[str]
    identity: ClassVar[tuple[str, ...]]

    session_id: SessionId

    def event_id(self) -> str:
        """Deterministic: the same fact has the same id wherever and however often it is published."""
        parts = [self.subject, *(str(getattr(self, name)) for name in self.identity)]
        return str(uuid.uuid5(NAMESPACE, "|".join(parts)))

    def about(self) -> str:
        """The id of the thing that the event is about (CloudEvents `subject`)."""
        return str(getattr(self, self.identity[0]))
