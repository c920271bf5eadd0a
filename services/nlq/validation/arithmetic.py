"""Arithmetic with text. pandas joins the texts of a column when it is asked for their sum: an answer that nobody meant.

A column is known as text while it is what its table stores; once the code has assigned to it, nothing is said here, and what
is text after all is refused when it is added up, in the jail.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.nlq.validation.arguments import argument
from services.nlq.validation.model import Finding
from services.nlq.validation.values import Frame, Grouped, TextValues, Value
from services.nlq.validation.vocabulary import ARITHMETIC, FUNCTION_CALLS

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions

_HINT = "Make numbers of it with pd.to_numeric, or count it."
_HINT_MANY = "Choose the columns of numbers, or pass numeric_only=True."
_PIVOT = {"values": 0, "aggfunc": 3}


def check_call(flow: Expressions, node: ast.Call, receiver: Value, method: str) -> None:
    """Report `receiver.method(…)` when it computes with text."""
    if isinstance(receiver, TextValues):
        for function in _functions_of(node, method):
            _report(flow, node, [receiver.name], function, _HINT)
    elif method == "pivot_table" and isinstance(receiver, Frame):
        _check_pivot(flow, node, receiver)
    elif isinstance(receiver, Grouped | Frame):
        keys = receiver.keys or () if isinstance(receiver, Grouped) else ()
        frame = receiver.frame if isinstance(receiver, Grouped) else receiver
        told = argument(node, 0, "func") if method in FUNCTION_CALLS else None
        if isinstance(told, ast.Dict):
            _check_dict(flow, frame, told)
        elif not _is_true(argument(node, None, "numeric_only")):
            for function in _functions_of(node, method):
                _report(flow, node, sorted(frame.texts - set(keys)), function, _HINT_MANY)


def check_numpy(flow: Expressions, node: ast.Call, function: str, first: Value) -> None:
    """Report `np.sum(df["city"])` and its like."""
    if isinstance(first, TextValues) and function.removeprefix("nan") in ARITHMETIC:
        _report(flow, node, [first.name], function, _HINT)


def check_pair(flow: Expressions, at: ast.AST, frame: Frame, names: Iterable[str], function: ast.expr) -> None:
    """Report the named columns of an aggregation such as `total=("city", "sum")` or `{"city": ["sum", "count"]}`."""
    for name in _arithmetic_in(function):
        _report(flow, at, [column for column in names if column in frame.texts], name, _HINT)


def _check_pivot(flow: Expressions, node: ast.Call, frame: Frame) -> None:
    """Without a function a pivot table averages; without values it takes every column, and leaves out text by itself."""
    values = argument(node, _PIVOT["values"], "values")
    function = argument(node, _PIVOT["aggfunc"], "aggfunc") or ast.Constant("mean")
    names = [part.value for part in ast.walk(values) if isinstance(part, ast.Constant)] if values is not None else []
    check_pair(flow, node, frame, [name for name in names if isinstance(name, str)], function)
    if isinstance(function, ast.Dict):
        _check_dict(flow, frame, function)


def _check_dict(flow: Expressions, frame: Frame, functions: ast.Dict) -> None:
    for key, value in zip(functions.keys, functions.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            check_pair(flow, value, frame, [key.value], value)


def _functions_of(node: ast.Call, method: str) -> list[str]:
    """The arithmetic that a call does: its own, or what it is told to apply."""
    if method in ARITHMETIC:
        return [method]
    told = argument(node, 0, "func") if method in FUNCTION_CALLS else None
    return _arithmetic_in(told) if told is not None else []


def _arithmetic_in(function: ast.expr) -> list[str]:
    """'sum', ['sum', 'count'], np.sum, sum."""
    parts = function.elts if isinstance(function, (ast.List, ast.Tuple, ast.Set)) else [function]
    return [name for part in parts if (name := _name_of(part)) in ARITHMETIC]


def _name_of(function: ast.expr) -> str:
    match function:
        case ast.Constant(value=str(name)) | ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _is_true(given: ast.expr | None) -> bool:
    return isinstance(given, ast.Constant) and given.value is True


def _report(flow: Expressions, at: ast.AST, names: Iterable[str], function: str, hint: str) -> None:
    known = [name for name in names if name not in flow.tested]
    if known:
        listed = ", ".join(f"'{name}'" for name in known)
        message = f"There is no {function} of text: {listed} {'is' if len(known) == 1 else 'are'} not numeric."
        finding = Finding.at(at, "text_arithmetic", message, hint)
        if finding not in flow.findings:
            flow.findings.append(finding)
