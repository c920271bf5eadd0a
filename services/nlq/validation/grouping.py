"""Grouped frames: what they are grouped by, and what is chosen and computed from the groups."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from services.nlq.validation import arithmetic
from services.nlq.validation.arguments import argument, not_followed
from services.nlq.validation.values import NOTHING, OPAQUE, VECTOR, Frame, Grouped, Texts, Value, Vector

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions


_KEYS_ONLY = frozenset({"size", "ngroup", "cumcount"})
GROUPING = {"groupby": ((0, "by"),), "resample": ((None, "on"),), "rolling": ((None, "on"),)}


def grouped(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    """Keys may be columns, values computed from columns, `pd.Grouper(key=...)`, or a list of these."""
    keys: list[str] = []
    understood = True
    ((position, keyword),) = GROUPING[method]
    by = argument(node, position, keyword)
    for key in by.elts if isinstance(by, (ast.List, ast.Tuple)) else [by] if by is not None else []:
        value = _group_key(flow, node, frame, key)
        if isinstance(value, Texts):
            flow.touch(frame, value.values, key)
            keys += value.values
        elif not isinstance(value, Vector):
            understood = False
    for other in [*node.args, *(given.value for given in node.keywords)]:
        if other is not by:
            flow.visit_unknown(other)
    if not understood:
        flow.read_whole(frame)
    return Grouped(frame, tuple(keys))


def _group_key(flow: Expressions, node: ast.Call, frame: Frame, key: ast.expr) -> Value:
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute) and key.func.attr == "Grouper":
        inner = argument(key, 0, "key")
        flow.consume_arguments(key)
        return flow.value_of(inner) if inner is not None else VECTOR
    if isinstance(key, ast.Constant) and not isinstance(key.value, str):
        return VECTOR
    return flow.value_of(key)


def of_groups(flow: Expressions, node: ast.Call, groups: Grouped, method: str) -> Value:
    if method in _KEYS_ONLY and not node.args:
        flow.consume_arguments(node)
        return OPAQUE
    if method in ("agg", "aggregate"):
        return _aggregated(flow, node, groups)
    if method in ("apply", "filter", "pipe") and node.args and isinstance(node.args[0], ast.Lambda):
        result = flow.lambda_value(node.args[0], [groups.frame.copied()])
        for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
            flow.visit_unknown(other)
        if method == "filter":
            return groups.frame.copied()
        flow.escape(result)
        return OPAQUE
    return not_followed(flow, node, groups)


def _aggregated(flow: Expressions, node: ast.Call, groups: Grouped) -> Value:
    """By a dict of columns, or by names for pairs of column and function."""
    frame = groups.frame
    if len(node.args) == 1 and isinstance(node.args[0], ast.Dict) and not node.keywords:
        for key, value in zip(node.args[0].keys, node.args[0].values, strict=True):
            named = flow.value_of(key) if key is not None else OPAQUE
            if not isinstance(named, Texts):
                flow.escape(frame)
            else:
                flow.touch(frame, named.values, key)
            flow.visit_unknown(value)
        return OPAQUE
    pairs = {keyword.arg: _pair(keyword.value) for keyword in node.keywords}
    if node.args or not pairs or any(pair is None for pair in pairs.values()):
        return not_followed(flow, node, groups)
    for pair in filter(None, pairs.values()):
        named = flow.value_of(pair[0])
        if isinstance(named, Texts):
            flow.touch(frame, named.values, pair[0])
            arithmetic.check_pair(flow, pair[1], frame, named.values, pair[1])
        else:
            flow.escape(frame)
        flow.visit_unknown(pair[1])
    return Frame({str(name): NOTHING for name in (*(groups.keys or ()), *pairs)}, complete=bool(groups.keys))


def _pair(value: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The column and the function of `("amount", "sum")` or `pd.NamedAgg(...)`."""
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        return value.elts[0], value.elts[1]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "NamedAgg":
        column, function = argument(value, 0, "column"), argument(value, 1, "aggfunc")
        return (column, function) if column is not None and function is not None else None
    return None
