"""A session's registry as pure data: entries that grow from facts, in whatever order and however often the facts arrive.

An entry is a set of named parts. A part is replaced by one of higher `order` (a later version or attempt), and between
equals the earlier one stays; a `deleted` part leaves nothing else. That makes merging commutative and idempotent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

Kind = Literal["file", "table", "question", "conversation"]
KINDS: tuple[Kind, ...] = ("file", "table", "question", "conversation")
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Part:
    """One fact about an entry. `at` is when the bus stored it, in seconds since the epoch."""

    at: float
    order: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)

    def rank(self) -> tuple[int, float, int, str]:
        """Compared when the same part arrives twice; the content only settles what could otherwise depend on arrival."""
        return (self.order, -self.at, len(self.data), json.dumps(self.data, sort_keys=True, default=str))


@dataclass(frozen=True)
class Change:
    """What one fact adds to one entry."""

    kind: Kind
    id: str
    name: str
    part: Part

    @property
    def field(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Entry:
    """One file, table, question or conversation of a session."""

    kind: Kind
    id: str
    parts: Mapping[str, Part]

    @property
    def is_deleted(self) -> bool:
        return DELETED in self.parts

    @property
    def at(self) -> float:
        """When the thing first showed."""
        return min(part.at for part in self.parts.values())

    @property
    def state(self) -> str:
        return STATES[self.kind](self.parts)

    @property
    def title(self) -> str:
        """What a person calls it: a filename, a table's name, a question."""
        return str(self.details.get(TITLES[self.kind]) or "")

    @property
    def details(self) -> dict[str, Any]:
        """All parts in one, in the order in which they can come true."""
        return self._merged(self.state)

    def _merged(self, state: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        superseded = SUPERSEDED.get(state)
        for name in PRECEDENCE:
            if name in self.parts and name != superseded:
                merged |= self.parts[name].data
        return merged

    def shown(self) -> dict[str, Any]:
        """As people see it, in a page or an archive: without object keys, which mean nothing outside."""
        state = self.state
        details = {name: value for name, value in self._merged(state).items() if not name.endswith("_key")}
        return {
            "kind": self.kind,
            "id": self.id,
            "at": datetime.fromtimestamp(self.at, UTC),
            "state": state,
            "title": str(details.get(TITLES[self.kind]) or ""),
            "details": details,
        }

    def to_json(self) -> str:
        return orjson.dumps({"kind": self.kind, "id": self.id, "parts": dict(sorted(self.parts.items()))}).decode()

    @classmethod
    def from_json(cls, text: str) -> Entry:
        return cls.from_body(orjson.loads(text))

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Entry:
        return cls(
            body["kind"],
            body["id"],
            {name: Part(part["at"], part["order"], part["data"]) for name, part in body["parts"].items()},
        )


def merge(entry: Entry | None, change: Change) -> Entry:
    """The entry after one more fact."""
    parts = dict(entry.parts) if entry else {}
    held = parts.get(change.name)
    if held is None or change.part.rank() > held.rank():
        parts[change.name] = change.part
    if DELETED in parts:
        parts = {DELETED: parts[DELETED]}
    return Entry(change.kind, change.id, parts)


def matches(entry: Entry, kinds: frozenset[str], text: str, states: frozenset[str]) -> bool:
    """Whether an entry is wanted: empty filters want everything; `text` is looked for in what a person can read."""
    if entry.is_deleted or (kinds and entry.kind not in kinds) or (states and entry.state not in states):
        return False
    if not text:
        return True
    details = entry.details
    readable = (entry.title, details.get("answer"), details.get("code"))
    return any(text.casefold() in str(piece).casefold() for piece in readable if piece)


# Parts in the order in which they override each other's details.
PRECEDENCE = (
    "started",
    "uploaded",
    "asked",
    "asked_back",
    "chosen",
    "read",
    "unreadable",
    "ready",
    "failed",
    "answered",
    "rejected",
    DELETED,
)
SUPERSEDED = {"ready": "unreadable", "answered": "failed"}  # by state, the part that is no longer true
TITLES: Mapping[Kind, str] = {"file": "filename", "table": "name", "question": "question", "conversation": "title"}


def _file_state(parts: Mapping[str, Part]) -> str:
    if DELETED in parts:
        return DELETED
    if "rejected" in parts:
        return "rejected"
    read, unreadable = parts.get("read"), parts.get("unreadable")
    if unreadable and (read is None or unreadable.order > read.order):
        return "failed"
    return "ready" if read else "received"


def _question_state(parts: Mapping[str, Part]) -> str:
    for name in (DELETED, "answered", "failed"):
        if name in parts:
            return name
    asked_back, chosen = parts.get("asked_back"), parts.get("chosen")
    return "needs_clarification" if asked_back and (chosen is None or chosen.order < asked_back.order) else "asked"


def _plain_state(parts: Mapping[str, Part]) -> str:
    return DELETED if DELETED in parts else "ready"


STATES = {"file": _file_state, "table": _plain_state, "question": _question_state, "conversation": _plain_state}
