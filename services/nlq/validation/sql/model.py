"""What a validation of SQL says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from services.nlq.validation.model import Finding


@dataclass(frozen=True)
class ValidatedSql:
    """`sql` is the text to run, empty where there are findings; tables stand in it as `"tables"."name"`.

    `columns_used` maps every table that the statement reads to the columns that it may read of it.
    """

    ok: bool
    findings: tuple[Finding, ...]
    sql: str
    columns_used: Mapping[str, frozenset[str]]


def finding_at(node: exp.Expr, code: str, message: str, hint: str = "") -> Finding:
    """With the line of the first name in `node`: sqlglot keeps the places of names only."""
    lines = (named.meta["line"] for named in node.walk() if "line" in named.meta)
    return Finding(code, message, next(lines, None), None, hint)
