"""Joined frames: which side a column of the result comes from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from services.nlq.validation.arguments import argument
from services.nlq.validation.values import OPAQUE, Frame, Texts, Value

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions


def merge(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    other = argument(node, 0, "right")
    return merged(flow, node, frame, flow.value_of(other) if other is not None else OPAQUE, first_option=1)


def merged(flow: Expressions, node: ast.Call, left: Frame, right: Value, first_option: int) -> Value:
    """Followed when keys are named and no other column is on both sides, whose name would depend on what is loaded."""
    if not isinstance(right, Frame) or len(node.args) > first_option + 1:
        return _unmergeable(flow, node, left, right)
    on_both = argument(node, None, "on")
    on_left, on_right = argument(node, None, "left_on") or on_both, argument(node, None, "right_on") or on_both
    keys_left, keys_right = (flow.value_of(side) if side is not None else OPAQUE for side in (on_left, on_right))
    if not isinstance(keys_left, Texts) or not isinstance(keys_right, Texts):
        return _unmergeable(flow, node, left, right)
    flow.touch(left, keys_left.values, on_left)
    flow.touch(right, keys_right.values, on_right)
    shared = set(left.columns) & set(right.columns) - (set(keys_left.values) & set(keys_right.values))
    if shared or not (left.complete and right.complete):
        return _unmergeable(flow, node, left, right)
    joined = Frame({**right.columns, **left.columns}, texts=left.texts | right.texts)
    joined.add(("_merge",))
    return joined


def _unmergeable(flow: Expressions, node: ast.Call, left: Frame, right: Value) -> Value:
    flow.escape(left)
    flow.escape(right)
    flow.consume_arguments(node)
    return OPAQUE
