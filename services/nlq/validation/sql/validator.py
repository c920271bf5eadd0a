"""Puts the readings of a statement together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlglot.errors import UnsupportedError

from services.nlq.validation.model import Finding
from services.nlq.validation.sql.model import ValidatedSql
from services.nlq.validation.sql.parsing import parse_select
from services.nlq.validation.sql.rendering import render
from services.nlq.validation.sql.resolving import resolve
from services.nlq.validation.sql.rules import broken_rules

_MOST_FINDINGS = 20


def validate_sql(text: str, tables: Mapping[str, Collection[str]]) -> ValidatedSql:
    """Read one SELECT against the tables, given as names of columns."""
    tree = parse_select(text)
    if isinstance(tree, Finding):
        return _refused(tree)
    try:
        if findings := list(broken_rules(tree, tables)):
            return _refused(*findings)
        resolved = resolve(tree, tables)
        if resolved.findings:
            return _refused(*resolved.findings)
        return ValidatedSql(True, (), render(tree, resolved.tables), resolved.columns_used)
    except UnsupportedError:
        hint = "Write it with the usual clauses and functions."
        return _refused(Finding("forbidden_syntax", "DuckDB has no word for a part of this SQL.", hint=hint))
    except RecursionError:
        return _refused(Finding("too_deep", "The SQL is nested too deeply to be followed."))


def _refused(*findings: Finding) -> ValidatedSql:
    told = tuple(dict.fromkeys(findings))[:_MOST_FINDINGS]
    return ValidatedSql(False, told, "", {})
