"""The tables that code can touch: what a receipt lists."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence


def tables_touched(
    code: str, tables: Sequence[str], columns_used: Mapping[str, Collection[str]] | None
) -> tuple[str, ...] | None:
    """By name, in their order; the first one is also `df`. None where that cannot be told: `tables` is handed on or walked through.

    To count the rows of a table takes none of its columns, so that the names in the code count as well as these.
    """
    tree = ast.parse(code)
    if columns_used is None or not _only_by_name(tree):
        return None
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    if any(isinstance(node, ast.Name) and node.id == "df" for node in ast.walk(tree)):
        texts |= set(tables[:1])
    return tuple(name for name in tables if name in texts or columns_used.get(name))


def _only_by_name(tree: ast.AST) -> bool:
    """Whether every `tables` stands in `tables["name"]`."""
    named = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name)
    ]
    return all(node in named for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "tables")
