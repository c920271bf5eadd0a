"""Claude's reply, read: what it wants to do next, or the reason why there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.llm.errors import CannotAnswer, ModelRefused, NeedsClarification, ReplyCutOff, ReplyNotUnderstood
from services.llm.limits.rate_limits import UNKNOWN, Headroom
from services.llm.limits.tokens import TokenUsage
from services.llm.looking import code_of_look
from services.llm.privacy.pseudonyms import Pseudonyms
from shared.prose import LONGEST_SUGGESTION, LONGEST_TEXT, MOST_SUGGESTIONS, WrittenAnswer, one_line, plain, plain_line

LONGEST_CODE = 20_000  # characters
MOST_OPTIONS = 5
LONGEST_OPTION = 200  # characters: a reading that somebody chooses by a click
LONGEST_SENTENCES = (
    600  # characters of a question back, a reason to decline, an explanation: each is meant to be one sentence
)
WHICH = "Which of these do you mean?"
NOT_HELD = "The tables do not hold what this question needs."
_FENCED = re.compile(r"```(?:python|py)[ \t]*\n(?P<code>.*?)```", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")

Block = dict[str, Any]  # of a message's content, in the API's own form


@dataclass(frozen=True)
class ModelReply:
    """A complete exchange. `content` are the blocks that the model wants back in the next one, its thinking included; `headroom` what is left of
    the account's limits."""

    reply_id: str
    model: str
    content: tuple[Block, ...]
    stop_reason: str
    usage: TokenUsage
    headroom: Headroom = UNKNOWN

    @property
    def text(self) -> str:
        """What it says outside of tools, without its thinking."""
        return "".join(block["text"] for block in self.content if block["type"] == "text")


@dataclass(frozen=True)
class Look:
    """Code whose result only the model sees."""

    code: str


@dataclass(frozen=True)
class Compute:
    """Code whose result is part of the answer."""

    code: str
    name: str | None
    explanation: str


Action = Look | Compute | WrittenAnswer


