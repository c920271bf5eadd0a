"""What a validation says."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do; `line` counts from 1, `column` from 0, both in the code as it was given.

    `code` is stable: empty_code, too_long, too_deep, syntax_error, no_result, forbidden_syntax, forbidden_import, forbidden_name,
    forbidden_attribute, forbidden_call, unknown_function, unknown_column, unknown_table, ambiguous_name, text_arithmetic.
    """

    code: str
    message: str
    line: int | None = None
    column: int | None = None
    hint: str = ""

    @classmethod
    def at(cls, node: ast.AST, code: str, message: str, hint: str = "") -> Finding:
        return cls(code, message, getattr(node, "lineno", None), getattr(node, "col_offset", None), hint)


@dataclass(frozen=True)
class Validated:
    """`columns_used` maps every table to the columns that the code can touch; None when that cannot be told."""

    ok: bool
    findings: tuple[Finding, ...]
    columns_used: Mapping[str, frozenset[str]] | None
