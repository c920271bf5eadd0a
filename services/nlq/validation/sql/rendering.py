"""A checked tree as text for DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel

from services.nlq.validation.sql.resolving import TABLES


def render(tree: exp.Query, tables: Sequence[tuple[exp.Table, str]]) -> str:
    """Every name quoted, every table of the session in its schema. Changes `tree`."""
    for node, name in tables:
        node.set("this", exp.to_identifier(name, quoted=True))
        node.set("db", exp.to_identifier(TABLES, quoted=True))
    return tree.sql(dialect=DuckDB, identify=True, comments=False, pretty=True, unsupported_level=ErrorLevel.RAISE)
