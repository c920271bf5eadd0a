"""The whole of what is sent: rules and tools, then the tables, then the conversation, this question, and what was done of it so far."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from services.llm.context import GenerationContext
from services.llm.limits.budget import BYTES_PER_TOKEN, PROSE_BYTES_PER_TOKEN
from services.llm.prompt.rules import DECIDE, SYSTEM, UNSEEING
from services.llm.prompt.steps import messages_of_steps, returned
from services.llm.prompt.tables import tables_block
from services.llm.prompt.tools import TOOLS
from services.llm.prompt.turns import earlier_block, messages_of, split
from services.llm.prompt.writing import block
from services.llm.reply import Block

MOST_TOKENS = 12_000  # of rules, tools, tables and question; wider tables are told in part, longer ones cost and distract more than they help
FEWEST_TOKENS = 4_000  # that the tables have, however much is said around them
EARLIER = '\nThese results of earlier questions are tables, too: code can use `tables["answer_1"]` as any other, under the names listed.'
CACHED = {"cache_control": {"type": "ephemeral"}}
Message = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """In the order in which it is cached: rules and tools of every question, then the tables of a session, then the rest."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...] = TOOLS

    @property
    def size(self) -> int:
        """Bytes of UTF-8 that the model reads: texts as they are, and not as they are escaped on the wire."""
        blocks = (block for message in self.messages for block in message["content"])
        return sum(len(said.encode()) for said in (self.system, _as_json(self.tools), *map(_read, blocks)))

    @property
    def tokens(self) -> int:
        """An estimate: rules and tools are prose, the rest is mostly JSON."""
        rules = len((self.system + _as_json(self.tools)).encode())
        return rules // PROSE_BYTES_PER_TOKEN + (self.size - rules) // BYTES_PER_TOKEN

    def followed_by(self, content: Iterable[Block], said: str) -> Prompt:
        """Asked again in the same turn: after this reply, with what is wrong with it."""
        reply = {"role": "assistant", "content": list(content)}
        answer = {"role": "user", "content": returned([reply], said, failed=True)}
        return replace(self, messages=(*self.messages, reply, answer))


def _read(block: Block) -> str:
    """What the model reads of a block."""
    match block:
        case {"type": "text", "text": str(text)} | {"type": "tool_result", "content": str(text)}:
            return text
        case _:
            return _as_json(block)


def _as_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def build_prompt(context: GenerationContext) -> Prompt:
    """Pure: the same context always gives the same prompt, byte for byte, so that the cached prefix is found again."""
    before, whole = split(context.history)
    unseeing = context.told_names() if context.is_unseeing else None
    asked = "\n".join(filter(None, (earlier_block(before), _request(context))))
    rules = len((SYSTEM + _as_json(TOOLS)).encode()) // PROSE_BYTES_PER_TOKEN
    room = (MOST_TOKENS - rules) * BYTES_PER_TOKEN - len(asked.encode())
    tables = tables_block(context, max(room, FEWEST_TOKENS * BYTES_PER_TOKEN))
    turns = [
        message
        for number, turn in enumerate(whole, len(before) + 1)
        for message in messages_of(turn, number, unseeing=unseeing)
    ]
    question = {"role": "user", "content": [{"type": "text", "text": asked}]}
    steps = messages_of_steps(context.steps, context.left, unseeing=unseeing)
    first = {"role": "user", "content": [{"type": "text", "text": tables, **CACHED}]}
    return Prompt(SYSTEM, tuple(_marked(_joined([first, *turns, question, *steps]))))


def _request(context: GenerationContext) -> str:
    """This question, with all that was made of it before."""
    parts = []
    if context.earlier:
        parts.append(block("earlier_results", [table.model_dump(mode="json") for table in context.earlier]) + EARLIER)
    if context.entities:
        parts.append(block("entities", context.entities))
    if context.advice:
        parts.append(block("advice", {"question": context.advice.question, "options": list(context.advice.options)}))
    if context.unmatched:
        parts.append(block("unmatched", list(context.unmatched)))
    if context.clarified:
        parts.append(block("clarified", [{"question": c.question, "choice": c.choice} for c in context.clarified]))
    asked = {"question": context.question, "intent": context.intent}
    parts.append(block("question", asked | ({"today": context.today} if context.today else {})))
    if context.is_unseeing:
        parts.append(UNSEEING)
    if not context.may_ask:
        parts.append(DECIDE)
    return "\n".join(parts)


def _joined(messages: Iterable[Message]) -> Iterator[Message]:
    """Those of one role that follow each other are one."""
    held: Message | None = None
    for message in messages:
        if held is not None and held["role"] == message["role"]:
            held = {"role": held["role"], "content": [*held["content"], *message["content"]]}
            continue
        if held is not None:
            yield held
        held = message
    if held is not None:
        yield held


def _marked(messages: Iterable[Message]) -> Iterator[Message]:
    """What was said until now is cached for the next step."""
    *before, last = messages
    yield from before
    *content, end = last["content"]
    yield {**last, "content": [*content, {**end, **CACHED}]}
