"""Claude's reply, read: code, or the reason why there is none."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from services.llm.errors import CannotAnswer, ModelRefused, NeedsClarification, ReplyCutOff, ReplyNotUnderstood
from services.llm.pseudonyms import Pseudonyms
from services.llm.rate_limits import UNKNOWN, Headroom
from services.llm.tokens import TokenUsage

LONGEST_CODE = 20_000  # characters
MOST_OPTIONS = 5
_FENCED = re.compile(r"```(?:json)?[ \t]*\n(?P<json>\{.*?\})\s*```|```(?:python|py)[ \t]*\n(?P<code>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class ModelReply:
    """A complete exchange. `text` is what the model said, without its thinking; `headroom` what is left of the account's limits."""

    reply_id: str
    model: str
    text: str
    stop_reason: str
    usage: TokenUsage
    headroom: Headroom = UNKNOWN


@dataclass(frozen=True)
class WrittenCode:
    code: str
    explanation: str


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    action: Literal["write_code", "decline", "ask"]
    explanation: str = ""
    code: str = ""
    options: tuple[str, ...] = ()


def read_reply(reply: ModelReply) -> WrittenCode:
    """The code that the model wrote.

    Raises `ModelRefused`, `ReplyCutOff`, `CannotAnswer`, `NeedsClarification` or `ReplyNotUnderstood`.
    """
    if reply.stop_reason == "refusal":
        raise ModelRefused("Claude's safety rules stopped it from handling this question.", hint="Ask in other words.")
    if reply.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise ReplyCutOff(
            "Claude's reply was longer than allowed and is incomplete.",
            hint="Ask a narrower question, or one step at a time.",
        )
    answer = _parse(reply.text)
    if answer.action == "decline":
        raise CannotAnswer(answer.explanation.strip() or "The tables do not hold what this question needs.")
    if answer.action == "ask":
        raise _clarification(answer)
    if not answer.code.strip() or len(answer.code) > LONGEST_CODE:
        raise ReplyNotUnderstood("Claude's reply has no usable code in it.", hint="Ask again.")
    return WrittenCode(answer.code.strip() + "\n", answer.explanation.strip())


def read_with_names(reply: ModelReply, names: Pseudonyms) -> WrittenCode:
    """As `read_reply`, with the names in it that the model knows by their pseudonyms."""
    try:
        written = read_reply(reply)
    except NeedsClarification as asked:
        raise NeedsClarification(names.reveal(asked.detail), tuple(map(names.reveal, asked.options))) from asked
    except CannotAnswer as declined:
        raise CannotAnswer(names.reveal(declined.detail), hint=declined.hint) from declined
    return WrittenCode(names.reveal_code(written.code), names.reveal(written.explanation))


def _parse(text: str) -> _Answer:
    """Structured output is plain JSON; servers that do not know it let the model answer in fenced blocks."""
    for candidate in (text, *(found["json"] for found in _FENCED.finditer(text) if found["json"])):
        try:
            return _Answer.model_validate(json.loads(candidate))
        except (ValueError, ValidationError):
            continue
    fenced = [found["code"] for found in _FENCED.finditer(text) if found["code"]]
    if not fenced:
        raise ReplyNotUnderstood("Claude's reply is not in the form that was asked for.", hint="Ask again.")
    return _Answer(action="write_code", code=fenced[-1], explanation=_FENCED.sub("", text).strip())


def _clarification(answer: _Answer) -> CannotAnswer | NeedsClarification:
    options = tuple(dict.fromkeys(option.strip() for option in answer.options if option.strip()))[:MOST_OPTIONS]
    question = answer.explanation.strip() or "Which of these do you mean?"
    return NeedsClarification(question, options) if len(options) > 1 else CannotAnswer(question)
