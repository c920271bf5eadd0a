"""Calls of model steps, `analysis.correlation(df, columns=["a", "b"])`: held against the registry, and followed to their columns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean, listed
from services.nlq.validation.values import OPAQUE, Frame, Texts, Value
from shared.analysis.model import ModelStep, Role, Setting
from shared.analysis.registry import MODEL_STEPS

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions

_STATISTIC = "statistic"


def check_step_name(node: ast.Attribute, *, is_called: bool) -> list[Finding]:
    """Steps are named in full and called where they are named."""
    if node.attr not in MODEL_STEPS:
        hint = did_you_mean(node.attr, MODEL_STEPS) or f"There are: {', '.join(MODEL_STEPS)}."
        return [Finding.at(node, "unknown_function", f"There is no model step '{node.attr}'.", hint)]
    if is_called:
        return []
    return [Finding.at(node, "forbidden_attribute", f"'analysis.{node.attr}' must be called where it is written.")]


def check_step_call(node: ast.Call, name: str) -> list[Finding]:
    """One table, and by keyword columns and settings that stand there as they are: what a model was fitted to can then be read."""
    step = MODEL_STEPS.get(name)
    if step is None:
        return []
    if len(node.args) != 1 or isinstance(node.args[0], ast.Starred):
        return [_wrong(node, f"'analysis.{name}' takes one table, then columns and settings by keyword.", _usage(step))]
    return [*_check_keywords(node, step), *_check_left_out(node, step)]


def follow_step(flow: Expressions, node: ast.Call, name: str) -> Value:
    """The columns that are named are read, and all of them where the step reads what it is not told."""
    step, rows = MODEL_STEPS.get(name), flow.value_of(node.args[0]) if node.args else OPAQUE
    if step is None or not isinstance(rows, Frame):
        flow.escape(rows)
        flow.consume_arguments(node)
        return OPAQUE
    given: dict[str, tuple[str, ...]] = {}
    for keyword in node.keywords:
        value = flow.value_of(keyword.value)
        if isinstance(value, Texts) and any(role.name == keyword.arg for role in step.roles):
            given[keyword.arg or ""] = value.values
            flow.touch(rows, value.values, keyword.value)
        elif not isinstance(value, Texts):
            flow.escape(value)
    if step.reads_all_columns(given):
        flow.read_whole(rows)
    return OPAQUE


def _check_keywords(node: ast.Call, step: ModelStep) -> Iterator[Finding]:
    roles = {role.name: role for role in step.roles}
    settings = {setting.name: setting for setting in step.settings}
    known = [*roles, *settings, _STATISTIC]
    for keyword in node.keywords:
        name = keyword.arg or "**"
        if name in roles:
            yield from _check_columns(keyword.value, step, roles[name])
        elif name in settings:
            yield from _check_setting(keyword.value, step, settings[name])
        elif name == _STATISTIC:
            yield from _check_statistic(keyword.value, step)
        else:
            yield _wrong(
                keyword.value, f"'analysis.{step.name}' takes no '{name}'.", did_you_mean(name, known) or _usage(step)
            )


def _check_columns(value: ast.expr, step: ModelStep, role: Role) -> Iterator[Finding]:
    names = _literal_texts(value)
    if names is None:
        yield _wrong(value, f"The columns of '{role.name}' must be written in place.", f"Write {role.name}=['column'].")
    elif len(names) < role.least or (role.most is not None and len(names) > role.most):
        wanted = f"{role.least}" if role.least == role.most else f"{role.least} to {role.most or 'any number'}"
        yield _wrong(
            value, f"'{role.name}' of 'analysis.{step.name}' takes {wanted} columns, not {len(names)}.", _usage(step)
        )


def _check_setting(value: ast.expr, step: ModelStep, setting: Setting) -> Iterator[Finding]:
    if not isinstance(value, ast.Constant) or not setting.accepts(value.value):
        yield _wrong(
            value, f"'{setting.name}' of 'analysis.{step.name}' cannot be that.", f"It can be {setting.allowed}."
        )


def _check_statistic(value: ast.expr, step: ModelStep) -> Iterator[Finding]:
    names = [statistic.name for statistic in step.statistics]
    if isinstance(value, ast.Constant) and (value.value is None or value.value in names):
        return
    yield _wrong(
        value,
        f"'analysis.{step.name}' gives no such statistic.",
        f"It gives {listed(names)}." if names else _usage(step),
    )


def _check_left_out(node: ast.Call, step: ModelStep) -> Iterator[Finding]:
    given = {keyword.arg for keyword in node.keywords}
    for role in step.roles:
        if role.least and role.name not in given and None not in given:
            yield _wrong(node, f"'analysis.{step.name}' needs '{role.name}': {role.meaning}.", _usage(step))


def _literal_texts(value: ast.expr) -> list[str] | None:
    items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return texts if len(texts) == len(items) else None


def _usage(step: ModelStep) -> str:
    roles = ", ".join(f"{role.name}=[…]" for role in step.roles)
    return f"Write analysis.{step.name}(df, {roles})."


def _wrong(node: ast.AST, message: str, hint: str) -> Finding:
    return Finding.at(node, "forbidden_call", message, hint)
