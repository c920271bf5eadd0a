"""What a call gives for its parameters, and which columns that reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.nlq.validation.values import OPAQUE, Frame, Texts, Value

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions


# Where a parameter is found: its position, None when it is given by keyword only, and its keyword.
Parameter = tuple[int | None, str]


def argument(node: ast.Call, position: int | None, keyword: str) -> ast.expr | None:
    """The expression given for a parameter, None when it is left out."""
    for given in node.keywords:
        if given.arg == keyword:
            return given.value
    leading = node.args[: position + 1] if position is not None else []
    if len(leading) != (position or 0) + 1 or any(isinstance(given, ast.Starred) for given in leading):
        return None
    return leading[-1]


def not_followed(flow: Expressions, node: ast.Call, receiver: Value) -> Value:
    """A call of which nothing is known: all columns of its receiver and arguments may be touched."""
    flow.escape(receiver)
    flow.consume_arguments(node)
    return OPAQUE


def read_columns(flow: Expressions, node: ast.Call, frame: Frame, parameters: Sequence[Parameter]) -> bool:
    """Touch the columns that these parameters name, consume the rest; False when a parameter names them in an unknown way."""
    expected = [given for position, keyword in parameters if (given := argument(node, position, keyword)) is not None]
    understood = True
    for given in expected:
        value = flow.value_of(given)
        if isinstance(value, Texts):
            flow.touch(frame, value.values, given)
        elif not (isinstance(given, ast.Constant) and given.value is None):
            understood = False
    for other in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if not any(other is given for given in expected):
            flow.visit_unknown(other)
    return understood
