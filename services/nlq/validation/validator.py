"""Puts the readings of a snippet together."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from services.nlq.validation.dataflow import DataFlow
from services.nlq.validation.expressions import GaveUp
from services.nlq.validation.model import Finding, Validated
from services.nlq.validation.parsing import parse
from services.nlq.validation.rules import Rules

_MOST_FINDINGS = 20


def validate(
    code: str,
    tables: Mapping[str, Sequence[str]],
    first: str | None,
    texts: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Validated:
    """Read `code` against the tables, given as names of columns; `first` names the one that is also `df`, `texts` the columns of text."""
    tree = parse(code)
    if isinstance(tree, Finding):
        return Validated(False, (tree,), None)
    rules = Rules(tree, (column for columns in tables.values() for column in columns))
    rules.visit(tree)
    findings = [*rules.findings, *_without_result(tree)]
    used: Mapping[str, frozenset[str]] | None
    try:
        unknown, used = DataFlow(tree, tables, first, texts).run()
        findings += unknown
    except GaveUp:
        used = None
    findings.sort(key=lambda finding: (finding.line or 0, finding.column or 0))
    return Validated(not findings, tuple(findings[:_MOST_FINDINGS]), used)


def _without_result(tree: ast.Module) -> list[Finding]:
    """An answer is what `result` holds, or the value of a last expression."""
    if isinstance(tree.body[-1], ast.Expr) if tree.body else False:
        return []
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if "result" in stored:
        return []
    return [Finding("no_result", "The code leaves no answer.", hint="Assign the answer to `result`.")]
