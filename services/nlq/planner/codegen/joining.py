"""Joins: another table's columns beside each row."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.codegen.demand import asked_for
from services.nlq.planner.codegen.scope import Column, IllTyped, Scope, kind_of
from services.nlq.planner.codegen.text import heading, listed, quoted, renaming, variable
from services.nlq.planner.facts import TableFacts
from shared.plan import Join, Step

# What is still read at a glance as the argument of a merge.
_SHORT = 60


def join(step: Join, scope: Scope, later: Sequence[Step]) -> None:
    """Only the columns that later steps ask for are brought along; where none chooses, all are."""
    other, alias = scope.program.table(step.table), step.alias or step.table
    if any(table == alias for table, _ in scope.columns):
        raise IllTyped(f"{alias!r} is there already: a table that is joined to itself needs an alias")
    left = scope.column(step.left).label
    labels = _labels(other, alias, scope.labels)
    if step.right not in labels:
        raise IllTyped(f"there is no column {step.right!r} of {step.table!r}")
    key = next(kind_of(c) for c in other.columns if c.name == step.right)
    if key.family is not scope.column(step.left).kind.family:
        raise IllTyped(f"{left!r} and {step.right!r} of {step.table!r} are of different kinds")
    wanted = asked_for(later)
    kept = [c.name for c in other.columns if wanted is None or (alias, c.name) in wanted]
    shares_key = left == step.right and step.right not in kept
    names = kept if step.right in kept else [step.right, *kept]
    renamed = {name: labels[name] for name in names if labels[name] != name and not (shares_key and name == step.right)}
    keys = f"on={quoted(left)}" if shares_key else f"left_on={quoted(left)}, right_on={quoted(labels[step.right])}"
    right = _right_text(other, step.right, names, renamed, scope)
    if len(right) > _SHORT:
        brought = scope.program.fresh(variable(alias, "other"))
        scope.program.assign(brought, right)
        right = brought
    scope.move("joined", f'{scope.frame}.merge({right}, how="left", {keys})')
    for column in other.columns:
        kind = kind_of(column)
        scope.columns[(alias, column.name)] = Column(
            labels[column.name], type(kind)(kind.type, nullable=True, zoned=kind.zoned, joined=True)
        )


def _labels(other: TableFacts, alias: str, taken: Sequence[str]) -> dict[str, str]:
    """What the other table's columns are called beside those that are there."""
    labels: dict[str, str] = {}
    for column in other.columns:
        labels[column.name] = heading(column.name, alias, [*taken, *labels.values()])
    return labels


def _right_text(other: TableFacts, key: str, names: Sequence[str], renamed: dict[str, str], scope: Scope) -> str:
    """The other table as it is merged: rows without a key go, since pandas would match them with each other."""
    text = scope.program.table_text(other.name)
    if len(names) < len(other.columns):
        text += f"[{listed(names)}]"
    if next(c for c in other.columns if c.name == key).nullable:
        text += f".dropna(subset=[{quoted(key)}])"
    return text + renaming(renamed)
