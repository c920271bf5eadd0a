"""What a model replied, by question, step and tables: a change of the prompt's text finds the same replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Block = dict[str, Any]  # of a message's content, in the API's own form
_EARLIER_RESULT = re.compile(r"answer_\d+")  # tables that a conversation makes of its own results


class NotRecorded(Exception):
    """Nothing is known to come there."""


@dataclass(frozen=True)
class Place:
    """Where a request stands: `step` counts from 1 what the model is asked about this question."""

    question: str
    step: int
    tables: tuple[str, ...]

    def __str__(self) -> str:
        return f"step {self.step} of {self.question!r} over {', '.join(self.tables)}"


def place_of(request: Mapping[str, Any]) -> Place | None:
    """None of a request that is about no question, such as one for a title."""
    messages = request["messages"]
    asked = [number for number, message in enumerate(messages) if _blocks_in(message, "question")]
    if not asked:
        return None
    tables: list[Any] = next((block for message in messages for block in _blocks_in(message, "tables")), [])
    replies = sum(message["role"] == "assistant" for message in messages[asked[-1] :])
    names = sorted(table["name"] for table in tables if not _EARLIER_RESULT.fullmatch(table["name"]))
    return Place(_blocks_in(messages[asked[-1]], "question")[-1]["question"], replies + 1, tuple(names))


def _blocks_in(message: Mapping[str, Any], tag: str) -> list[Any]:
    """The JSON in each pair of these tags that the person's side of a conversation holds."""
    if message["role"] != "user" or isinstance(message["content"], str):
        return []
    texts = (block["text"] for block in message["content"] if block["type"] == "text")
    return [json.loads(found) for text in texts for found in re.findall(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)]


@dataclass(frozen=True)
class Recording:
    """All replies to one question, in the order of its steps."""

    question: str
    tables: tuple[str, ...]
    replies: tuple[tuple[Block, ...], ...]

    def places(self) -> Iterator[tuple[Place, tuple[Block, ...]]]:
        for step, reply in enumerate(self.replies, 1):
            yield Place(self.question, step, self.tables), reply


class Recordings:
    """`missing` are the places that were asked for in vain."""

    def __init__(self, recordings: Iterable[Recording] = ()) -> None:
        self._replies: dict[Place, tuple[Block, ...]] = {}
        self.missing: list[Place] = []
        for recording in recordings:
            for place, reply in recording.places():
                if place in self._replies:
                    raise ValueError(f"{place} is recorded twice.")
                self._replies[place] = reply

    def reply_at(self, place: Place) -> tuple[Block, ...]:
        """Raises `NotRecorded`."""
        try:
            return self._replies[place]
        except KeyError:
            self.missing.append(place)
            raise NotRecorded(str(place)) from None

    def keep(self, place: Place, reply: Iterable[Block]) -> None:
        """A reply that is recorded anew ends what was recorded after it: that was said in another course of things."""
        for other in [p for p in self._replies if (p.question, p.tables) == (place.question, place.tables)]:
            if other.step > place.step:
                del self._replies[other]
        self._replies[place] = tuple(reply)

    def of(self, question: str, tables: tuple[str, ...]) -> Recording:
        """Raises `NotRecorded` where there is no first step."""
        replies: list[tuple[Block, ...]] = []
        while (place := Place(question, len(replies) + 1, tables)) in self._replies:
            replies.append(self._replies[place])
        if not replies:
            raise NotRecorded(str(place))
        return Recording(question, tables, tuple(replies))


def read_recordings(folder: Path) -> Recordings:
    return Recordings(recording for file in sorted(folder.glob("*.json")) for recording in _read(file))


def _read(file: Path) -> Iterator[Recording]:
    for body in json.loads(file.read_text(encoding="utf-8")):
        replies = tuple(tuple(reply) for reply in body["replies"])
        yield Recording(body["question"], tuple(body["tables"]), replies)


def write_recordings(file: Path, recordings: Iterable[Recording]) -> None:
    body = [{"question": one.question, "tables": one.tables, "replies": one.replies} for one in recordings]
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