class _Tool(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _LookInput(_Tool):
    code: str = ""
    table: str = ""
    column: str = ""
    containing: str = ""
    where: str = ""
    columns: tuple[str, ...] = ()


class _ComputeInput(_Tool):
    code: str
    name: str | None = None
    explanation: str = ""


class _SelectInput(_Tool):
    sql: str


class _AskInput(_Tool):
    question: str
    options: tuple[str, ...] = ()


class _DeclineInput(_Tool):
    reason: str = ""


class _ReplyInput(_Tool):
    text: str
    result: str | None = None
    chart: dict[str, Any] | None = None
    suggestions: tuple[str, ...] = Field(default=())


def read_select(reply: ModelReply, names: Pseudonyms) -> str:
    """The SQL of a second computation, with the names that the model knows by their pseudonyms. Raises as `read_reply` does, but for questions back."""
    _expect_whole(reply)
    used = next(tools_used(reply.content), None)
    try:
        match used:
            case {"name": "select", "input": given}:
                return names.reveal(_usable(_SelectInput.model_validate(given).sql))
            case {"name": "decline", "input": given}:
                reason = names.reveal(_sentences(_DeclineInput.model_validate(given).reason))
                raise CannotAnswer(reason or "SQL cannot express it.")
            case _:
                raise _not_understood()
    except ValidationError as error:
        raise _not_understood() from error


def read_reply(reply: ModelReply) -> Action:
    """What the model does next. Of several tools that it calls at once the first one counts.

    Raises `ModelRefused`, `ReplyCutOff`, `CannotAnswer`, `NeedsClarification` or `ReplyNotUnderstood`.
    """
    _expect_whole(reply)
    used = next(tools_used(reply.content), None)
    if used is None:
        return _of_text(reply.text.strip())
    try:
        return _of_tool(used["name"], used["input"])
    except ValidationError as error:
        raise _not_understood() from error


def read_with_names(reply: ModelReply, names: Pseudonyms) -> Action:
    """As `read_reply`, with the names in it that the model knows by their pseudonyms. Those in the words of an answer are told when its places are
    filled."""
    try:
        action = read_reply(reply)
    except NeedsClarification as asked:
        raise NeedsClarification(names.reveal(asked.detail), tuple(map(names.reveal, asked.options))) from asked
    except CannotAnswer as declined:
        raise CannotAnswer(names.reveal(declined.detail), hint=declined.hint) from declined
    match action:
        case Look(code):
            return Look(names.reveal_code(code))
        case Compute(code, name, explanation):
            return Compute(names.reveal_code(code), name, names.reveal(explanation))
        case WrittenAnswer():
            suggestions = tuple(map(names.reveal, action.suggestions))
            return action.model_copy(update={"chart": names.reveal_leaves(action.chart), "suggestions": suggestions})


def _expect_whole(reply: ModelReply) -> None:
    if reply.stop_reason == "refusal":
        raise ModelRefused("Claude's safety rules stopped it from handling this question.", hint="Ask in other words.")
    if reply.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise ReplyCutOff(
            "Claude's reply was longer than allowed and is incomplete.",
            hint="Ask a narrower question, or one step at a time.",
        )


def tools_used(content: Sequence[Block]) -> Iterator[Block]:
    return (block for block in content if block["type"] == "tool_use")


def _of_tool(name: str, given: Mapping[str, Any]) -> Action:
    match name:
        case "look":
            look = _LookInput.model_validate(given)
            return Look(
                _usable(look.code or code_of_look(look.table, look.column, look.containing, look.where, look.columns))
            )
        case "compute":
            compute = _ComputeInput.model_validate(given)
            name_ok = compute.name is not None and _NAME.fullmatch(compute.name) is not None
            return Compute(_usable(compute.code), compute.name if name_ok else None, _sentences(compute.explanation))
        case "reply":
            return _written(_ReplyInput.model_validate(given))
        case "ask":
            raise _clarification(_AskInput.model_validate(given))
        case "decline":
            raise CannotAnswer(_sentences(_DeclineInput.model_validate(given).reason) or NOT_HELD)
    raise _not_understood()


def _of_text(text: str) -> Action:
    """Servers that do not know tools let the model answer in words, or with code in a fenced block."""
    if fenced := [found["code"] for found in _FENCED.finditer(text)]:
        explanation = _sentences(_FENCED.sub("", text))
        return Compute(_usable(max(fenced, key=len)), None, explanation)
    if not text:
        raise _not_understood()
    return _written(_ReplyInput(text=text))


def _written(reply: _ReplyInput) -> WrittenAnswer:
    text = plain(reply.text).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise _not_understood()
    lines = map(one_line, reply.suggestions)
    suggestions = [line for line in lines if 0 < len(line) <= LONGEST_SUGGESTION]  # half a question is none
    return WrittenAnswer(
        text=text, result=reply.result, chart=reply.chart, suggestions=tuple(suggestions[:MOST_SUGGESTIONS])
    )


def _usable(code: str) -> str:
    if not code.strip() or len(code) > LONGEST_CODE:
        raise _not_understood()
    return code.strip() + "\n"


def _clarification(asked: _AskInput) -> CannotAnswer | NeedsClarification:
    lines = filter(None, (plain_line(option, LONGEST_OPTION) for option in asked.options))
    options = tuple(dict.fromkeys(lines))[:MOST_OPTIONS]
    question = _sentences(asked.question) or WHICH
    return NeedsClarification(question, options) if len(options) > 1 else CannotAnswer(question)


def _sentences(said: str) -> str:
    return plain_line(said, LONGEST_SENTENCES)


def _not_understood() -> ReplyNotUnderstood:
    return ReplyNotUnderstood("Claude's reply is not in the form that was asked for.", hint="Ask again.")
