"""The rounds of a question as messages: what the model replied, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.llm.context import Step
from services.llm.privacy.vocabulary import Vocabulary
from services.llm.prompt.results import result_told
from services.llm.prompt.rules import LAST, REPLY_FAULTS
from services.llm.prompt.writing import as_json
from services.llm.reply import Block, tools_used

ONE_AT_A_TIME = "Not done: one tool at a time."
Message = dict[str, Any]


def messages_of_steps(steps: Sequence[Step], left: int | None, *, unseeing: Vocabulary | None) -> Iterator[Message]:
    for step in steps:
        yield from step.messages
        text = _came_of(step, unseeing=unseeing)
        if step is steps[-1] and left == 0:
            text = f"{text}\n{LAST}"
        yield {"role": "user", "content": returned(step.messages, text, failed=step.outcome not in ("ok", "chosen"))}


def returned(messages: Sequence[Message], text: str, *, failed: bool) -> list[Block]:
    """An answer to each tool that the last message calls: to the first one `text`. In words where it calls none."""
    called = list(tools_used(messages[-1]["content"])) if messages else []
    if not called:
        return [{"type": "text", "text": text}]
    first, *others = called
    return [
        {"type": "tool_result", "tool_use_id": first["id"], "content": text, "is_error": failed},
        *(
            {"type": "tool_result", "tool_use_id": one["id"], "content": ONE_AT_A_TIME, "is_error": True}
            for one in others
        ),
    ]


def _came_of(step: Step, *, unseeing: Vocabulary | None) -> str:
    match step.outcome:
        case "ok":
            told: dict[str, Any] = result_told(step.result or NOTHING, unseeing=unseeing)
            return as_json({"result": step.name, **told, "notes": list(step.warnings)} if step.warnings else told)
        case "chosen":
            return as_json({"chosen": " ".join(step.said)})
        case "unreadable" | "repeated" as fault:
            return REPLY_FAULTS[fault]
        case "rejected" | "failed" | "timed_out" as outcome:
            return as_json({"outcome": outcome, "reasons": list(step.said)})


NOTHING: Mapping[str, Any] = {"kind": "scalar", "value": None}
