"""Arithmetic of columns as text, `(price - cost) * quantity`, and as expressions of a plan.

    sum      = product { ("+" | "-") product }
    product  = operand { ("*" | "/") operand }
    operand  = "-" operand | number | name | "(" sum ")"

A name of several words, or with signs in it, stands in backticks; a backtick in it is doubled. `×`, `÷` and `−` are read as they are meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import cast

from shared.plan import Arithmetic, Expression, Field, Literal

Sign = OneOf["+", "-", "*", "/"]
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d][\w.]*)|`(?P<quoted>(?:[^`]|``)+)`|(?P<sign>[-+*/()]))"
)
PLAIN_NAME = re.compile(r"[^\W\d][\w.]*")
MEANT = str.maketrans("×·÷−", "**/-")
BINDING: dict[Sign, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
# Far beyond a formula that a person reads, and far below what nests deeper than readers of JSON and plans follow.
MOST_SIGNS = 30
DEEPEST = 20
LARGEST = 2**63 - 1


class NotAnExpression(ValueError):
    """The text cannot be read; the sentence says where."""


@dataclass(frozen=True)
class Token:
    """`kind` is number, name, sign, or end."""

    kind: str
    text: str
    start: int


def parse_expression(text: str, table: str) -> Expression:
    """Raises `NotAnExpression`. Whether the table has the columns is another question."""
    return _Parser(_tokens(text.translate(MEANT)), table).whole()


def _tokens(text: str) -> list[Token]:
    tokens, place = [], 0
    end = len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            rest = text[place:].lstrip()
            raise NotAnExpression(
                f"at character {len(text) - len(rest) + 1}, {rest[:20]!r} is neither a name nor a number nor one of + - * / ( )"
            )
        kind, start = cast(str, found.lastgroup), found.start(cast(str, found.lastgroup))
        quoted = kind == "quoted"
        tokens.append(
            Token("name" if quoted else kind, found[kind].replace("``", "`") if quoted else found[kind], start)
        )
        place = found.end()
    if sum(token.text in BINDING for token in tokens if token.kind == "sign") > MOST_SIGNS:
        raise NotAnExpression(f"it has more than {MOST_SIGNS} signs; make it shorter")
    return [*tokens, Token("end", "", end)]


class _Parser:
    """One reading of one text, by recursive descent."""

    def __init__(self, tokens: list[Token], table: str) -> None:
        self._tokens, self._table = tokens, table
        self._place = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._sum()
        after = self._tokens[self._place]
        if after.kind != "end":
            before = self._tokens[self._place - 1]
            names = "; write a name of several words in backticks" if after.kind in ("name", "number") else ""
            raise NotAnExpression(f"at character {after.start + 1}, {after.text!r} follows {before.text!r}{names}")
        return found

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self._taken("+", "-"):
            left = Arithmetic(op=sign, left=left, right=self._product())
        return left

    def _product(self) -> Expression:
        left = self._operand()
        while sign := self._taken("*", "/"):
            left = Arithmetic(op=sign, left=left, right=self._operand())
        return left

    def _operand(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotAnExpression(f"it is nested more than {DEEPEST} deep; make it simpler")
        token = self._tokens[self._place]
        self._place += 1
        found = self._operand_of(token)
        self._depth -= 1
        return found

    def _operand_of(self, token: Token) -> Expression:
        match token.kind, token.text:
            case "number", text:
                return _number(text, token.start)
            case "name", name:
                return Field(name=name, table=self._table)
            case "sign", "-":
                return _negated(self._operand())
            case "sign", "(":
                return self._bracketed(token)
        before = f"at character {token.start + 1}" if token.text else "at its end"
        raise NotAnExpression(
            f"{before}, a column or a number is missing{f' before {token.text!r}' if token.text else ''}"
        )

    def _bracketed(self, opening: Token) -> Expression:
        found = self._sum()
        if not self._closed():
            raise NotAnExpression(f"the parenthesis at character {opening.start + 1} is not closed")
        return found

    def _closed(self) -> bool:
        token = self._tokens[self._place]
        self._place += 1
        return (token.kind, token.text) == ("sign", ")")

    def _taken(self, *signs: Sign) -> Sign | None:
        token = self._tokens[self._place]
        if token.kind != "sign" or token.text not in signs:
            return None
        self._place += 1
        return token.text


def _number(text: str, start: int) -> Literal:
    value = int(text) if text.isdecimal() else float(text)
    if abs(value) > LARGEST:
        raise NotAnExpression(f"the number at character {start + 1} is too large")
    return Literal(value=value, type="number")


def _negated(of: Expression) -> Expression:
    if isinstance(of, Literal):
        return Literal(value=-of.value, type="number") if not isinstance(of.value, str) else of
    return Arithmetic(op="-", left=Literal(value=0, type="number"), right=of)


def write_expression(of: Expression) -> str:
    """The text that is read as this expression."""
    return _written(of, 0)


def _written(of: Expression, around: int) -> str:
    match of:
        case Field(name=name):
            return name if PLAIN_NAME.fullmatch(name) else f"`{name.replace('`', '``')}`"
        case Literal(value=value):
            return str(value)
        case Arithmetic(op=sign, left=left, right=right):
            binding = BINDING[sign]
            text = f"{_written(left, binding)} {sign} {_written(right, binding + 1)}"
            return f"({text})" if binding < around else text
    raise TypeError(f"no part of a dictionary's measure: {of.kind}")
