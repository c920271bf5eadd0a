"""Choosing from a frame: columns, rows, both, attributes; and tables from `tables`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from services.nlq.validation import methods
from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean, listed
from services.nlq.validation.values import (
    OPAQUE,
    VECTOR,
    Frame,
    Grouped,
    Indexer,
    TableSet,
    TextColumn,
    Texts,
    TextValues,
    Value,
    Vector,
)

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions

_LABEL_INDEXERS, _POSITION_INDEXERS = frozenset({"loc", "at"}), frozenset({"iloc", "iat"})
_ROWS_ONLY = frozenset({"index"})


def item(flow: Expressions, node: ast.Subscript) -> Value:
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape" and _is_zero(node.slice):
        value = flow.value_of(node.value.value)
        return OPAQUE if isinstance(value, Frame) else flow.escaped(value)
    container = flow.value_of(node.value)
    if isinstance(container, TableSet):
        return _table(flow, node, container)
    if isinstance(container, Indexer):
        return _indexed(flow, node, container)
    key = flow.value_of(node.slice) if not isinstance(node.slice, ast.Slice) else _slice(flow, node.slice)
    if isinstance(container, Frame):
        return chosen(flow, node, container, key)
    if isinstance(container, Grouped):
        return _chosen_of_groups(flow, node, container, key)
    flow.escape(key)
    return VECTOR if isinstance(container, Vector) else OPAQUE


def _slice(flow: Expressions, node: ast.Slice) -> Value:
    flow.visit_unknown(node)
    return VECTOR


def _table(flow: Expressions, node: ast.Subscript, tables: TableSet) -> Value:
    key = flow.value_of(node.slice)
    if isinstance(key, Texts) and not key.many:
        if key.values[0] in tables.tables:
            return tables.tables[key.values[0]]
        if key.values[0] not in flow.tested:
            hint = did_you_mean(key.values[0], tables.tables) or f"The tables are: {listed(tables.tables)}."
            flow.findings.append(Finding.at(node, "unknown_table", f"There is no table '{key.values[0]}'.", hint))
        return OPAQUE
    return flow.escaped(tables)


def chosen(flow: Expressions, at: ast.AST, frame: Frame, key: Value) -> Value:
    """`frame[key]`: a column, some columns, or some rows."""
    if isinstance(key, Texts):
        flow.touch(frame, key.values, at)
        return frame.copied(key.values) if key.many else column(frame, key.values[0])
    if isinstance(key, Vector):
        return frame.copied()
    return flow.escaped(frame)


def column(frame: Frame, name: str) -> Value:
    return TextColumn(name) if name in frame.texts else VECTOR


def _chosen_of_groups(flow: Expressions, at: ast.AST, groups: Grouped, key: Value) -> Value:
    if isinstance(key, Texts):
        flow.touch(groups.frame, key.values, at)
        if key.many:
            return Grouped(groups.frame.copied([*key.values, *(groups.keys or ())]), groups.keys)
        return TextValues(key.values[0]) if key.values[0] in groups.frame.texts else OPAQUE
    return flow.escaped(groups)


def _indexed(flow: Expressions, node: ast.Subscript, indexer: Indexer) -> Value:
    """`.loc[rows]` keeps the columns, `.loc[rows, columns]` chooses; positions of columns are not followed."""
    index, frame = node.slice, indexer.frame
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        flow.visit_unknown(index.elts[0])
        columns = index.elts[1]
        if indexer.by_label and not isinstance(columns, ast.Slice):
            value = flow.value_of(columns)
            return chosen(flow, node, frame, value) if isinstance(value, Texts) else flow.escaped(frame)
        if isinstance(columns, ast.Slice) and columns.lower is columns.upper is columns.step is None:
            return frame.copied()
        flow.visit_unknown(columns)
        return flow.escaped(frame)
    flow.visit_unknown(index)
    return frame.copied()


def attribute(flow: Expressions, node: ast.Attribute) -> Value:
    value = flow.value_of(node.value)
    if isinstance(value, TextValues) and node.attr in methods.SAME_CELLS:
        return TextValues(value.name)
    if not isinstance(value, (Frame, Grouped)):
        return (
            VECTOR if isinstance(value, Vector) and node.attr not in methods.SCALAR_ATTRIBUTES else flow.escaped(value)
        )
    frame = value.frame if isinstance(value, Grouped) else value
    if isinstance(value, Frame) and node.attr in _LABEL_INDEXERS | _POSITION_INDEXERS:
        return Indexer(value, node.attr in _LABEL_INDEXERS)
    if node.attr in _ROWS_ONLY:
        return VECTOR
    if node.attr in frame.columns and node.attr not in methods.FRAME_ATTRIBUTES:
        flow.touch(frame, [node.attr])
        return column(frame, node.attr) if isinstance(value, Frame) else OPAQUE
    return flow.escaped(value)


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0 and type(node.value) is int
